package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestPanics checks every misuse that the documentation says panics: by its
// exact text, for a map with and without a table, and that the map goes on to
// work afterwards, so that no lock was held.
func TestPanics(t *testing.T) {
	type anys = flatmap.Map[any, any]
	type lists = flatmap.Map[*int, []byte]
	one, two := pointees[1], pointees[2]
	invalid := func(n int) string { return fmt.Sprintf("flatmap: Compute: the function returned invalid Op %d", n) }
	for _, test := range []struct {
		name, text string
		f          func(a *anys, l *lists)
	}{
		{"negative capacity", "flatmap: WithCapacity: negative capacity -1", func(*anys, *lists) {
			flatmap.WithCapacity(-1)
		}},
		{"nil hasher", "flatmap: WithHasher: nil hasher", func(*anys, *lists) {
			flatmap.WithHasher[int](nil)
		}},
		{
			"hasher for another key type",
			"flatmap: WithHasher: hasher is a func(maphash.Seed, string) uint64, but keys are of type int",
			func(*anys, *lists) { flatmap.New[int, int](flatmap.WithHasher(maphash.String)) },
		},
		{
			"Collect with a hasher for another key type",
			"flatmap: WithHasher: hasher is a func(maphash.Seed, string) uint64, but keys are of type interface {}",
			func(a *anys, _ *lists) { flatmap.Collect(a.All(), flatmap.WithHasher(maphash.String)) },
		},
		{
			"CompareAndSwap without an equality", "flatmap: CompareAndSwap: value of type []uint8 is or holds an uncomparable value",
			func(_ *anys, l *lists) { l.CompareAndSwap(one, nil, nil) },
		},
		{
			"CompareAndDelete without an equality", "flatmap: CompareAndDelete: value of type []uint8 is or holds an uncomparable value",
			func(_ *anys, l *lists) { l.CompareAndDelete(one, nil) },
		},
		{
			"the same for an absent key", "flatmap: CompareAndDelete: value of type []uint8 is or holds an uncomparable value",
			func(_ *anys, l *lists) { l.CompareAndDelete(two, nil) },
		},
		{
			"CompareAndSwap with an uncomparable old value",
			"flatmap: CompareAndSwap: value of type []int is or holds an uncomparable value",
			func(a *anys, _ *lists) { a.CompareAndSwap(1, []int{1}, 2) },
		},
		{
			"CompareAndDelete with an uncomparable old value",
			"flatmap: CompareAndDelete: value of type []int is or holds an uncomparable value",
			func(a *anys, _ *lists) { a.CompareAndDelete(1, []int{1}) },
		},
		{"invalid Op", invalid(3), func(a *anys, _ *lists) {
			a.Compute(1, func(old any, _ bool) (any, flatmap.Op) { return "never", 3 })
		}},
		{"another invalid Op, for an absent key", invalid(255), func(a *anys, _ *lists) {
			a.Compute(2, func(any, bool) (any, flatmap.Op) { return "never", 255 })
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var a anys
			var l lists
			mustPanic(t, test.text, func() { test.f(&a, &l) })
			a.Store(1, []int{1})
			l.Store(one, []byte{1})
			mustPanic(t, test.text, func() { test.f(&a, &l) })
			flatmap.Within(t, "Store after the panic", func() {
				if old, _ := a.Swap(1, 7); fmt.Sprint(old) != "[1]" {
					t.Errorf("the value was %v", old)
				}
				l.Delete(one)
				a.Store(2, 7)
				l.Store(two, nil)
			})
			if a.Len() != 2 || l.Len() != 1 {
				t.Errorf("Len() = %d and %d", a.Len(), l.Len())
			}
		})
	}
}

// TestCompareUncomparableStored checks that only the value given needs to be
// comparable: one in the map that is not is merely different.
func TestCompareUncomparableStored(t *testing.T) {
	var m flatmap.Map[any, any]
	m.Store(1, []int{1})
	if m.CompareAndSwap(1, 1, 2) || m.CompareAndDelete(1, nil) || !m.Contains(1) {
		t.Error("a slice was equal to something")
	}
}

// TestWithCapacity checks that a map made for n entries takes n of them
// without a resize, and does not shrink below that when they are deleted.
func TestWithCapacity(t *testing.T) {
	for _, n := range []int{0, 1, 7, 24, 25, 1000, 20_000} {
		capacity(t, n, ints, ints)
		capacity(t, n, strs, strs)
	}
}

func capacity[K comparable, V any](t *testing.T, n int, keys kind[K], values kind[V]) {
	m := flatmap.New[K, V](flatmap.WithCapacity(n))
	empty := m.Stats()
	if n > 0 && empty.Buckets < flatmap.MinBuckets || empty.Slots < n {
		t.Fatalf("for %d entries: %+v", n, empty)
	}
	if n == 0 {
		return
	}
	check := func(what string) {
		t.Helper()
		if s := m.Stats(); s.Resizing || s.Buckets != empty.Buckets {
			t.Fatalf("%s, the map for %d entries has resized: %+v", what, n, s)
		}
	}
	for i := range n {
		m.Store(keys.make(i), values.make(i))
	}
	check("full")
	for i := range n {
		m.Delete(keys.make(i))
	}
	check("emptied")
	m.Clear()
	m.Store(keys.make(0), values.make(0))
	check("cleared")
}

// TestOptionsSurvive checks that Clear and Clone keep a map's options: its
// hasher is called on, it grows, and only then does it shrink or not.
func TestOptionsSurvive(t *testing.T) {
	for _, growOnly := range []bool{false, true} {
		calls := 0
		opts := []flatmap.Option{flatmap.WithHasher(func(seed maphash.Seed, key int) uint64 {
			calls++
			return maphash.Comparable(seed, key)
		})}
		if growOnly {
			opts = append(opts, flatmap.WithGrowOnly())
		}
		m := flatmap.New[int, int](opts...)
		check := func(m *flatmap.Map[int, int]) {
			t.Helper()
			for i := range 10_000 {
				m.Store(i, i)
			}
			full := m.Stats().Buckets
			for i := range 9_990 {
				m.Delete(i)
			}
			if calls < 19_990 {
				t.Errorf("the hasher was called %d times for %d operations", calls, 19_990)
			}
			calls = 0
			if s := m.Stats(); s.Buckets < full != !growOnly {
				t.Errorf("grow only %v: %d buckets full, then %d", growOnly, full, s.Buckets)
			}
		}
		check(m)
		m.Clear()
		check(m)
		m.Clear()
		check(m.Clone())
	}
}

// TestOpString checks the names of the three decisions, and of none.
func TestOpString(t *testing.T) {
	got := fmt.Sprint(flatmap.Keep, flatmap.Set, flatmap.Remove, flatmap.Op(3))
	if want := "Keep Set Remove Op(invalid)"; got != want {
		t.Errorf("%s, not %s", got, want)
	}
	if flatmap.Op(0) != flatmap.Keep {
		t.Error("the zero Op is not Keep")
	}
}
