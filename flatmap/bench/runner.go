package main

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// A runner measures rows.
type runner struct {
	full   bool
	rounds int
}

// pick returns one of two values by the mode.
func pick[T any](r *runner, short, full T) T {
	if r.full {
		return full
	}
	return short
}

// atMost returns a runner with at most so many rounds, for rows that take long.
func (r *runner) atMost(short, full int) *runner {
	return &runner{full: r.full, rounds: min(r.rounds, pick(r, short, full))}
}

// interleave measures n implementations round by round, each once per round. Each
// round starts with the next implementation, so that a machine that becomes slower
// or faster affects all of them alike. There are short times as many rounds where
// a sample takes a few milliseconds: ratios of samples taken at nearly the same
// time vary less.
func (r *runner) interleave(n, short int, measure func(i int) error) error {
	for round := range r.rounds * short {
		for i := range n {
			if err := measure((round + i) % n); err != nil {
				return err
			}
		}
	}
	return nil
}

// wrongSum is the error of a workload that read wrong values.
func wrongSum(impl string, got, want uint64) error {
	return fmt.Errorf("%s: sum of the values read is %d, want %d", impl, got, want)
}

// settle frees the garbage of earlier rows and returns memory to the kernel, so
// that the next row does not depend on them.
func settle() {
	runtime.GC()
	debug.FreeOSMemory()
}

// elapsed returns the nanoseconds that f takes, divided by ops.
func elapsed(ops int, f func()) float64 {
	start := time.Now()
	f()
	return float64(time.Since(start)) / float64(ops)
}

// randomWords returns n different words in random order.
func randomWords(n int) []uint64 {
	keys := make([]uint64, n)
	for i := range keys { // an odd factor permutes the words
		keys[i] = mixWord(uint64(i) + 1)
	}
	return keys
}

// mixWord is a bijection (the finalizer of MurmurHash3).
func mixWord(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

// shuffled returns a copy in another order.
func shuffled[K any](keys []K) []K {
	out := append([]K(nil), keys...)
	rng := rand.New(rand.NewPCG(1, uint64(len(keys))))
	rng.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// sumTo returns the sum of the values of n keys.
func sumTo(n int) uint64 { return uint64(n) * uint64(n-1) / 2 }

// named returns the implementations with the given names, in the order of all.
func named[K any](all []subject.Impl[K], names ...string) (out []subject.Impl[K]) {
	for _, impl := range all {
		for _, name := range names {
			if impl.Name == name {
				out = append(out, impl)
			}
		}
	}
	return out
}

// concurrent returns the implementations that several goroutines may use.
func concurrent[K any](all []subject.Impl[K]) (out []subject.Impl[K]) {
	for _, impl := range all {
		if !impl.Serial {
			out = append(out, impl)
		}
	}
	return out
}
