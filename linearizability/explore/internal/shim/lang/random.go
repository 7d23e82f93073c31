package lang

import (
	"math/rand"
	randv2 "math/rand/v2"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/hook"
)

// Rand and RandV2 stand in for the top-level functions of math/rand and math/rand/v2. In
// an exploration they return the same numbers in every execution.
var (
	Rand   = rand.New(source{})
	RandV2 = randv2.New(source{})
)

// counter is the state of the numbers of this execution. Goroutines of an exploration
// take turns.
var counter uint64

func init() { hook.OnExecution(func() { counter = 0 }) }

// A source is the real one outside of explorations.
type source struct{}

func (source) Seed(int64) {}

func (source) Int63() int64 { return int64(Uint64() >> 1) }

func (source) Uint64() uint64 { return Uint64() }

// Uint64 returns a random number. It also stands in for the runtime's rand.
//
//go:noinline
func Uint64() uint64 {
	if !explore.Active() {
		return randv2.Uint64()
	}
	counter += 0x9e3779b97f4a7c15 // splitmix64
	z := counter
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// Int64 stands in for the runtime's cheaprand64.
//
//go:noinline
func Int64() int64 { return int64(Uint64() >> 1) }

// Uint stands in for the runtime's fastrandu.
//
//go:noinline
func Uint() uint { return uint(Uint64()) }

// Uint32 stands in for the runtime's cheaprand and fastrand.
//
//go:noinline
func Uint32() uint32 { return uint32(Uint64() >> 32) }

// Uint32n stands in for the runtime's cheaprandn and fastrandn.
//
//go:noinline
func Uint32n(n uint32) uint32 { return uint32(uint64(Uint32()) * uint64(n) >> 32) }

// RandRead stands in for [rand.Read].
//
//go:noinline
func RandRead(p []byte) (n int, err error) {
	for i := range p {
		p[i] = byte(Uint64())
	}
	return len(p), nil
}

// RandN stands in for [randv2.N].
//
//go:noinline
//go:norace
func RandN[I ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~uintptr](n I) I {
	if n <= 0 {
		panic("invalid argument to N")
	}
	return I(RandV2.Uint64N(uint64(n)))
}
