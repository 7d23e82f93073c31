package fuzz_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/model"
)

// random returns a pseudo-random input.
func random(rng *rand.Rand) []byte {
	data := make([]byte, rng.IntN(200))
	for i := range data {
		data[i] = byte(rng.Uint32())
	}
	return data
}

// What a decoder returns is what the encoder makes an input of, for random
// inputs; so nothing that the decoder can say is beyond a seed corpus.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	inputs := append(fuzz.Seeds(), fuzz.ConcurrentSeeds()...)
	for range 3000 {
		inputs = append(inputs, random(rng))
	}
	for _, data := range inputs {
		config, p := fuzz.Decode(data)
		again, q := fuzz.Decode(fuzz.Encode(config, p))
		require.Equal(t, config, again)
		require.Equal(t, p, q, "%v", data)

		config, threads := fuzz.DecodeConcurrent(data)
		again, twice := fuzz.DecodeConcurrent(fuzz.EncodeConcurrent(config, threads))
		require.Equal(t, config, again)
		require.Equal(t, threads, twice, "%v", data)
	}
}

// The encoders keep what a seed says, so that none is about something else.
func TestSeedsDecode(t *testing.T) {
	for _, data := range fuzz.Seeds() {
		config, p := fuzz.Decode(data)
		require.Equal(t, data, fuzz.Encode(config, p))
		require.NotEmpty(t, p)
	}
	for _, data := range fuzz.ConcurrentSeeds() {
		config, threads := fuzz.DecodeConcurrent(data)
		require.Equal(t, data, fuzz.EncodeConcurrent(config, threads))
	}
}

// tally counts what programs say.
type tally struct {
	kinds, inner map[model.Kind]int
	exits        map[model.Kind]map[model.Exit]int
}

func (c *tally) add(p fuzz.Program) {
	for _, op := range p {
		c.kinds[op.Kind]++
		if c.exits[op.Kind] == nil {
			c.exits[op.Kind] = make(map[model.Exit]int)
		}
		c.exits[op.Kind][op.Exit]++
		for _, inner := range op.Inner {
			c.inner[inner.Kind]++
		}
	}
}

func (c *tally) complete(t *testing.T) {
	t.Helper()
	for _, k := range model.Kinds() {
		require.NotZero(t, c.kinds[k], "%v", k)
		require.NotZero(t, c.inner[k], "%v in a callback", k)
		if k.HasCallback() {
			require.Len(t, c.exits[k], 4, "%v ends in four ways", k)
		}
	}
}

// Random bytes reach every operation, with every end of its callback, on every
// kind of map and number of goroutines.
func TestReachesEverything(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	newTally := func() tally {
		return tally{map[model.Kind]int{}, map[model.Kind]int{}, map[model.Kind]map[model.Exit]int{}}
	}
	sequential, concurrent := newTally(), newTally()
	configs, threads := map[fuzz.Config]int{}, map[int]int{}
	for range 3000 {
		data := random(rng)
		config, p := fuzz.Decode(data)
		configs[config]++
		sequential.add(p)
		_, c := fuzz.DecodeConcurrent(data)
		threads[len(c.Threads)]++
		concurrent.add(c.First)
		for _, p := range c.Threads {
			concurrent.add(p)
		}
	}
	sequential.complete(t)
	concurrent.complete(t)
	require.Len(t, configs, 18)
	require.Len(t, threads, 3)
}
