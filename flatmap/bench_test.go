package flatmap_test

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// These benchmarks measure the map alone, to compare it before a change and
// after. The nested module bench compares it with other maps.

func increment(old int, _ bool) (int, flatmap.Op) { return old + 1, flatmap.Set }

var sink int

// BenchmarkSeed runs the four workloads of the README of flatmap_rs.
func BenchmarkSeed(b *testing.B) {
	const n = 50_000
	newMap := func() *flatmap.Map[int, int] { return flatmap.New[int, int](flatmap.WithCapacity(8192)) }
	b.Run("op=mixed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := newMap()
			for k := range n {
				m.Store(k, k)
			}
			for k := range n {
				v, _ := m.Load(k)
				sink += v
			}
			for k := range n {
				m.Delete(k)
			}
		}
	})
	b.Run("op=readheavy", func(b *testing.B) {
		b.ReportAllocs()
		m := newMap()
		for k := range 10_000 {
			m.Store(k, k)
		}
		for b.Loop() {
			for range n / 10_000 {
				for k := range 10_000 {
					v, _ := m.Load(k)
					sink += v
				}
			}
		}
	})
	b.Run("op=concurrentmixed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := newMap()
			for k := range 5_000 {
				m.Store(k, k)
			}
			four(func(id int) (sum int) {
				for i := range 5_000 {
					key := id*10_000 + i
					if i%10 < 7 {
						v, _ := m.Load(key % 5_000)
						sum += v
					} else {
						m.Store(key, i)
					}
				}
				return sum
			})
		}
	})
	b.Run("op=concurrentwrite", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			m := newMap()
			four(func(id int) int {
				for i := range 5_000 {
					m.Store(id*5_000+i, i)
				}
				return 0
			})
		}
	})
}

// four runs f on four goroutines.
func four(f func(id int) int) {
	var wg sync.WaitGroup
	var sums [4][8]int
	for id := range 4 {
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
		for _, op := range []struct {
			name string
			op   func(m *flatmap.Map[K, int], i int) int
		}{
			{"loadhit", func(m *flatmap.Map[K, int], i int) int { v, _ := m.Load(present[i]); return v }},
			{"loadmiss", func(m *flatmap.Map[K, int], i int) int { v, _ := m.Load(absent[i]); return v }},
			{"store", func(m *flatmap.Map[K, int], i int) int { m.Store(present[i], i); return 0 }},
			{"storedelete", func(m *flatmap.Map[K, int], i int) int { m.Store(absent[i], i); m.Delete(absent[i]); return 0 }},
			{"loadorstore", func(m *flatmap.Map[K, int], i int) int { v, _ := m.LoadOrStore(present[i], i); return v }},
			{"compute", func(m *flatmap.Map[K, int], i int) int { v, _ := m.Compute(present[i], increment); return v }},
		} {
			b.Run(fmt.Sprintf("op=%s/keys=%s/n=%d", op.name, keys, n), func(b *testing.B) {
				m := filled(present)
				b.ReportAllocs()
				b.ResetTimer()
				b.RunParallel(func(pb *testing.PB) {
					s, i := 0, rand.IntN(n)
					for pb.Next() {
						s += op.op(m, i)
						if i++; i == n {
							i = 0
						}
					}
					results <- s
				})
				b.StopTimer()
				for len(results) > 0 {
					sink += <-results
				}
			})
		}
		b.Run(fmt.Sprintf("op=range/keys=%s/n=%d", keys, n), func(b *testing.B) {
			m := filled(present)
			for b.Loop() {
				m.Range(func(_ K, v int) bool { sink += v; return true })
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(n), "ns/entry")
		})
	}
}

// BenchmarkGC measures a forced garbage collection with a map of 1M int entries
// on the heap, and with an empty one.
func BenchmarkGC(b *testing.B) {
	for _, n := range []int{0, 1_000_000} {
		b.Run(fmt.Sprintf("op=gc/keys=int/n=%d", n), func(b *testing.B) {
			m := filled(rand.Perm(n))
			runtime.GC() // what others have left
			for b.Loop() {
				runtime.GC()
			}
			runtime.KeepAlive(m)
		})
	}
}

var results = make(chan int, 1024)

func filled[K comparable](keys []K) *flatmap.Map[K, int] {
	m := flatmap.New[K, int](flatmap.WithCapacity(len(keys)))
	for i, k := range keys {
		m.Store(k, i)
	}
	return m
}
