package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// The tests of this file are to be run with -race too: the map has no separate
// code for the race detector. They run with 1, 2, 4 and 8 processors.

func onProcessors(t *testing.T, f func(t *testing.T)) {
	for _, n := range []int{1, 2, 4, 8} {
		t.Run(fmt.Sprintf("procs=%d", n), func(t *testing.T) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(n))
			f(t)
		})
	}
}

// TestConcurrentOperations runs all operations at random in several
// goroutines, on few keys, while the map grows, shrinks and is cleared. Every
// value carries the number of its key, so a torn, stale or misplaced one shows.
// At the end the map must agree with itself.
func TestConcurrentOperations(t *testing.T) {
	onProcessors(t, func(t *testing.T) {
		concurrentOperations(t, "int_int", ints, tagged(ints))
		concurrentOperations(t, "string_string", strs, tagged(strs))
		concurrentOperations(t, "padded_padded", paddeds, tagged(paddeds))
		concurrentOperations(t, "float_int", floats, tagged(ints))
		concurrentOperations(t, "int_pointer", ints, tagged(pointers))
		concurrentOperations(t, "any_any", mixed, func(key, variant int) any { return tagged(strs)(key, variant) })
		concurrentOperations(t, "int_huge", ints, tagged(hugeOnes))
	})
}

// tagged makes values of a key's number, in variants that differ from each
// other, as far as the kind allows.
func tagged[V any](values kind[V]) func(key, variant int) V {
	return func(key, variant int) V { return values.make(key + 50*(variant%4)) }
}

func concurrentOperations[K comparable, V any](t *testing.T, name string, keys kind[K], value func(key, variant int) V) {
	const hot = 50 // keys
	for hash, h := range hashers(keys) {
		t.Run(fmt.Sprintf("%s/hasher=%s", name, hash), func(t *testing.T) {
			m := flatmap.New[K, V](hashWith(h)...)
			value := func(key, variant int) V {
				if key == 1 && keys.make(0) == keys.make(1) { // the zeros
					key = 0
				}
				return value(key, variant)
			}
			var wg sync.WaitGroup
			for g := range 4 {
				wg.Go(func() {
					r := rand.New(rand.NewPCG(1, uint64(g)))
					w := worker[K, V]{t: t, m: m, keys: keys, value: value, Rand: r}
					for range steps(100) {
						w.step(hot, hash == "constant")
					}
				})
			}
			wg.Wait()
			seen := make(map[K]bool)
			for k := range m.All() {
				if k == k && seen[k] {
					t.Errorf("key %v comes twice", k)
				}
				seen[k] = true
				if k == k && !m.Contains(k) {
					t.Errorf("key %v comes, but is not found", k)
				}
			}
			if m.Len() < len(seen) || m.Stats().Entries != m.Len() {
				t.Errorf("Len() = %d, %d different keys, stats %+v", m.Len(), len(seen), m.Stats())
			}
		})
	}
}

type worker[K comparable, V any] struct {
	*rand.Rand
	t     *testing.T
	m     *flatmap.Map[K, V]
	keys  kind[K]
	value func(key, variant int) V
}

// check fails unless v is one of the values of key number i.
func (w *worker[K, V]) check(what string, i int, v V, ok bool) {
	if !ok {
		return
	}
	for variant := range 4 {
		if same(v, w.value(i, variant)) {
			return
		}
	}
	w.t.Errorf("%s: key number %d has value %v", what, i, v)
}

func same(a, b any) bool { return a == b }

