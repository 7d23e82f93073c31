package main

import (
	"fmt"
	"strings"
)

// A kind is a method of the map, with a fixed callback if it takes one.
type kind uint8

const (
	load kind = iota
	store
	swap
	loadOrStore
	loadOrCompute
	remove
	loadAndDelete
	compareAndSwap
	compareAndDelete
	computeToggle // sets an absent key, removes a present one
	computePanic
	clearAll // from here on, no single key
	length
	iterate
	retain // removes the first key, sets the others
	grow   // what an insert into a full map does
	shrink // what a removal from an empty one does
	kinds

	// Calls of some suites only.
	mend     = kinds     // no call of the map: ends the panics of its hasher, if that has such
	look     = kinds + 1 // a Retain that changes nothing
	allKinds = kinds + 2
)

var kindNames = [allKinds]string{
	"Load", "Store", "Swap", "LoadOrStore", "LoadOrCompute", "Delete", "LoadAndDelete",
	"CompareAndSwap", "CompareAndDelete", "ComputeToggle", "ComputePanic",
	"Clear", "Len", "Range", "Retain", "grow", "shrink", "mend", "Look",
}

func (k kind) singleKey() bool { return k < clearAll }

// reads reports whether no call of kind k can change the content.
func (k kind) reads() bool {
	switch k {
	case load, computePanic, length, iterate, grow, shrink, mend, look:
		return true
	}
	return false
}

// maxKeys is the largest number of keys of a client.
const maxKeys = 3

// A value is what a key holds; 0 means that it is absent.
type value int8

// content is the state of the sequential map.
type content [maxKeys]value

// An op is one call. Values of a client are all different.
type op struct {
	kind  kind
	key   int8
	value value // what it stores
	old   value // what it compares with
}

func (o op) String() string {
	name := kindNames[o.kind]
	switch {
	case o.kind == compareAndSwap:
		return fmt.Sprintf("%s(k%d, %d, %d)", name, o.key, o.old, o.value)
	case o.kind == compareAndDelete:
		return fmt.Sprintf("%s(k%d, %d)", name, o.key, o.old)
	case o.kind == store, o.kind == swap, o.kind == loadOrStore, o.kind == loadOrCompute, o.kind == computeToggle:
		return fmt.Sprintf("%s(k%d, %d)", name, o.key, o.value)
	case o.kind.singleKey():
		return fmt.Sprintf("%s(k%d)", name, o.key)
	}
	return name + "()"
}

// notShown is the place of a key that a callback was not shown.
const notShown value = -1

var nothingShown = content{notShown, notShown, notShown}

// A result is what an op returned, and what its callback saw.
type result struct {
	value    value
	ok       bool
	len      int8
	calls    int8    // of the callback
	shown    content // Compute, Range, Retain, Look
	twice    uint8   // a bit for each key that was shown more than once
	panicked bool    // the hasher did, and that ended the call
	wrong    string  // what no sequence of operations can explain
}

// times returns how often a key was shown; 2 is several times.
func (r *result) times(key int) int {
	switch {
	case r.shown[key] == notShown:
		return 0
	case r.twice>>key&1 != 0:
		return 2
	}
	return 1
}

func (o op) describe(r result) string {
	var parts []string
	switch {
	case r.panicked:
		parts = append(parts, "a panic of the hasher")
	case o.kind == length:
		parts = append(parts, fmt.Sprint(r.len))
	case o.kind == iterate || o.kind == retain || o.kind == look:
		for k, v := range r.shown {
			if v != notShown {
				parts = append(parts, fmt.Sprintf("k%d=%d", k, v))
			}
		}
	default:
		parts = append(parts, fmt.Sprintf("%d, %v", r.value, r.ok))
	}
	if r.wrong != "" {
		parts = append(parts, r.wrong)
	}
	return fmt.Sprintf("%v = %s", o, strings.Join(parts, " "))
}
