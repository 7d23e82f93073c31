package linearizability

import (
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
)

// An Option changes what [Test], [Run] and [Check] do.
type Option func(*options)

type options struct {
	drive.Options
	keys, values any // func(int) K and func(int) V, nil for the default
	progress     func(Progress)
	checkTimeout time.Duration
	plain        bool // callbacks do not panic
}

func newOptions(opts []Option) options {
	o := options{
		Options: drive.Options{
			Rounds:   2,
			Procs:    []int{1, 2, 4},
			GOGC:     []int{drive.GOGC()},
			Watchdog: time.Minute,
		},
		checkTimeout: 30 * time.Second,
	}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithKeys sets what keys are used: key must return a different one for every
// i from zero up to a few thousand. The default knows integers but for int8,
// int16 and uint8, of which there are too few, floating-point and complex
// numbers, strings, any, and structs and arrays that begin with one of these.
func WithKeys[K comparable](key func(i int) K) Option {
	return func(o *options) { o.keys = key }
}

// WithValues sets what values are written: value must return a different one
// for every i from one up to 65,535, and no zero value. The default is as for [WithKeys].
func WithValues[V comparable](value func(i int) V) Option {
	return func(o *options) { o.values = value }
}

// WithWorkloads restricts the run to these workloads, of those that [Workloads]
// lists.
func WithWorkloads(names ...string) Option {
	return func(o *options) { o.Names = names }
}

// WithRounds sets how often each workload runs for each setting of GOMAXPROCS.
// The default is 2, which takes a few seconds in all. None is an error, unless
// there is a budget.
func WithRounds(n int) Option {
	return func(o *options) { o.Rounds = n }
}

// WithBudget makes the run go on, in further rounds, until d has passed.
func WithBudget(d time.Duration) Option {
	return func(o *options) { o.Budget = d }
}

// WithProcs sets the values of GOMAXPROCS, as multiples of the number of cores,
// that each workload runs with. The default is 1, 2, 4.
func WithProcs(multiples ...int) Option {
	return func(o *options) { o.Procs = multiples }
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

// WithPlainCallbacks makes callbacks return, for maps that do not promise to
// survive a panic. The default is that one in sixteen panics.
func WithPlainCallbacks() Option {
	return func(o *options) { o.plain = true }
}

// WithWatchdog sets how long one history may take before it counts as hung. The
// default is a minute; an ordinary one takes milliseconds.
func WithWatchdog(d time.Duration) Option {
	return func(o *options) { o.Watchdog = d }
}

// WithCheckTimeout sets how long porcupine may search one stretch of a
// history. The default is 30 seconds; an ordinary one takes microseconds.
func WithCheckTimeout(d time.Duration) Option {
	return func(o *options) { o.checkTimeout = d }
}
