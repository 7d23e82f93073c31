package linearizability

import (
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

// An Option changes what [Test], [Run] and [Check] do.
type Option func(*options)

type options struct {
	drive.Options
	keys, values any // func(int) K and func(int) V, nil for the default
	progress     func(Progress)
	checkTimeout time.Duration
	plain        bool // callbacks do not panic
	vary         model.Variation
}

func newOptions(opts []Option) options {
	o := options{
		Options: drive.Options{
			Rounds:   2,
			Procs:    []int{1, 2, 4},
			GOGC:     []int{drive.GOGC()},
			Watchdog: 10 * time.Second,
		},
		checkTimeout: 30 * time.Second,
	}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithKeys sets the keys: key must return a different key for every i from zero
// up to a few thousand. The default covers integers except int8, int16 and uint8,
// which have too few values, floating-point and complex numbers, strings, any,
// pointers to these, and arrays and structs with an exported part that is one of
// these.
func WithKeys[K comparable](key func(i int) K) Option {
	return func(o *options) { o.keys = key }
}

// WithValues sets the values that are written: value must return a different
// value for every i from one up to 65,535, and never the zero value. The default
// covers the same types as that of [WithKeys].
func WithValues[V comparable](value func(i int) V) Option {
	return func(o *options) { o.values = value }
}

// WithWorkloads restricts the run to the workloads with these names. [Workloads]
// lists all of them.
func WithWorkloads(names ...string) Option {
	return func(o *options) { o.Names = names }
}

// WithRounds sets how often each workload runs for each setting of GOMAXPROCS.
// The default is 2, which takes a few seconds in all. Zero is an error without a
// budget.
func WithRounds(n int) Option {
	return func(o *options) { o.Rounds = n }
}

// WithBudget makes the run continue with further rounds until d has passed.
func WithBudget(d time.Duration) Option {
	return func(o *options) { o.Budget = d }
}

// WithProcs sets the values of GOMAXPROCS with which each workload runs, as
// multiples of the number of cores. The default is 1, 2, 4.
func WithProcs(multiples ...int) Option {
	return func(o *options) { o.Procs = multiples }
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

// WithPlainCallbacks makes all callbacks return. It is for maps that do not
// promise to survive a callback that panics. By default one callback in sixteen
// panics.
func WithPlainCallbacks() Option {
	return func(o *options) { o.plain = true }
}

// WithWatchdog sets how long one workload may run before it counts as hung, not counting
// the time in which its histories are checked. The default is ten seconds of the time for
// which the process could run; a workload takes milliseconds.
func WithWatchdog(d time.Duration) Option {
	return func(o *options) { o.Watchdog = d }
}

// WithCheckTimeout sets how long [Check] may take for a history, or a run for each
// of its histories. It covers everything, including the search for a minimal
// history. The default is 30 seconds; most histories take milliseconds, and a
// million operations take seconds.
func WithCheckTimeout(d time.Duration) Option {
	return func(o *options) { o.checkTimeout = d }
}

// WithoutMethods leaves methods out, as if the map did not have them: a Clear, for
// example, that is not atomic. Load, Store, Delete and Range are needed.
func WithoutMethods(kinds ...model.Kind) Option {
	return func(o *options) { o.vary.Without = append(o.vary.Without, kinds...) }
}

// WithRepeatedCallbacks is for maps whose Compute and LoadOrCompute may call their
// functions again, and use what the last call returns.
func WithRepeatedCallbacks() Option { return func(o *options) { o.vary.Repeats = true } }
