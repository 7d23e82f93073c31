package stress

import (
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
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
	vary         model.Variation
}

func newOptions(opts []Option) options {
	o := options{
		Options: drive.Options{
			Rounds:   1,
			Procs:    []int{1, 2, 4},
			GOGC:     []int{100, 1},
			Watchdog: 10 * time.Second,
		},
		burst: 25 * time.Millisecond,
	}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithKeys sets the keys. The default covers every type with a part, or a
// pointee, that can hold a large number: an int, a float64, a string, an any.
func WithKeys[K comparable](maker Maker[K]) Option {
	return func(o *options) { o.keys = maker }
}

// WithValues sets the values. The default covers the same types as that of
// [WithKeys].
func WithValues[V any](maker Maker[V]) Option {
	return func(o *options) { o.values = maker }
}

// WithWorkloads restricts the run to the workloads with these names. [Workloads]
// lists all of them.
func WithWorkloads(names ...string) Option {
	return func(o *options) { o.Names = names }
}

// WithBudget makes the run continue with further rounds until d has passed. The
// default is one round of all workloads with all settings, a few seconds.
func WithBudget(d time.Duration) Option {
	return func(o *options) { o.Budget = d }
}

// WithBurst sets how long one workload runs with one setting. The default is 25
// milliseconds.
func WithBurst(d time.Duration) Option {
	return func(o *options) { o.burst = d }
}

// WithProcs sets the values of GOMAXPROCS with which each workload runs, as
// multiples of the number of cores. The default is 1, 2, 4.
func WithProcs(multiples ...int) Option {
	return func(o *options) { o.Procs = multiples }
}

// WithGOGC sets the values of GOGC with which each workload runs. The default is
// 100, 1.
func WithGOGC(percents ...int) Option {
	return func(o *options) { o.GOGC = percents }
}

// WithSeed sets the seed from which the run chooses its operations. The seed does
// not determine the order in which goroutines run. The default is a random seed.
func WithSeed(seed uint64) Option {
	return func(o *options) { o.Seed, o.Seeded = seed, true }
}

// WithProgress makes the run call f at the start, about once a second, and at the
// end, always from the goroutine that called [Run].
func WithProgress(f func(Progress)) Option {
	return func(o *options) { o.progress = f }
}

// WithWatchdog sets for how long after its burst a workload may make no progress before
// it counts as hung. A reader may wait a quarter of d for a parked writer. The default is
// ten seconds of the time for which the process could run.
func WithWatchdog(d time.Duration) Option {
	return func(o *options) { o.Watchdog = d }
}

// WithPlainCallbacks makes all callbacks return without calling the map. It is for
// maps whose callbacks must not panic or call the map.
func WithPlainCallbacks() Option {
	return func(o *options) { o.plain = true }
}

// WithParkedWriters adds the workload which checks that a writer that stops in its
// callback blocks no reader.
func WithParkedWriters() Option {
	return func(o *options) { o.parked = true }
}

// WithoutMethods leaves methods out, as if the map did not have them: a Clear, for
// example, that is not atomic. Load, Store, Delete and Range are needed.
func WithoutMethods(kinds ...model.Kind) Option {
	return func(o *options) { o.vary.Without = append(o.vary.Without, kinds...) }
}

// WithRepeatedCallbacks is for maps whose Compute and LoadOrCompute may call their
// functions again, and use what the last call returns.
func WithRepeatedCallbacks() Option { return func(o *options) { o.vary.Repeats = true } }
