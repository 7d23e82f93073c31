package main

import (
	"fmt"
	"strings"
)

// A scenario is what a client finds: the content, and the table.
type scenario struct {
	name    string
	keys    int  // how many the client uses
	split   bool // the last key is in another chain of a table of two
	buckets int
	present int  // the first keys are
	worn    bool // the slots not in use have been
	limit   int  // the table grows when it holds more entries
	pairs   bool // only for two calls
	resize  int  // a resize to so many buckets has just been announced, or 0
	large   bool // a goroutine more allocates each table of a resize
	settles bool // a Retain ends the resizes of all tables
	slots   int  // how many a bucket has, if not two
	rare    bool // for coverage_clients.txt alone

	// A bit for each key for which the hasher panics, and for each that shares a
	// chain with one of them; for the subject whose hasher panics.
	sick   uint32
	harmed uint8
}

// With the explorer's geometry a bucket has two slots, but where a scenario has
// three: two entries and the spare slot of large values. A limit of one makes the
// second insert grow the table.
var scenarios = []scenario{
	{name: "empty", keys: 2, buckets: 1, limit: 1},
	{name: "one entry", keys: 2, buckets: 1, limit: 1, present: 1},
	{name: "one entry, worn", keys: 2, buckets: 1, limit: 2, present: 1, worn: true},
	{name: "full", keys: 2, buckets: 2, limit: 2, present: 2},
	{name: "overflowing", keys: 3, buckets: 1, limit: 3, present: 3, pairs: true},
	{name: "two chains", keys: 2, split: true, buckets: 2, limit: 2, present: 2},
	{name: "three slots, worn", keys: 2, buckets: 1, limit: 2, present: 1, worn: true, slots: 3},
	{name: "three slots, full", keys: 2, buckets: 1, limit: 2, present: 2, slots: 3},
	{name: "three slots, growing", keys: 2, buckets: 1, limit: 2, present: 2, resize: 2, slots: 3},
	{name: "three slots, shrinking", keys: 2, split: true, buckets: 2, limit: 2, present: 2, resize: 1, slots: 3},
	{name: "large, one entry", keys: 2, buckets: 1, limit: 1, present: 1, large: true},
	{name: "large, two chains", keys: 2, split: true, buckets: 2, limit: 2, present: 2, large: true},
	{name: "settling, one entry", keys: 2, buckets: 1, limit: 1, present: 1, settles: true},
	{name: "settling, two chains", keys: 2, split: true, buckets: 2, limit: 2, present: 2, settles: true},
	{name: "settling, large", keys: 2, split: true, buckets: 2, limit: 2, present: 2, large: true, settles: true},
	{name: "growing", keys: 2, buckets: 1, limit: 2, present: 2, resize: 2},
	{name: "growing, two chains", keys: 2, split: true, buckets: 2, limit: 2, present: 2, resize: 4},
	{name: "shrinking, two chains", keys: 2, split: true, buckets: 2, limit: 2, present: 2, resize: 1},
	{name: "shrinking, three keys", keys: 3, split: true, buckets: 2, limit: 2, present: 1, resize: 1},
	{name: "shrinking, three entries", keys: 3, split: true, buckets: 2, limit: 3, present: 3, resize: 1, rare: true},
	{name: "growing, second chain panics", keys: 2, split: true, buckets: 2, limit: 2, present: 2, resize: 4, sick: 0b10, harmed: 0b10},
	{name: "growing, third entry panics", keys: 3, buckets: 1, limit: 3, present: 3, resize: 2, sick: 0b100, harmed: 0b111},
	{name: "growing, two chains panic", keys: 3, split: true, buckets: 4, limit: 4, present: 2, resize: 8, sick: 0b11, harmed: 0b11},
}

// initial returns the content that a client finds.
func (s *scenario) initial() content {
	var c content
	for k := range s.present {
		c[k] = initialValue(int8(k))
	}
	return c
}

func initialValue(key int8) value { return value(key) + 1 }

// symmetric reports whether exchanging the first two keys changes nothing. Where
// both are present they are in different slots, which readers visit in order.
func (s *scenario) symmetric() bool { return !s.split && s.present == 0 && s.keys == 2 }

// A client is what each goroutine calls.
type client [][]op

func (c client) String() string {
	var b strings.Builder
	for g, ops := range c {
		if g > 0 {
			b.WriteString(" || ")
		}
		for i, o := range ops {
			if i > 0 {
				b.WriteString("; ")
			}
			fmt.Fprint(&b, o)
		}
	}
	return b.String()
}

// alphabet returns an op of every kind that is allowed, and on every key for
// those on a single one. With nil all calls of the map are. Values are filled in
// later.
func alphabet(keys int, allowed func(kind) bool) []op {
	var ops []op
	for k := range allKinds {
		switch {
		case allowed != nil && !allowed(k), allowed == nil && k >= kinds:
		case k.singleKey():
			for key := range int8(keys) {
				ops = append(ops, op{kind: k, key: key, old: initialValue(key)})
			}
		default:
			ops = append(ops, op{kind: k})
		}
	}
	return ops
}

// clients calls yield for all clients of the given shape (the number of calls of
// each goroutine) over an alphabet, one of each class of those that differ by
// the numbering of goroutines or of keys only. It stops if yield returns
// false.
func clients(shape []int, ops []op, symmetric bool, yield func(client) bool) bool {
	swapKeys := make([]int, len(ops)) // the op on the other key
	for i, a := range ops {
		swapKeys[i] = i
		for j, b := range ops {
			if a.kind == b.kind && a.kind.singleKey() && a.key == 1-b.key {
				swapKeys[i] = j
			}
		}
		// Retain treats the first key otherwise than the second.
		symmetric = symmetric && a.kind != retain
	}
	total := 0
	for _, n := range shape {
		total += n
	}
	word := make([]int, total)
	for {
		if ordered(word, shape) && (!symmetric || !swappedIsLess(word, swapKeys, shape)) {
			if !yield(spell(word, shape, ops)) {
				return false
			}
		}
		i := total - 1
		for ; i >= 0; i-- {
			if word[i]++; word[i] < len(ops) {
				break
			}
			word[i] = 0
		}
		if i < 0 {
			return true
		}
	}
}

// ordered reports whether goroutines of one length come in the order of their
// calls.
func ordered(word, shape []int) bool {
	at := 0
	for g, n := range shape {
		if g > 0 && shape[g-1] == n && less(word[at:at+n], word[at-n:at]) {
			return false
		}
		at += n
	}
	return true
}

func less(a, b []int) bool {
	for i := range a {
		if a[i] != b[i] {
			return a[i] < b[i]
		}
	}
	return false
}

// swappedIsLess reports whether the client with its keys exchanged, and its
// goroutines then put in order, comes before it.
func swappedIsLess(word, swapKeys, shape []int) bool {
	s := make([]int, len(word))
	for i, w := range word {
		s[i] = swapKeys[w]
	}
	for range shape { // a bubble sort of the goroutines of one length
		at := 0
		for g, n := range shape {
			if g > 0 && shape[g-1] == n && less(s[at:at+n], s[at-n:at]) {
				for i := range n {
					s[at+i], s[at-n+i] = s[at-n+i], s[at+i]
				}
			}
			at += n
		}
	}
	return less(s, word)
}

// spell makes a client of the ops that a word numbers. All its values differ.
func spell(word, shape []int, ops []op) client {
	c := make(client, len(shape))
	v := value(10)
	at := 0
	for g, n := range shape {
		for range n {
			o := ops[word[at]]
			o.value = v
			v++
			at++
			c[g] = append(c[g], o)
		}
	}
	return c
}
