package main

import (
	"fmt"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// The mix matrix has random Loads, Stores and Deletes of n keys by GOMAXPROCS
// goroutines. Mixes, sizes, keys, warm maps (all n keys are present before) and
// cold maps (empty, without a capacity) are those of
// github.com/puzpuzpuz/go-concurrent-map-bench, which has no mix without reads. As
// there, Loads alone of an empty map are left out. There a map is used for seconds;
// here every implementation makes the same number of operations on a new map in
// each round.

var (
	mixSizes = []int{100, 1_000, 100_000, 1_000_000}
	mixReads = []int{100, 99, 90, 75, 0}
	mixProcs = []int{1, 2}
)

// A mixRow is a part of the matrix with the same keys, size, processors and start.
// It has a cell for every share of reads.
type mixRow struct {
	n, procs int
	warm     bool
}

// mixRows returns the rows of the matrix.
func mixRows() (out []row) {
	for _, n := range mixSizes {
		for _, procs := range mixProcs {
			for _, warm := range []bool{true, false} {
				w := mixRow{n, procs, warm}
				out = append(out, mixOf("int", intKeys, subject.OfInt, w), mixOf("string", stringKeys, subject.OfString, w))
			}
		}
	}
	return out
}

func mixOf[K any](keys string, make func(n int) []K, impls []subject.Impl[K], w mixRow) row {
	return row{
		name:  fmt.Sprintf("mix/%s/%s/p%d/%s", keys, short(w.n), w.procs, temperature(w.warm)),
		about: "random operations by GOMAXPROCS goroutines",
		// Filling maps of a million takes most of the time.
		fullOnly: w.n == 1_000_000 && (w.procs == 1 || keys == "string"),
		measure: func(r *runner) ([]Cell, error) {
			if w.procs > 1 {
				impls = concurrent(impls)
			}
			return mixes(r, keys, make(w.n), impls, w)
		},
	}
}

func temperature(warm bool) string {
	if warm {
		return "warm"
	}
	return "cold"
}

// intKeys returns the keys 0 to n-1 in random order.
func intKeys(n int) []int {
	keys := make([]int, n)
	for i := range keys {
		keys[i] = i
	}
	return shuffled(keys)
}

// stringKeys returns n keys with a common prefix of 45 bytes.
func stringKeys(n int) []string {
	keys := make([]string, n)
	for i, k := range intKeys(n) {
		keys[i] = "a key that only its end distinguishes, number" + strconv.Itoa(k)
	}
	return keys
}

// chunk is the number of operations between two readings of the clock.
const chunk = 4096

// patience limits the time of a sample with writes. The sample is then the mean of
// the operations made so far.
const patience = 2 * time.Second

func mixes[K any](r *runner, keys string, all []K, impls []subject.Impl[K], w mixRow) ([]Cell, error) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(w.procs))
	ops := pick(r, 32*chunk, 512*chunk) / w.procs
	switch { // filling a map takes longer than what is measured
	case w.n >= 1_000_000:
		r = r.atMost(2, 3)
	case w.n >= 100_000:
		r = r.atMost(3, 9)
	}
	settle()
	var cells []Cell
	for _, reads := range mixReads {
		if !w.warm && reads == 100 || !r.full && w.warm && w.n >= 1_000_000 && reads != 99 && reads != 75 {
			continue
		}
		cells = append(cells, Cell{Op: "mix", Keys: keys, N: w.n, Unit: "ns/op", Iters: ops * w.procs}.
			With("reads", reads).With("map", temperature(w.warm)).With("procs", w.procs))
	}
	err := r.interleave(len(impls), 1, func(i int) error {
		var m subject.Map[K]
		for c := range cells {
			reads, err := strconv.Atoi(cells[c].Param("reads"))
			if err != nil {
				return err
			}
			switch {
			case !w.warm:
				m = impls[i].New(0)
			case m == nil || w.n < 1_000_000: // the largest maps are filled again instead
				m = impls[i].New(w.n)
				fallthrough
			default:
				m.StoreAll(all)
			}
			runtime.GC()
			value, sum := timeMix(m.(subject.Mixed[K]), all, subject.Reads(reads), w.procs, ops)
			cells[c].Add(impls[i].Name, value)
			if reads == 100 && sum != mixSum(w.n, w.procs, ops) {
				return wrongSum(impls[i].Name, sum, mixSum(w.n, w.procs, ops))
			}
		}
		return nil
	})
	return cells, err
}

// timeMix returns the nanoseconds per operation when each of the goroutines makes
// ops operations at the same time.
func timeMix[K any](m subject.Mixed[K], keys []K, mix subject.Mix, goroutines, ops int) (value float64, sum uint64) {
	var total, done atomic.Uint64
	spent := together(goroutines, func(id int) {
		rng, s, n := seedOf(id), uint64(0), 0
		for start := time.Now(); n < ops && (mix.Store == 1000 || time.Since(start) < patience); n += chunk {
			s += m.Mix(keys, &rng, mix, chunk)
		}
		total.Add(s)
		done.Add(uint64(n))
	})
	return float64(spent) / float64(done.Load()), total.Load()
}

// seedOf returns a goroutine's source of random numbers, the same for all
// implementations.
func seedOf(id int) subject.Rand { return subject.Rand(mixWord(uint64(id) + 1)) }

// mixSum returns the sum of the values that a mix of Loads alone reads.
func mixSum(n, goroutines, ops int) (sum uint64) {
	for id := range goroutines {
		rng := seedOf(id)
		for range (ops + chunk - 1) / chunk * chunk {
			sum += rng.Next() & (1<<32 - 1) * uint64(n) >> 32
		}
	}
	return sum
}

// together runs f in n goroutines that start at the same time, and returns how
// long they took.
func together(n int, f func(id int)) time.Duration {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for id := range n {
		done.Go(func() {
			ready.Done()
			<-start
			f(id)
		})
	}
	ready.Wait()
	begin := time.Now()
	close(start)
	done.Wait()
	return time.Since(begin)
}

// mixCells is how many cells the matrix has: cold Loads alone are left out.
var mixCells = 2 * len(mixSizes) * len(mixProcs) * (2*len(mixReads) - 1)
