package flatmap_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// The peers of these benchmarks are what everybody has: Go's own map (one
// goroutine), a map behind a RWMutex, and sync.Map. The nested module bench
// has the published ones.

type table[K comparable] interface {
	Load(K) (int, bool)
	Store(K, int)
	Delete(K)
	LoadOrStore(K, int) (int, bool)
	Compute(K) // adds one
	Range(func(K, int) bool)
}

type flat[K comparable] struct{ *flatmap.Map[K, int] }

func increment(old int, _ bool) (int, flatmap.Op) { return old + 1, flatmap.Set }

func (m flat[K]) Compute(k K) { m.Map.Compute(k, increment) }

type rwMap[K comparable] struct {
	mu sync.RWMutex
	m  map[K]int
}

func (m *rwMap[K]) Load(k K) (int, bool) {
	m.mu.RLock()
	v, ok := m.m[k]
	m.mu.RUnlock()
	return v, ok
}

func (m *rwMap[K]) Store(k K, v int) {
	m.mu.Lock()
	m.m[k] = v
	m.mu.Unlock()
}

func (m *rwMap[K]) Delete(k K) {
	m.mu.Lock()
	delete(m.m, k)
	m.mu.Unlock()
}

func (m *rwMap[K]) LoadOrStore(k K, v int) (int, bool) {
	if v, ok := m.Load(k); ok {
		return v, true
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if v, ok := m.m[k]; ok {
		return v, true
	}
	m.m[k] = v
	return v, false
}

func (m *rwMap[K]) Compute(k K) {
	m.mu.Lock()
	m.m[k]++
	m.mu.Unlock()
}

func (m *rwMap[K]) Range(f func(K, int) bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for k, v := range m.m {
		if !f(k, v) {
			return
		}
	}
}

type syncMap[K comparable] struct{ sync.Map }

func (m *syncMap[K]) Load(k K) (int, bool) {
	v, ok := m.Map.Load(k)
	if !ok {
		return 0, false
	}
	return v.(int), true
}

func (m *syncMap[K]) Store(k K, v int) { m.Map.Store(k, v) }

func (m *syncMap[K]) Delete(k K) { m.Map.Delete(k) }

func (m *syncMap[K]) LoadOrStore(k K, v int) (int, bool) {
	a, ok := m.Map.LoadOrStore(k, v)
	return a.(int), ok
}

func (m *syncMap[K]) Compute(k K) {
	for {
		v, ok := m.Map.Load(k)
		if !ok {
			if _, ok := m.Map.LoadOrStore(k, 1); !ok {
				return
			}
		} else if m.Map.CompareAndSwap(k, v, v.(int)+1) {
			return
		}
	}
}

func (m *syncMap[K]) Range(f func(K, int) bool) {
	m.Map.Range(func(k, v any) bool { return f(k.(K), v.(int)) })
}

// goMap is for one goroutine.
type goMap[K comparable] map[K]int

func (m goMap[K]) Load(k K) (int, bool) { v, ok := m[k]; return v, ok }
func (m goMap[K]) Store(k K, v int)     { m[k] = v }
func (m goMap[K]) Delete(k K)           { delete(m, k) }
func (m goMap[K]) Compute(k K)          { m[k]++ }

func (m goMap[K]) LoadOrStore(k K, v int) (int, bool) {
	if v, ok := m[k]; ok {
		return v, true
	}
	m[k] = v
	return v, false
}

func (m goMap[K]) Range(f func(K, int) bool) {
	for k, v := range m {
		if !f(k, v) {
			return
		}
	}
}

// An impl makes maps. Both of capacity are passed on where a map takes them.
type impl[K comparable] struct {
	name   string
	serial bool // for one goroutine only
	make   func(capacity int) table[K]
}

func impls[K comparable]() []impl[K] {
	return []impl[K]{
		{"flatmap", false, func(n int) table[K] { return flat[K]{flatmap.New[K, int](flatmap.WithCapacity(n))} }},
		{"RWMutex", false, func(n int) table[K] { return &rwMap[K]{m: make(map[K]int, n)} }},
		{"sync.Map", false, func(int) table[K] { return &syncMap[K]{} }},
		{"map", true, func(n int) table[K] { return make(goMap[K], n) }},
	}
}

var sink int

// BenchmarkSeed runs the four workloads of the README of flatmap_rs.
func BenchmarkSeed(b *testing.B) {
	const capacity, n = 8192, 50_000
	workloads := []struct {
		name   string
		serial bool
		prep   func(m table[uint64])
		run    func(m table[uint64])
		reuse  bool // one map for all rounds
	}{
		{name: "mixed", serial: true, run: func(m table[uint64]) {
			s := 0
			for k := range uint64(n) {
				m.Store(k, int(k))
			}
			for k := range uint64(n) {
				v, _ := m.Load(k)
				s += v
			}
			for k := range uint64(n) {
				m.Delete(k)
			}
			sink += s
		}},
		{name: "readheavy", serial: true, reuse: true, prep: func(m table[uint64]) {
			for k := range uint64(10_000) {
				m.Store(k, int(k))
			}
		}, run: func(m table[uint64]) {
			s := 0
			for range n / 10_000 {
				for k := range uint64(10_000) {
					v, _ := m.Load(k)
					s += v
				}
			}
			sink += s
		}},
		{name: "concurrentmixed", prep: func(m table[uint64]) {
			for k := range uint64(5_000) {
				m.Store(k, int(k))
			}
		}, run: func(m table[uint64]) {
			four(func(id uint64) int {
				s := 0
				for i := range uint64(5_000) {
					key := id*10_000 + i
					if i%10 < 7 {
						v, _ := m.Load(key % 5_000)
						s += v
					} else {
						m.Store(key, int(i))
					}
				}
				return s
			})
		}},
		{name: "concurrentwrite", run: func(m table[uint64]) {
			four(func(id uint64) int {
				for i := range uint64(5_000) {
					m.Store(id*5_000+i, int(i))
				}
				return 0
			})
		}},
	}
	for _, w := range workloads {
		for _, impl := range impls[uint64]() {
			if impl.serial && !w.serial {
				continue
			}
			b.Run(fmt.Sprintf("op=%s/impl=%s", w.name, impl.name), func(b *testing.B) {
				b.ReportAllocs()
				var m table[uint64]
				if w.reuse {
					m = impl.make(capacity)
					w.prep(m)
				}
				for b.Loop() {
					if !w.reuse {
						m = impl.make(capacity)
						if w.prep != nil {
							w.prep(m)
						}
					}
					w.run(m)
				}
			})
		}
	}
}

// four runs f on four goroutines.
func four(f func(id uint64) int) {
	var wg sync.WaitGroup
	var sums [4][8]int
	for id := range uint64(4) {
		wg.Go(func() { sums[id][0] = f(id) })
	}
	wg.Wait()
	for i := range sums {
		sink += sums[i][0]
	}
}

// BenchmarkOps measures single operations from GOMAXPROCS goroutines, on maps
// of 100 to 1M entries. Keys come in random order.
func BenchmarkOps(b *testing.B) {
	benchOps(b, "int", func(i int) int { return i })
	benchOps(b, "string", func(i int) string { return fmt.Sprintf("key-%08d", i) })
}

func benchOps[K comparable](b *testing.B, keys string, key func(int) K) {
	for _, n := range []int{100, 10_000, 1_000_000} {
		all := make([]K, 2*n) // the second half is absent
		for i, j := range rand.Perm(2 * n) {
			all[i] = key(j)
		}
		present, absent := all[:n], all[n:]
		ops := []struct {
			name string
			op   func(m table[K], i int) int
		}{
			{"loadhit", func(m table[K], i int) int { v, _ := m.Load(present[i]); return v }},
			{"loadmiss", func(m table[K], i int) int { v, _ := m.Load(absent[i]); return v }},
			{"store", func(m table[K], i int) int { m.Store(present[i], i); return 0 }},
			{"storedelete", func(m table[K], i int) int { m.Store(absent[i], i); m.Delete(absent[i]); return 0 }},
			{"loadorstore", func(m table[K], i int) int { v, _ := m.LoadOrStore(present[i], i); return v }},
			{"compute", func(m table[K], i int) int { m.Compute(present[i]); return 0 }},
		}
		for _, op := range ops {
			for _, impl := range impls[K]() {
				b.Run(fmt.Sprintf("op=%s/keys=%s/n=%d/impl=%s", op.name, keys, n, impl.name), func(b *testing.B) {
					m := filled(impl, present)
					b.ReportAllocs()
					loop := func(next func() bool) {
						s, i := 0, rand.IntN(n)
						for next() {
							s += op.op(m, i)
							if i++; i == n {
								i = 0
							}
						}
						results <- s
					}
					b.ResetTimer()
					if impl.serial {
						i := -1
						loop(func() bool { i++; return i < b.N })
					} else {
						b.RunParallel(func(pb *testing.PB) { loop(pb.Next) })
					}
					b.StopTimer()
					for len(results) > 0 {
						sink += <-results
					}
				})
			}
		}
		for _, impl := range impls[K]() {
			b.Run(fmt.Sprintf("op=range/keys=%s/n=%d/impl=%s", keys, n, impl.name), func(b *testing.B) {
				m := filled(impl, present)
				for b.Loop() {
					m.Range(func(_ K, v int) bool { sink += v; return true })
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
			})
		}
	}
}

// BenchmarkGC measures a forced garbage collection with one map of 1M int
// entries on the heap, and with none.
func BenchmarkGC(b *testing.B) {
	const n = 1_000_000
	keys := rand.Perm(n)
	none := impl[int]{name: "none", make: func(int) table[int] { return make(goMap[int]) }}
	for _, impl := range append(impls[int](), none) {
		b.Run(fmt.Sprintf("op=gc/keys=int/n=%d/impl=%s", n, impl.name), func(b *testing.B) {
			if impl.name == none.name {
				keys = nil
			}
			m := filled(impl, keys)
			runtime.GC() // what is left of others
			for b.Loop() {
				runtime.GC()
			}
			runtime.KeepAlive(m)
		})
	}
}

var results = make(chan int, 1024)

func filled[K comparable](impl impl[K], keys []K) table[K] {
	m := impl.make(len(keys))
	for i, k := range keys {
		m.Store(k, i)
	}
	return m
}
