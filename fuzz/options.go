package fuzz

import (
	"time"

	"github.com/flatmap-go/flatmap/model"
)

// An Option changes what inputs stand for.
type Option func(*options)

type options struct {
	keys, values any // func(byte) K and func(uint16) V, nil for the default
	plain        bool
	repeat       int
	timeout      time.Duration
	vary         model.Variation
}

func newOptions(opts []Option) options {
	o := options{repeat: 10, timeout: 10 * time.Second}
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// WithKeys sets which key a number stands for. The default, from [model.Any],
// has all the odd keys of the type. In a concurrent program keys must be
// different and equal to themselves.
func WithKeys[K comparable](key func(n byte) K) Option {
	return func(o *options) { o.keys = key }
}

// WithValues sets which value a number stands for. The default is as for
// [WithKeys]. In a concurrent program values should be different, and must not be
// zero.
func WithValues[V any](value func(n uint16) V) Option {
	return func(o *options) { o.values = value }
}

// WithPlainCallbacks makes callbacks return, without calling the map. It is for
// maps that promise no more.
func WithPlainCallbacks() Option {
	return func(o *options) { o.plain = true }
}

// WithRepeats sets how often a concurrent program runs for one input. The
// default is 10.
func WithRepeats(n int) Option {
	return func(o *options) { o.repeat = n }
}

// WithTimeout sets how long one program may take before it counts as hung. The
// default is ten seconds, about 10,000 times what one takes.
func WithTimeout(d time.Duration) Option {
	return func(o *options) { o.timeout = d }
}

// WithoutMethods leaves methods out, as if the map did not have them: a Clear, for
// example, that is not atomic. Load, Store, Delete and Range are needed.
func WithoutMethods(kinds ...model.Kind) Option {
	return func(o *options) { o.vary.Without = append(o.vary.Without, kinds...) }
}

// WithRepeatedCallbacks is for maps whose Compute and LoadOrCompute may call their
// functions again, and use what the last call returns.
func WithRepeatedCallbacks() Option { return func(o *options) { o.vary.Repeats = true } }