func (w *worker[K, V]) step(hot int, slow bool) {
	i := w.IntN(hot)
	key, v := w.keys.make(i), w.value(i, w.Int())
	switch w.IntN(20) {
	case 0, 1, 2:
		old, ok := w.m.Load(key)
		w.check("Load", i, old, ok)
	case 3, 4:
		w.m.Store(key, v)
	case 5, 6:
		old, ok := w.m.Swap(key, v)
		w.check("Swap", i, old, ok)
	case 7:
		old, _ := w.m.LoadOrStore(key, v)
		w.check("LoadOrStore", i, old, true)
	case 8:
		old, _ := w.m.LoadOrCompute(key, func() V { return v })
		w.check("LoadOrCompute", i, old, true)
	case 9:
		w.m.Delete(key)
	case 10:
		old, ok := w.m.LoadAndDelete(key)
		w.check("LoadAndDelete", i, old, ok)
	case 11:
		w.m.CompareAndSwap(key, w.value(i, w.Int()), v)
	case 12:
		w.m.CompareAndDelete(key, v)
	case 13, 14:
		op := flatmap.Op(w.IntN(3))
		now, ok := w.m.Compute(key, func(old V, loaded bool) (V, flatmap.Op) {
			w.check("Compute", i, old, loaded)
			return v, op
		})
		w.check("Compute", i, now, ok)
	case 15:
		for k, v := range w.m.All() {
			if k == k {
				w.check("All", w.keys.number(k), v, true)
			}
		}
	case 16:
		w.m.Retain(func(k K, v *V) bool {
			n := w.keys.number(k)
			if k == k {
				w.check("Retain", n, *v, true)
			}
			*v = w.value(n, w.Int())
			return w.IntN(4) != 0
		})
	case 17:
		if w.IntN(10) == 0 {
			w.m.Clear()
		}
		w.m.Len()
	default: // grow, or shrink
		n := 200
		if slow {
			n = hot
		}
		for i := range n {
			if w.IntN(2) == 0 {
				w.m.Store(w.keys.make(i), w.value(i, 0))
			} else {
				w.m.Delete(w.keys.make(i))
			}
		}
	}
}

// TestTornReads has goroutines load the same few keys as fast as they can,
// while others overwrite and delete them: values of many words take long to
// copy, and every value that does not come from one Store shows.
func TestTornReads(t *testing.T) {
	onProcessors(t, func(t *testing.T) {
		tornReads(t, ints, strs)
		tornReads(t, strs, strs)
		tornReads(t, paddeds, paddeds)
		tornReads(t, bytesOf, bytesOf)
		tornReads(t, ints, hugeOnes)
		tornReads(t, pointers, byteSlices)
	})
}

func tornReads[K comparable, V any](t *testing.T, keys kind[K], values kind[V]) {
	const n = 3
	m := flatmap.New[K, V](flatmap.WithHasher(func(maphash.Seed, K) uint64 { return 1 }))
	var ks [n]K
	var vs [2 * n]V
	for i := range ks {
		ks[i] = keys.make(i)
	}
	for i := range vs {
		vs[i] = values.make(i) // those of key i are number i and i+n
	}
	var stop atomic.Bool
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for i := 0; !stop.Load(); i++ {
				m.Store(ks[i%n], vs[i%n+i%2*n])
				if i%3 == 0 {
					m.Delete(ks[(i+1)%n])
				}
			}
		})
	}
	for i := range steps(5000) {
		if v, ok := m.Load(ks[i%n]); ok && values.number(v)%n != i%n {
			t.Errorf("key %d has value %v", i%n, v)
		}
		if i%16 == 0 {
			for k, v := range m.All() {
				if keys.number(k) != values.number(v)%n {
					t.Errorf("key %v comes with value %v", k, v)
				}
			}
		}
	}
	stop.Store(true)
	wg.Wait()
}

// TestReadersOfGrowingChain checks that a reader follows a chain to its end while
// buckets are linked to it: a key that was there before is found, and one that
// never is there is not.
func TestReadersOfGrowingChain(t *testing.T) {
	const n = 60
	same := flatmap.WithHasher(func(maphash.Seed, int) uint64 { return 1 })
	var current atomic.Pointer[flatmap.Map[int, string]]
	next := func() *flatmap.Map[int, string] {
		m := flatmap.New[int, string](same, flatmap.WithCapacity(n)) // no resize
		m.Store(0, text(0))
		current.Store(m)
		return m
	}
	next()
	var over atomic.Bool
	var reader sync.WaitGroup
	reader.Go(func() {
		for !over.Load() {
			if m := current.Load(); m.Contains(-1) || !m.Contains(0) {
				t.Error("a chain that grows is not read to its end")
				return
			}
		}
	})
	for range 1500 {
		m := next()
		for i := range n {
			m.Store(i, text(i))
		}
	}
	over.Store(true)
	reader.Wait()
}

