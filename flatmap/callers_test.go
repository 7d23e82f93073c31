package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// A label is a key with strings in it, and no other pointers.
type label struct {
	n    int
	a, b string
}

func labelOf(i int) label { return label{i, fmt.Sprint(i), fmt.Sprint(-i)} }

// inserting is how many ways there are to insert a key.
const inserting = 5

func insert[K comparable](m *flatmap.Map[K, int], way int, key K, n int) {
	switch way {
	case 0:
		m.Store(key, n)
	case 1:
		m.Swap(key, n)
	case 2:
		m.LoadOrStore(key, n)
	case 3:
		m.LoadOrCompute(key, func() int { return n })
	default:
		m.Compute(key, func(int, bool) (int, flatmap.Op) { return n, flatmap.Set })
	}
}

// digits appends i to b, which is on the stack of the caller and stays there.
func digits(b *[8]byte, i int) []byte { return strconv.AppendInt(b[:0], int64(i), 10) }

// TestKeysFromStacks checks that the map keeps no key that is on the stack of the
// goroutine which inserted it, whatever type the key has. Method: a function has the
// key in its frame, inserts it and returns; others use its memory then, or the stack
// moves. The slots are in roots and in overflow buckets, never used and used before.
func TestKeysFromStacks(t *testing.T) {
	keysFromStacks(t, strconv.Itoa, func(m *flatmap.Map[string, int], way, i int) {
		var b [8]byte
		insert(m, way, string(digits(&b, i)), i)
	})
	keysFromStacks(t, labelOf, func(m *flatmap.Map[label, int], way, i int) {
		var b, c [8]byte
		insert(m, way, label{i, string(digits(&b, i)), string(digits(&c, -i))}, i)
	})
	keysFromStacks(t, func(i int) any { return strconv.Itoa(i) }, func(m *flatmap.Map[any, int], way, i int) {
		var b [8]byte
		insert(m, way, any(string(digits(&b, i))), i)
	})
	keysFromStacks(t, func(i int) any { return label{n: i} }, func(m *flatmap.Map[any, int], way, i int) {
		insert(m, way, any(label{n: i}), i)
	})
}

func keysFromStacks[K comparable](t *testing.T, key func(i int) K, insertOne func(m *flatmap.Map[K, int], way, i int)) {
	const n = 200
	for way := range inserting {
		for _, hash := range []func(maphash.Seed, K) uint64{nil, func(maphash.Seed, K) uint64 { return 1 }} {
			m := flatmap.New[K, int](append(hashWith(hash), flatmap.WithCapacity(n))...)
			for range 2 { // with slots that were never used, and with those of deleted keys
				done := make(chan bool)
				go func() { // on a small stack
					defer close(done)
					for i := range n {
						insertOne(m, way, i)
						scribble(i % 50)
					}
				}()
				<-done
				runtime.GC()
				for i := range n {
					if got, ok := m.Load(key(i)); !ok || got != i {
						t.Fatalf("%T, way %d, constant hash %v: Load(%v) = %v, %v", key(i), way, hash != nil, key(i), got, ok)
					}
				}
				for i := range n {
					m.Delete(key(i))
				}
				if left := m.Len(); left != 0 {
					t.Fatalf("%T, way %d: %d keys are left", key(0), way, left)
				}
			}
		}
	}
}

// scribble writes to the stack that callers used before.
//
//go:noinline
func scribble(depth int) byte {
	var b [200]byte
	for i := range b {
		b[i] = byte('a' + depth)
	}
	if depth > 0 {
		return b[depth] + scribble(depth-1)
	}
	return b[0]
}

// TestPointersFromStacks is TestKeysFromStacks for variables: one whose address is a
// key in the map moves to the heap.
func TestPointersFromStacks(t *testing.T) {
	type framed struct {
		p *int
		n int
		s string
	}
	for way := range inserting {
		var m flatmap.Map[*int, int]
		var s flatmap.Map[framed, int]
		func() {
			x, y := 1, 2
			insert(&m, way, &x, 3)
			insert(&s, way, framed{p: &y, s: "s"}, 4)
		}()
		scribble(100)
		runtime.GC()
		for p, v := range m.All() {
			if *p != 1 || v != 3 {
				t.Errorf("way %d: the key leads to %d, and its value is %d", way, *p, v)
			}
		}
		for k, v := range s.All() {
			if *k.p != 2 || k.s != "s" || v != 4 {
				t.Errorf("way %d: the key leads to %d, and its value is %d", way, *k.p, v)
			}
		}
	}
}

// TestLoadBytes checks that LoadBytes finds what Load does, with every kind of
// hasher, and that the key of an entry does not change with the bytes.
func TestLoadBytes(t *testing.T) {
	type name string
	long := strings.Repeat("long ", 100)
	for _, hash := range []func(maphash.Seed, name) uint64{nil, maphash.Comparable[name], func(maphash.Seed, name) uint64 { return 1 }} {
		m := flatmap.New[name, int](hashWith(hash)...)
		if v, ok := flatmap.LoadBytes(m, nil); ok {
			t.Errorf("an empty map has %v", v)
		}
		for i, k := range []name{"", "a", name(long)} {
			m.Store(k, i+1)
		}
		b := []byte(long)
		for key, want := range map[string]int{"": 1, "a": 2, long: 3, "b": 0, long[1:]: 0} {
			copy(b, key)
			if v, ok := flatmap.LoadBytes(m, b[:len(key)]); v != want || ok != (want != 0) {
				t.Errorf("LoadBytes(%.9q) = %v, %v", key, v, ok)
			}
		}
		if v, _ := flatmap.LoadBytes(m, nil); v != 1 {
			t.Errorf("LoadBytes(nil) = %v", v)
		}
	}
}
