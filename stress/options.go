package stress

import (
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
)

// An Option changes what [Test] and [Run] do.
type Option func(*options)

type options struct {
	drive.Options
	keys, values any // Maker of K and of V, nil for the default
	burst        time.Duration
	progress     func(Progress)
	plain        bool // callbacks do nothing but return
	parked       bool
}

func newOptions(opts []Option) options {
	o := options{
		Options: drive.Options{
			Rounds:   1,
			Procs:    []int{1, 2, 4},
			GOGC:     []int{100, 1},
			Watchdog: 30 * time.Second,
		},
		burst: 25 * time.Millisecond,
	}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithKeys sets what keys are used. The default knows every type with a part, or
// a pointee, that can hold a large number: an int, a float64, a string, an any.
func WithKeys[K comparable](maker Maker[K]) Option {
	return func(o *options) { o.keys = maker }
}

// WithValues sets what values are used. The default is as for [WithKeys].
func WithValues[V any](maker Maker[V]) Option {
	return func(o *options) { o.values = maker }
}

// WithWorkloads restricts the run to these workloads, of those that [Workloads]
// lists.
func WithWorkloads(names ...string) Option {
	return func(o *options) { o.Names = names }
}

// WithBudget makes the run go on, in further rounds, until d has passed. The
// default is one round of all workloads with all settings, about a second.
func WithBudget(d time.Duration) Option {
	return func(o *options) { o.Budget = d }
}

// WithBurst sets how long one workload runs with one setting. The default is 25
// milliseconds.
func WithBurst(d time.Duration) Option {
	return func(o *options) { o.burst = d }
}

// WithProcs sets the values of GOMAXPROCS, as multiples of the number of cores,
// that each workload runs with. The default is 1, 2, 4.
func WithProcs(multiples ...int) Option {
	return func(o *options) { o.Procs = multiples }
}

// WithGOGC sets the values of GOGC that each workload runs with. The default is
// 100, 1.
func WithGOGC(percents ...int) Option {
	return func(o *options) { o.GOGC = percents }
}

// WithSeed makes the run choose its operations from this seed. Which goroutine
// comes first is never up to the seed. The default is a random one.
func WithSeed(seed uint64) Option {
	return func(o *options) { o.Seed, o.Seeded = seed, true }
}

// WithProgress makes the run call f about once a second and at the end, from
// one goroutine at a time.
func WithProgress(f func(Progress)) Option {
	return func(o *options) { o.progress = f }
}

// WithWatchdog sets how long a burst may take beyond its time before it counts
// as hung. A reader may wait a quarter of that for a parked writer. The default is
// half a minute.
func WithWatchdog(d time.Duration) Option {
	return func(o *options) { o.Watchdog = d }
}

// WithPlainCallbacks makes callbacks return, without calling the map. It is for
// maps that promise no more.
func WithPlainCallbacks() Option {
	return func(o *options) { o.plain = true }
}

// WithParkedWriters adds the workload that demands of the map that a writer
// which stops in the middle of its work stops no reader.
func WithParkedWriters() Option {
	return func(o *options) { o.parked = true }
}
