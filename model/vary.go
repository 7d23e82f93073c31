package model

import (
	"fmt"
	"reflect"
)

// required are the methods without which no layer can verify a map.
var required = []Kind{Load, Store, Delete, Range}

// Required returns an error if m lacks one of the methods that every layer needs: Load,
// Store, Delete and Range.
func Required[K comparable, V any](m Map[K, V]) error {
	for _, kind := range required {
		if !Supports(m, kind) {
			return fmt.Errorf("model: the map lacks %v: Load, Store, Delete and Range are needed to verify it", kind)
		}
	}
	return nil
}

// MethodsOf returns those methods of m that it supports. To verify a map without some of
// them, or with others in their place, change them and call [Adapt].
func MethodsOf[K comparable, V any](m Map[K, V]) Methods[K, V] {
	methods := Methods[K, V]{
		Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, LoadAndDelete: m.LoadAndDelete, Delete: m.Delete, Swap: m.Swap,
		CompareAndSwap: m.CompareAndSwap, CompareAndDelete: m.CompareAndDelete, Range: m.Range, Clear: m.Clear,
	}
	if c, ok := m.(Lener); ok {
		methods.Len = c.Len
	}
	if c, ok := m.(Container[K]); ok {
		methods.Contains = c.Contains
	}
	if c, ok := m.(Computer[K, V]); ok {
		methods.Compute = c.Compute
	}
	if c, ok := m.(LoadOrComputer[K, V]); ok {
		methods.LoadOrCompute = c.LoadOrCompute
	}
	if c, ok := m.(Retainer[K, V]); ok {
		methods.Retain = c.Retain
	}
	if c, ok := m.(Inserter[K, V]); ok {
		methods.Insert = c.Insert
	}
	if c, ok := m.(Iterable[K, V]); ok {
		methods.All, methods.Keys, methods.Values = c.All, c.Keys, c.Values
	}
	for _, kind := range Kinds() {
		if !Supports(m, kind) {
			methods.drop(kind)
		}
	}
	return methods
}

func (methods *Methods[K, V]) drop(kind Kind) {
	reflect.ValueOf(methods).Elem().FieldByName(kind.String()).SetZero()
}

// A Variation is how a layer treats a map. Each layer has options for it, so that as a
// rule only layers use the type.
type Variation struct {
	Without []Kind // methods that are not verified
	Repeats bool   // Compute and LoadOrCompute may call their functions again
}

// Vary returns m as v says it is to be treated.
func Vary[K comparable, V any](m Map[K, V], v Variation) Map[K, V] {
	if len(v.Without) == 0 && !v.Repeats {
		return m
	}
	methods := MethodsOf(m)
	for _, kind := range v.Without {
		methods.drop(kind)
	}
	return varied[K, V]{adapted[K, V]{methods}, v.Repeats || Repeats(m)}
}

type varied[K comparable, V any] struct {
	adapted[K, V]
	repeats bool
}

// RepeatsCallbacks makes [Repeats] true.
func (m varied[K, V]) RepeatsCallbacks() bool { return m.repeats }

// Repeats reports whether the Compute and LoadOrCompute of m may call their functions
// again, and use what the last call returns. A map does so if it has a method
// RepeatsCallbacks() bool that returns true.
func Repeats[K comparable, V any](m Map[K, V]) bool {
	r, ok := m.(interface{ RepeatsCallbacks() bool })
	return ok && r.RepeatsCallbacks()
}
