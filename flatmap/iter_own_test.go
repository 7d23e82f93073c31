package flatmap_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestIterationSeesOwnWrites checks that an iteration shows what its own goroutine has written:
// no entry that its function has deleted, and every value that it has stored last.
// Its function does at each entry what a random choice says, and to a Go map as well. Each entry
// must be in that map with the same value, and come once; those that are never
// deleted must all come.
func TestIterationSeesOwnWrites(t *testing.T) {
	t.Run("int_int", func(t *testing.T) { seesOwnWrites(t, ints, ints) })
	t.Run("string_int", func(t *testing.T) { seesOwnWrites(t, strs, ints) })
	t.Run("string_pointer", func(t *testing.T) { seesOwnWrites(t, strs, pointers) })
	t.Run("float_pointer", func(t *testing.T) { seesOwnWrites(t, floats, pointers) })
	t.Run("int_string", func(t *testing.T) { seesOwnWrites(t, ints, strs) })
	t.Run("any_int", func(t *testing.T) { seesOwnWrites(t, mixed, ints) })
	t.Run("struct_struct", func(t *testing.T) { seesOwnWrites(t, structs, structs) })
	t.Run("int_empty", func(t *testing.T) { seesOwnWrites(t, ints, empties) })
	t.Run("array_huge", func(t *testing.T) { seesOwnWrites(t, bytesOf, hugeOnes) })
}

func seesOwnWrites[K comparable, V any](t *testing.T, keys kind[K], values kind[V]) {
	r := rand.New(rand.NewPCG(1, 2))
	for range steps(80) {
		size := 1 << r.IntN(7)
		m, want := flatmap.New[K, V](), map[K]V{}
		store := func(i, v int) {
			m.Store(keys.make(i), values.make(v))
			want[keys.make(i)] = values.make(v)
		}
		remove := func(i int) {
			m.Delete(keys.make(i))
			delete(want, keys.make(i))
		}
		stays := map[K]bool{}
		for i := range size {
			store(i, i)
			if k := keys.make(i); k == k {
				stays[k] = true
			}
		}
		change := r.IntN(4) // how much: nothing, one write, some, many
		seen := map[K]bool{}
		for key, value := range m.All() {
			if key != key { // see TestIterationOfUnequalKeys
				continue
			}
			if v, ok := want[key]; !ok || values.number(v) != values.number(value) {
				t.Fatalf("key %v comes with value %v, after %v, %v was stored", key, value, v, ok)
			}
			if seen[key] {
				t.Fatalf("key %v comes twice", key)
			}
			seen[key] = true
			for range []int{0, 1, 3, size}[change] {
				switch i := r.IntN(size); r.IntN(8) {
				case 0, 1, 2:
					store(i, r.IntN(200))
				case 3, 4:
					remove(i)
					delete(stays, keys.make(i))
				case 5:
					remove(i) // and back, perhaps in another slot or bucket
					store(i, r.IntN(200))
					delete(stays, keys.make(i))
				case 6:
					m.Retain(func(k K, v *V) bool { // one value changes
						if k == keys.make(i) {
							*v = values.make(7)
							want[k] = *v
						}
						return true
					})
				case 7:
					if r.IntN(2*size) == 0 {
						m.Clear()
						clear(want)
						clear(stays)
					}
				}
			}
		}
		for key := range stays {
			if !seen[key] {
				t.Fatalf("key %v does not come, and nobody has deleted it", key)
			}
		}
	}
}

// TestIterationMovesOn checks the same for an iteration whose function makes the table grow and
// shrink, and then changes everything, at each entry.
func TestIterationMovesOn(t *testing.T) {
	m := flatmap.New[int, string]()
	want := map[int]string{}
	for i := range 200 {
		m.Store(i, text(i))
		want[i] = text(i)
	}
	shown := 0
	for key, value := range m.All() {
		if key < 200 {
			if shown++; want[key] != value {
				t.Fatalf("key %d comes with value %q, after %q was stored", key, value, want[key])
			}
		}
		for i := range 3000 {
			m.Store(1000+i, "")
		}
		for i := range 3000 {
			m.Delete(1000 + i)
		}
		for i := range 200 {
			want[i] = text(i + shown)
			m.Store(i, want[i])
		}
	}
	if shown != 200 {
		t.Errorf("%d of 200 keys come", shown)
	}
}

// TestIterationOfUnequalKeys checks that keys that differ from themselves come once each, whatever
// the function writes next to them.
func TestIterationOfUnequalKeys(t *testing.T) {
	for n := range 40 {
		m := flatmap.New[float64, int]()
		for i := range n {
			m.Store(float64(i), -1)
			m.Store(math.NaN(), i)
		}
		seen := make([]int, n)
		for key, value := range m.All() {
			if key != key {
				seen[value]++
			}
			for i := range n {
				m.Delete(float64(i))
			}
			m.Store(float64(n), -1)
		}
		for i, times := range seen {
			if times != 1 {
				t.Errorf("of %d keys, number %d comes %d times", n, i, times)
			}
		}
	}
}
