package model

import (
	"fmt"
	"reflect"
	"time"

	"pgregory.net/rapid"
)

// An Option changes what [Test], [Check] and [Replay] do.
type Option func(*options)

type options struct {
	keys, values any // *rapid.Generator of K and of V, nil for Any
	kinds        []Kind
	callbacks    bool
	timeout      time.Duration
	budget       time.Duration
	progress     func(Progress)
	vary         Variation
}

func newOptions(opts []Option) options {
	o := options{callbacks: true, timeout: 10 * time.Second}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithKeys makes the programs take their keys from g, whose type must be that
// of the map's keys. The default is [Any].
func WithKeys[K comparable](g *rapid.Generator[K]) Option {
	return func(o *options) { o.keys = g }
}

// WithValues makes the programs take their values from g, whose type must be
// that of the map's values. The default is [Any].
func WithValues[V any](g *rapid.Generator[V]) Option {
	return func(o *options) { o.values = g }
}

// WithKinds restricts the programs to these kinds of operations. The default is
// all that the map supports. To name one that it does not is an error.
func WithKinds(kinds ...Kind) Option {
	return func(o *options) { o.kinds = kinds }
}

// WithPlainCallbacks makes callbacks return, without calling the map. It is for
// maps that promise no more.
func WithPlainCallbacks() Option {
	return func(o *options) { o.callbacks = false }
}

// WithoutMethods leaves methods out, as if the map did not have them: a Clear, for
// example, that is not meant to be right. Load, Store, Delete and Range are needed.
func WithoutMethods(kinds ...Kind) Option {
	return func(o *options) { o.vary.Without = append(o.vary.Without, kinds...) }
}

// WithRepeatedCallbacks is for maps whose Compute and LoadOrCompute may call their
// functions again, and use what the last call returns.
func WithRepeatedCallbacks() Option { return func(o *options) { o.vary.Repeats = true } }

// WithTimeout sets how long a program may take before it counts as hung. The
// default is ten seconds, about 10,000 times what one takes.
func WithTimeout(d time.Duration) Option {
	return func(o *options) { o.timeout = d }
}

// WithBudget makes the check go on until d has passed, and the round after
// that is over. The default is one round of rapid, a hundred programs unless
// -rapid.checks says otherwise.
func WithBudget(d time.Duration) Option {
	return func(o *options) { o.budget = d }
}

// Progress is how much a check has done so far.
type Progress struct {
	Programs   int
	Operations int
}

// WithProgress makes the check call f after every program, from one goroutine
// at a time. The programs run to shrink a failure do not count.
func WithProgress(f func(Progress)) Option {
	return func(o *options) { o.progress = f }
}

// generatorFor returns what the option holds, or the default.
func generatorFor[T any](option any, name string) (*rapid.Generator[T], error) {
	switch g := option.(type) {
	case nil:
		if err := generatable(reflect.TypeFor[T]()); err != nil {
			return nil, fmt.Errorf("model: %s is needed: %w", name, err)
		}
		return Any[T](), nil
	case *rapid.Generator[T]:
		if g == nil {
			return nil, fmt.Errorf("model: %s: nil generator", name)
		}
		return g, nil
	}
	return nil, fmt.Errorf("model: %s: got a %T, want a %T", name, option, (*rapid.Generator[T])(nil))
}
