package flatmap_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"weak"

	"github.com/flatmap-go/flatmap/flatmap"
)

// A payload is what the tests of this file watch being collected. It is large
// enough to be allocated by itself.
type payload struct{ bytes [64]byte }

// A holder is a value that moves to another slot when it is updated.
type holder struct {
	n int
	p *payload
	s string
	a any
}

// TestGarbage checks that each way to delete or overwrite an entry makes its
// key and its value collectable, while its neighbours stay, for pointers in
// all places of keys and values: in one word, in structs, in interfaces. Then
// it checks the same with a map that is made to grow and shrink before.
func TestGarbage(t *testing.T) {
	one := func(p *payload) *payload { return p }
	large := func(p *payload) holder { return holder{1, p, "s", p} }
	boxed := func(p *payload) any { return p }
	for _, resized := range []bool{false, true} {
		garbage(t, "pointer_holder", resized, one, large)
		garbage(t, "holder_pointer", resized, large, one)
		garbage(t, "any_any", resized, boxed, boxed)
	}
}

func garbage[K comparable, V any](t *testing.T, name string, resized bool, makeKey func(*payload) K, makeValue func(*payload) V) {
	type sut = flatmap.Map[K, V]
	other := makeValue(new(payload))
	ways := map[string]struct {
		keyStays bool
		f        func(m *sut, key K)
	}{
		"Delete":           {false, func(m *sut, key K) { m.Delete(key) }},
		"LoadAndDelete":    {false, func(m *sut, key K) { m.LoadAndDelete(key) }},
		"CompareAndDelete": {false, func(m *sut, key K) { v, _ := m.Load(key); m.CompareAndDelete(key, v) }},
		"Compute Remove": {false, func(m *sut, key K) {
			m.Compute(key, func(V, bool) (v V, op flatmap.Op) { return v, flatmap.Remove })
		}},
		"Retain false": {false, func(m *sut, key K) { m.Retain(func(k K, _ *V) bool { return k != key }) }},
		"Clear":        {false, func(m *sut, _ K) { m.Clear() }},
		"Store":        {true, func(m *sut, key K) { m.Store(key, other) }},
		"Swap":         {true, func(m *sut, key K) { m.Swap(key, other) }},
		"CompareAndSwap": {true, func(m *sut, key K) {
			v, _ := m.Load(key)
			m.CompareAndSwap(key, v, other)
		}},
		"Compute Set": {true, func(m *sut, key K) {
			m.Compute(key, func(V, bool) (V, flatmap.Op) { return other, flatmap.Set })
		}},
		"Retain": {true, func(m *sut, key K) {
			m.Retain(func(k K, v *V) bool {
				if k == key {
					*v = other
				}
				return true
			})
		}},
	}
	for way, test := range ways {
		t.Run(fmt.Sprintf("%s/resized=%v/%s", name, resized, way), func(t *testing.T) {
			m := new(sut)
			var keep []K
			fill := func(n int) {
				for range n {
					key := makeKey(new(payload))
					keep = append(keep, key)
					m.Store(key, makeValue(new(payload)))
				}
			}
			fill(5)
			key, value := store(m, makeKey, makeValue)
			fill(5)
			if resized {
				// There and back again, each time to the end.
				fill(500)
				for m.Stats().Resizing {
					m.Store(keep[0], other)
				}
				for _, k := range keep[10:] {
					m.Delete(k)
				}
				keep = keep[:10]
				for m.Stats().Resizing {
					m.Store(keep[0], other)
				}
			}
			runtime.GC()
			if key.Value() == nil || value.Value() == nil {
				t.Fatal("collected while in the map")
			}
			for k := range m.Keys() { // the only reference to the key
				if has(k, makeKey, key) {
					test.f(m, k)
					break
				}
			}
			flatmap.Collected(t, "the value", func() bool { return value.Value() == nil })
			if test.keyStays {
				if key.Value() == nil {
					t.Error("the key is collected, which is in the map")
				}
			} else {
				flatmap.Collected(t, "the key", func() bool { return key.Value() == nil })
			}
			if n := m.Len(); way != "Clear" && !test.keyStays && n != 10 || way != "Clear" && test.keyStays && n != 11 {
				t.Errorf("%d entries", n)
			}
			runtime.KeepAlive(m)
		})
	}
}

// store stores an entry of which only the map holds the payloads. It is not
// inlined, so that nothing stays on the stack.
//
//go:noinline
func store[K comparable, V any](m *flatmap.Map[K, V], makeKey func(*payload) K, makeValue func(*payload) V) (key, value weak.Pointer[payload]) {
	k, v := new(payload), new(payload)
	m.Store(makeKey(k), makeValue(v))
	return weak.Make(k), weak.Make(v)
}

//go:noinline
func has[K comparable](k K, makeKey func(*payload) K, p weak.Pointer[payload]) bool {
	return k == makeKey(p.Value())
}

// TestLiveEntriesStay checks that what is in the map is never collected, by
// looking at pointers in all kinds of places after garbage collections, while
// the map grows and shrinks.
func TestLiveEntriesStay(t *testing.T) {
	var m flatmap.Map[*payload, holder]
	fresh := func(i int) holder {
		p := &payload{bytes: [64]byte{byte(i), byte(i >> 8)}}
		return holder{i, p, text(i), p}
	}
	const n = 2000
	var keys [n]*payload
	for i := range keys {
		keys[i] = new(payload)
	}
	for round := range 3 {
		for i := range n {
			m.Store(keys[i], fresh(i))
			if i%500 == 0 {
				runtime.GC()
			}
		}
		runtime.GC()
		for i := range n {
			v, ok := m.Load(keys[i])
			if !ok || v.n != i || v.s != text(i) || *v.p != *fresh(i).p || v.a != any(v.p) {
				t.Fatalf("round %d: key %d has %v, %v", round, i, v, ok)
			}
			if i%50 != 0 {
				m.Delete(keys[i])
			}
		}
	}
}

