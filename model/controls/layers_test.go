package controls_test

import (
	"context"
	"fmt"
	"hash/maphash"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/internal/patience"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
	"github.com/flatmap-go/flatmap/stress"
)

// limit is how long the fastest layer may take to reject a control; the others
// may take up to the budget. Both are times for which this process could run.
var (
	limit  = effort.Slower(5*time.Second, 15*time.Second)
	budget = 12 * limit
)

// A maker makes maps of the type that a layer needs, of those that its test
// is about.
type maker[K comparable, V any] struct {
	newMap func() model.Map[K, V]
	hashed func(func(maphash.Seed, K) uint64) model.Map[K, V]
	// parked says that loads do not wait for writers.
	parked bool
	// patience is how long a layer waits for what takes microseconds before it
	// says that it hangs. Zero stands for its default, half a minute or so, which
	// is too long only for maps that hang.
	patience time.Duration
}

// layers runs each layer on a maker of maps until it rejects them, or for about
// as long as said.
var layers = map[controls.Layer]func(m maker[int, pair], d time.Duration) error{
	controls.Model:           runModel,
	controls.Linearizability: runLinearizability,
	controls.Stress:          runStress,
	controls.Fuzz:            runFuzz,
}

// A pair is a value of two parts, for a fault that tears it. It must be possible to
// compare. All maps have the same types, since every pair takes seconds to compile.
type pair = [2]string

// numbered returns a pair of that number.
func numbered(n int) pair { return pair{strconv.Itoa(n), strconv.Itoa(n)} }

func runModel(m maker[int, pair], d time.Duration) error {
	opts := []model.Option{model.WithBudget(d)}
	if m.patience > 0 {
		opts = append(opts, model.WithTimeout(m.patience))
	}
	return model.Check(m.newMap, opts...)
}

func runLinearizability(m maker[int, pair], d time.Duration) error {
	_, err := linearizability.Run(context.Background(), m.newMap, linearizability.WithBudget(d),
		linearizability.WithRounds(1),
		linearizability.WithValues(numbered))
	return err
}

func runStress(m maker[int, pair], d time.Duration) error {
	opts := []stress.Option{stress.WithBudget(d), stress.WithBurst(5 * time.Millisecond)}
	if m.patience > 0 {
		opts = append(opts, stress.WithWatchdog(m.patience))
	}
	if m.parked {
		opts = append(opts, stress.WithParkedWriters())
	}
	if m.hashed != nil {
		if err := stress.CheckHasher(func(h stress.Hasher[int]) model.Map[int, pair] { return m.hashed(h) }, opts...); err != nil {
			return err
		}
	}
	_, err := stress.Run(context.Background(), m.newMap, opts...)
	return err
}

func runFuzz(m maker[int, pair], d time.Duration) error {
	newMap := func(c fuzz.Config) model.Map[int, pair] {
		if m.hashed == nil {
			return m.newMap()
		}
		return m.hashed(fuzz.HasherOf[int](c.Hash))
	}
	opts := []fuzz.Option{fuzz.WithValues(func(n uint16) pair { return numbered(int(n) + 1) })}
	if m.patience > 0 {
		opts = append(opts, fuzz.WithTimeout(m.patience))
	}
	rng := rand.New(rand.NewPCG(rand.Uint64(), 0))
	for start := time.Now(); time.Since(start) < d; {
		data := make([]byte, rng.IntN(250))
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		if err := fuzz.CheckSequential(newMap, data, opts...); err != nil {
			return err
		}
		if err := fuzz.CheckConcurrent(newMap, data, opts...); err != nil {
			return err
		}
	}
	return nil
}

// run runs one layer on maps with a fault, and says how long it took and
// whether the fault has taken effect.
func run(layer controls.Layer, fault controls.Fault) (took time.Duration, fired int, err error) {
	b := controls.Break[int, pair](fault)
	defer b.Close()
	m := maker[int, pair]{newMap: b.New, hashed: b.Hashed, parked: true}
	switch fault {
	case controls.LockLeaked, controls.LockLeakedByGoexit, controls.BlockedReaders:
		m.patience = effort.Brief(time.Second/4, time.Second)
	}
	check, count := func() error { return layers[layer](m, limit) }, b.Fired
	if fault == controls.KeyAlive { // needs keys that are collected
		b := controls.Break[*int, int](fault)
		check = func() error {
			_, err := stress.Run(context.Background(), b.New, stress.WithBudget(limit), stress.WithBurst(5*time.Millisecond))
			return err
		}
		count = b.Fired
	}
	timer := patience.NewTimer(budget)
	defer timer.Stop()
	for err == nil && !timer.Over() {
		err = check()
	}
	took, fired = timer.Elapsed(), count()
	if err != nil && fired == 0 {
		err = fmt.Errorf("the fault has not taken effect, and yet: %w", err)
	}
	return took, fired, err
}
