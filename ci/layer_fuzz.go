package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/fuzz"
)

var mutatedTable = report.NewTable("mutated inputs",
	"text map", "count executions", "seconds seconds", "rate executions")

// nativeFrom is the least time for which the engine of go test -fuzz is started:
// the build that counts coverage may take two minutes.
const nativeFrom = 4 * time.Minute

// verifyFuzz runs programs that inputs of the fuzz targets mean on every kind of
// map. The inputs are the targets' seeds, mutated at random; or if there is time
// to build them, the targets themselves are run.
func verifyFuzz(ctx context.Context, t *task) error {
	if t.budget < nativeFrom {
		return fuzzMutants(ctx, t)
	}
	return fuzzNatively(ctx, t)
}

// A fuzzer tries mutants of inputs on one kind of map.
type fuzzer struct {
	name   string
	check  func([]byte, ...fuzz.Option) error
	inputs [][]byte
	tried  int
	took   time.Duration
}

// fuzzBatch is how many inputs a kind of map tries in its turn.
const fuzzBatch = 50

// fuzzMutants has each kind of map try mutants in turn.
func fuzzMutants(ctx context.Context, t *task) error {
	var fuzzers []*fuzzer
	for _, k := range everyKind {
		fuzzers = append(fuzzers, &fuzzer{name: k.Name, check: k.Fuzz, inputs: fuzz.Seeds()})
		if k.FuzzConcurrent != nil {
			fuzzers = append(fuzzers, &fuzzer{name: k.Name + ", concurrent", check: k.FuzzConcurrent, inputs: fuzz.ConcurrentSeeds()})
		}
	}
	defer func() {
		table := mutatedTable
		for _, f := range fuzzers {
			table.Add(f.name, f.tried, f.took.Seconds())
		}
		t.table(table)
	}()
	rng := rand.New(rand.NewPCG(t.seed, 0))
	executions := 0
	for start := time.Now(); executions == 0 || time.Since(start) < t.budget; {
		for _, f := range fuzzers {
			if err := ctx.Err(); err != nil {
				return err
			}
			t.now(f.name)
			if err := f.batch(rng); err != nil {
				return err
			}
			executions += fuzzBatch
			t.count("executions", executions)
		}
	}
	return nil
}

// batch tries some mutants.
func (f *fuzzer) batch(rng *rand.Rand) error {
	start := time.Now()
	defer func() { f.took += time.Since(start) }()
	for range fuzzBatch {
		data := mutate(rng, f.inputs)
		f.tried++
		if err := f.check(data); err != nil {
			data, err = smaller(data, err, f.check)
			return fmt.Errorf("%s, input %q: %w", f.name, data, err)
		}
	}
	return nil
}

// mutate returns an input with a few random changes: bytes, spans, and parts of
// another input.
func mutate(rng *rand.Rand, inputs [][]byte) []byte {
	pick := func() []byte { return inputs[rng.IntN(len(inputs))] }
	data := slices.Clone(pick())
	for range 1 + rng.IntN(6) {
		from := rng.IntN(len(data) + 1)
		to := from + rng.IntN(min(len(data)-from, 16)+1)
		switch rng.IntN(5) {
		case 0:
			data = slices.Delete(data, from, to)
		case 1:
			data = slices.Insert(data, from, data[from:to]...)
		case 2:
			other := pick()
			i := rng.IntN(len(other))
			data = slices.Insert(data, from, other[i:min(len(other), i+rng.IntN(32))]...)
		case 3:
			data = slices.Insert(data, from, byte(rng.Uint32()))
		default:
			for i := from; i < to; i++ {
				data[i] = byte(rng.Uint32())
			}
		}
	}
	return data
}

// shrinkTime is what may be spent on making an input that fails smaller.
const shrinkTime = 5 * time.Second

// smaller returns a part of an input that fails as well, and its error.
func smaller(data []byte, err error, check func([]byte, ...fuzz.Option) error) ([]byte, error) {
	deadline := time.Now().Add(shrinkTime)
	for size := len(data) / 2; size > 0; size /= 2 {
		for from := 0; from+size <= len(data); {
			if time.Now().After(deadline) {
				return data, err
			}
			less := slices.Concat(data[:from], data[from+size:])
			if e := check(less); e != nil {
				data, err = less, e
			} else {
				from += size
			}
		}
	}
	return data, err
}