// TestOwnedKeys has every goroutine own some keys, which it compares with a
// separate map, while all of them together make the map grow and shrink:
// no update may be lost or come back.
func TestOwnedKeys(t *testing.T) {
	onProcessors(t, func(t *testing.T) {
		ownedKeys(t, "int", ints, ints)
		ownedKeys(t, "string", strs, strs)
		ownedKeys(t, "struct", paddeds, paddeds)
	})
}

func ownedKeys[K comparable, V any](t *testing.T, name string, keys kind[K], values kind[V]) {
	const goroutines, own = 4, 600
	t.Run(name, func(t *testing.T) {
		var m flatmap.Map[K, V]
		var wg sync.WaitGroup
		var left [goroutines]int
		for g := range goroutines {
			wg.Go(func() {
				r := rand.New(rand.NewPCG(2, uint64(g)))
				mine := make(map[int]int)
				for n := range steps(6000) {
					i := g + goroutines*r.IntN(own)
					key := keys.make(i)
					v, ok := m.Load(key)
					if want, wantOK := mine[i]; ok != wantOK || ok && values.number(v) != want {
						t.Errorf("key %d has %v, %v, not %v, %v", i, v, ok, want, wantOK)
						return
					}
					if filling := n/1500%2 == 0; r.IntN(10) < 8 == filling {
						m.Store(key, values.make(n))
						mine[i] = n
					} else {
						m.Delete(key)
						delete(mine, i)
					}
				}
				left[g] = len(mine)
			})
		}
		wg.Wait()
		if n := left[0] + left[1] + left[2] + left[3]; m.Len() != n {
			t.Errorf("%d entries, not %d", m.Len(), n)
		}
	})
}

// TestOneWinner has goroutines compete for each key of a growing map: of those
// that insert, compare and swap, and delete it, exactly one may win each time,
// and no increment may be lost.
func TestOneWinner(t *testing.T) {
	onProcessors(t, func(t *testing.T) {
		oneWinner(t, ints)
		oneWinner(t, strs)
	})
}

func oneWinner[V any](t *testing.T, values kind[V]) {
	const goroutines = 4
	keys := steps(2000)
	var m flatmap.Map[int, V]
	var wins [goroutines][5]int
	var wg sync.WaitGroup
	for g := range goroutines {
		wg.Go(func() {
			win := func(what int, won bool) {
				if won {
					wins[g][what]++
				}
			}
			for key := range keys {
				_, loaded := m.LoadOrStore(key, values.make(1))
				win(0, !loaded)
				win(1, m.CompareAndSwap(key, values.make(1), values.make(2)))
				m.Compute(-1, func(old V, loaded bool) (V, flatmap.Op) {
					n := 0
					if loaded {
						n = values.number(old)
					}
					return values.make(n + 1), flatmap.Set
				})
				if key >= 100 { // the map grows to a hundred only
					v, loaded := m.LoadAndDelete(key - 100)
					win(2, loaded)
					win(4, loaded && values.number(v) == 1)
				}
				win(3, m.CompareAndDelete(key, values.make(3))) // never
			}
		})
	}
	wg.Wait()
	var sum [5]int
	for _, w := range wins {
		for i, n := range w {
			sum[i] += n
		}
	}
	if n, _ := m.Load(-1); values.number(n) != goroutines*keys {
		t.Errorf("counted to %v, not %d", n, goroutines*keys)
	}
	// A goroutine that lags behind by 100 keys inserts again what was deleted,
	// and one that is as far ahead may delete what was not yet swapped.
	if sum[0] < keys || sum[0] != sum[2]+m.Len()-1 || sum[1] != sum[0]-sum[4] || sum[3] != 0 {
		t.Errorf("%d inserted, %d swapped, %d deleted, %d of them before, %d wrongly; %d keys, %d left",
			sum[0], sum[1], sum[2], sum[4], sum[3], keys, m.Len()-1)
	}
}
