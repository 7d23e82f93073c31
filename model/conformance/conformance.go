// Package conformance verifies a concurrent map with packages model, linearizability and
// stress, and one set of options:
//
//	func TestMap(t *testing.T) {
//		conformance.Test(t, func() model.Map[int, int] { return mymap.New[int, int]() })
//	}
//
// [model.Adapt] is for maps with other methods than those of sync.Map.
package conformance

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// An Option changes what [Test] and [Run] do, in all layers alike.
type Option func(*options)

type options struct {
	model           []model.Option
	linearizability []linearizability.Option
	stress          []stress.Option
}

// WithPlainCallbacks makes all callbacks return without calling the map. It is for maps
// whose callbacks must not panic or call the map: those that call them with a lock, for
// example.
func WithPlainCallbacks() Option {
	return func(o *options) {
		o.model = append(o.model, model.WithPlainCallbacks())
		o.linearizability = append(o.linearizability, linearizability.WithPlainCallbacks())
		o.stress = append(o.stress, stress.WithPlainCallbacks())
	}
}

// WithRepeatedCallbacks is for maps whose Compute and LoadOrCompute may call their
// functions again, and use what the last call returns.
func WithRepeatedCallbacks() Option {
	return func(o *options) {
		o.model = append(o.model, model.WithRepeatedCallbacks())
		o.linearizability = append(o.linearizability, linearizability.WithRepeatedCallbacks())
		o.stress = append(o.stress, stress.WithRepeatedCallbacks())
	}
}

// WithoutMethods leaves methods out, as if the map did not have them. Load, Store, Delete
// and Range are needed.
func WithoutMethods(kinds ...model.Kind) Option {
	return func(o *options) {
		o.model = append(o.model, model.WithoutMethods(kinds...))
		o.linearizability = append(o.linearizability, linearizability.WithoutMethods(kinds...))
		o.stress = append(o.stress, stress.WithoutMethods(kinds...))
	}
}

// WithoutConcurrentMethods leaves methods out where several goroutines use the map: a
// Clear, for example, that is not atomic.
func WithoutConcurrentMethods(kinds ...model.Kind) Option {
	return func(o *options) {
		o.linearizability = append(o.linearizability, linearizability.WithoutMethods(kinds...))
		o.stress = append(o.stress, stress.WithoutMethods(kinds...))
	}
}

// WithBudget makes each layer go on until d has passed. By default each takes seconds.
func WithBudget(d time.Duration) Option {
	return func(o *options) {
		o.model = append(o.model, model.WithBudget(d))
		o.linearizability = append(o.linearizability, linearizability.WithBudget(d))
		o.stress = append(o.stress, stress.WithBudget(d))
	}
}

// WithSeed sets the seed from which the concurrent layers choose their operations. It does
// not determine the order in which goroutines run. The flag -rapid.seed is for package
// model.
func WithSeed(seed uint64) Option {
	return func(o *options) {
		o.linearizability = append(o.linearizability, linearizability.WithSeed(seed))
		o.stress = append(o.stress, stress.WithSeed(seed))
	}
}

// WithParkedWriters has package stress check that a writer that stops in its callback
// blocks no reader.
func WithParkedWriters() Option {
	return func(o *options) { o.stress = append(o.stress, stress.WithParkedWriters()) }
}

func newOptions(opts []Option) (o options) {
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// Test verifies the maps that newMap returns, which must be a new, empty map each time. It
// has a subtest for each layer, and tries all of them. Other tests should not run in
// parallel with it.
func Test[K, V comparable](t *testing.T, newMap func() model.Map[K, V], opts ...Option) {
	t.Helper()
	o := newOptions(opts)
	t.Run("model", func(t *testing.T) { model.Test(t, newMap, o.model...) })
	t.Run("linearizability", func(t *testing.T) { linearizability.Test(t, newMap, o.linearizability...) })
	t.Run("stress", func(t *testing.T) { stress.Test(t, newMap, o.stress...) })
}

// Run does what [Test] does, outside of tests. The error joins those of all layers.
func Run[K, V comparable](ctx context.Context, newMap func() model.Map[K, V], opts ...Option) error {
	o := newOptions(opts)
	errs := []error{model.Check(newMap, o.model...)}
	_, err := linearizability.Run(ctx, newMap, o.linearizability...)
	errs = append(errs, err)
	_, err = stress.Run(ctx, newMap, o.stress...)
	return errors.Join(append(errs, err)...)
}