// TestPointersMoveDuringCollection checks that the garbage collector learns of
// pointers that come to an entry, and of those that go. Method: values change
// places while it marks, and between the two a pointer is on the stack only,
// which it has looked through before. What it misses is soon used again.
func TestPointersMoveDuringCollection(t *testing.T) {
	type numbered struct{ n, copied int }
	const n, collections = 2000, 10
	var m flatmap.Map[int, *numbered]
	for i := range n {
		m.Store(i, &numbered{i, i})
	}
	var over atomic.Bool
	var collector sync.WaitGroup
	collector.Go(func() {
		for range collections {
			runtime.GC()
		}
		over.Store(true)
	})
	var others [100]*numbered
	for i := 0; !over.Load(); i++ {
		a := rand.IntN(n)
		b := (a + 1 + rand.IntN(n-1)) % n
		v, _ := m.Swap(a, nil)
		v, _ = m.Swap(b, v)
		m.Swap(a, v)
		others[i%len(others)] = &numbered{-1, -2}
	}
	collector.Wait()
	seen := make(map[int]bool)
	for key, v := range m.All() {
		if v == nil || v.n < 0 || v.n != v.copied || seen[v.n] {
			t.Fatalf("key %d has %+v", key, v)
		}
		seen[v.n] = true
	}
	if len(seen) != n {
		t.Errorf("%d values, not %d", len(seen), n)
	}
}

// TestOldTables checks that a table which was replaced becomes collectable
// once its resize is complete: by a larger one, a smaller one, one of the same
// size, and by Clear, also when somebody was inside of it at that time.
func TestOldTables(t *testing.T) {
	for way, replace := range map[string]func(m *flatmap.Map[int, string]){
		"grow":      func(m *flatmap.Map[int, string]) { m.TryResize(2 * m.Stats().Buckets) },
		"shrink":    func(m *flatmap.Map[int, string]) { m.TryResize(m.Stats().Buckets / 4) },
		"same size": func(m *flatmap.Map[int, string]) { m.TryResize(m.Stats().Buckets) },
		"Clear":     func(m *flatmap.Map[int, string]) { m.Clear() },
	} {
		t.Run(way, func(t *testing.T) {
			for _, parked := range []bool{false, true} {
				var m flatmap.Map[int, string]
				for i := 0; i < 500 || m.Stats().Resizing || m.Stats().Overflow == 0; i++ {
					m.Store(i, text(i))
				}
				if parked && way != "Clear" { // it would wait
					release := flatmap.Park(t, &m, 0)
					gone := m.WatchTable()
					if replace(&m); gone() {
						t.Error("a table is collected while a writer is inside")
					}
					release()
					flatmap.Within(t, "the resize", func() { end(&m) })
					flatmap.Collected(t, "the table", gone)
				} else {
					gone := m.WatchTable()
					replace(&m)
					flatmap.Within(t, "the resize", func() { end(&m) })
					flatmap.Collected(t, "the table", gone)
				}
				runtime.KeepAlive(&m)
			}
		})
	}
}

// TestPausedIteration checks that an iteration which nobody goes on with keeps no table
// that came after its own, and that it finds the rest of the entries nevertheless.
func TestPausedIteration(t *testing.T) {
	const n = 500
	for way, replace := range map[string]func(m *flatmap.Map[int, string]){
		"grow":      func(m *flatmap.Map[int, string]) { m.TryResize(2 * m.Stats().Buckets) },
		"shrink":    func(m *flatmap.Map[int, string]) { m.TryResize(m.Stats().Buckets / 2) },
		"same size": func(m *flatmap.Map[int, string]) { m.TryResize(m.Stats().Buckets) },
		"Clear":     func(m *flatmap.Map[int, string]) { m.Clear() },
	} {
		m := new(flatmap.Map[int, string])
		for i := 0; i < n || m.Stats().Resizing; i++ {
			m.Store(i%n, text(i%n))
		}
		next, stop := iter.Pull2(m.All())
		key, _, _ := next()
		seen := map[int]bool{key: true}
		for i := range 4 {
			gone := m.WatchTable()
			replace(m)
			end(m)
			if i > 0 {
				flatmap.Collected(t, way+": a table that came after that of the iteration", gone)
			}
		}
		for {
			k, v, ok := next()
			if !ok {
				break
			}
			if seen[k] || v != text(k) {
				t.Errorf("%s: key %d comes with %q, and came before: %t", way, k, v, seen[k])
			}
			seen[k] = true
		}
		if way != "Clear" && len(seen) != n {
			t.Errorf("%s: %d keys, not %d", way, len(seen), n)
		}
		stop()
	}
}

// TestMapIsGarbage checks that nothing outside holds a map.
func TestMapIsGarbage(t *testing.T) {
	collected := make(chan struct{})
	func() {
		m := new(flatmap.Map[*payload, holder])
		for range 1000 {
			m.Store(new(payload), holder{p: new(payload)})
		}
		m.Clear()
		runtime.AddCleanup(m, func(c chan struct{}) { close(c) }, collected)
	}()
	flatmap.Eventually(t, "the map is collected", func() bool {
		runtime.GC()
		select {
		case <-collected:
			return true
		default:
			return false
		}
	})
}
