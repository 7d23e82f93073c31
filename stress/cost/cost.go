package cost

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/internal/numbered"
	"github.com/flatmap-go/flatmap/model"
)

var began = time.Now()

// ErrCost is wrapped by the error of [Run] if the cost of a step grows.
var ErrCost = errors.New("the cost of a step grows with the number of entries")

// sizes are the numbers of entries.
var sizes = [...]int{1 << 6, 1 << 10, 1 << 14}

// attempts is how often a pattern that seems too slow is measured.
const attempts = 4

// fewest is how often a measurement is made at least: the first ones touch memory that is new
// to the process, which costs more than what is measured if values are large.
const fewest = 4

// tooLong is a time after which a measurement is not repeated all the same.
const tooLong = time.Second

// slack is a number of bytes for a step that is never too much.
const slack = 512

// An Option changes what [Test] and [Run] do.
type Option func(*options)

type options struct {
	patterns []string
	factor   float64
	keys     any
	values   any
}

// WithPatterns restricts the run to the patterns with these names. [Patterns] lists all.
// It is for maps whose contract does not say that other patterns are fast: a Go map, for
// example, does not shrink, so that an iteration over what is left takes long.
func WithPatterns(names ...string) Option { return func(o *options) { o.patterns = names } }

// WithFactor sets how many times as much a step may cost with 256 times as many entries.
// The default is 8.
func WithFactor(f float64) Option { return func(o *options) { o.factor = f } }

// WithKeys sets the keys: key must return a different key for every i.
func WithKeys[K comparable](key func(i int) K) Option { return func(o *options) { o.keys = key } }

// WithValues sets the values.
func WithValues[V any](value func(i int) V) Option { return func(o *options) { o.values = value } }

// A Report is what a run measured.
type Report struct {
	Costs []Cost
	// Skipped are the patterns that need methods which the map lacks.
	Skipped []string
}

// A Cost is that of one pattern.
type Cost struct {
	Pattern string
	Sizes   []int           // numbers of entries
	Step    []time.Duration // of processor time, by size
	Ratio   []float64       // of Step to the yardstick of its size
	Bytes   []int           // that a step allocates
}

// Growth returns how many times as much a step costs with the most entries as with the
// fewest, in time and in allocated bytes.
func (c Cost) Growth() (time, bytes float64) {
	last := len(c.Sizes) - 1
	return c.Ratio[last] / c.Ratio[0], float64(c.Bytes[last]) / float64(max(slack, c.Bytes[0]))
}

// String returns the figures as one line.
func (c Cost) String() string {
	var b strings.Builder
	time, bytes := c.Growth()
	fmt.Fprintf(&b, "%s: a step costs %.1f times as many yardsticks and %.1f times as many bytes with %d entries as with %d",
		c.Pattern, time, bytes, c.Sizes[len(c.Sizes)-1], c.Sizes[0])
	for i, n := range c.Sizes {
		fmt.Fprintf(&b, "; %d entries: %v, %.1f yardsticks, %d bytes", n, c.Step[i], c.Ratio[i], c.Bytes[i])
	}
	return b.String()
}

// String returns the report, one pattern a line.
func (r Report) String() string {
	var b strings.Builder
	for _, c := range r.Costs {
		fmt.Fprintln(&b, c)
	}
	if len(r.Skipped) > 0 {
		fmt.Fprintln(&b, "skipped:", strings.Join(r.Skipped, ", "))
	}
	return b.String()
}

// Test fails t if a step of a pattern becomes slower the more entries a map has. newMap
// must return a new, empty map each time. Tests that run in parallel disturb it.
func Test[K comparable, V any](t testing.TB, newMap func() model.Map[K, V], opts ...Option) {
	t.Helper()
	report, err := Run(context.Background(), newMap, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v", report)
}

// Run does what [Test] does, outside of tests. The error of a map that is too slow wraps
// [ErrCost] and has the pattern and the figures. If ctx is done, Run returns its error
// after the pattern in progress.
func Run[K comparable, V any](ctx context.Context, newMap func() model.Map[K, V], opts ...Option) (Report, error) {
	o := options{factor: 8}
	for _, opt := range opts {
		opt(&o)
	}
	var r Report
	names, _ := Patterns()
	for _, name := range o.patterns {
		if !slices.Contains(names, name) {
			return r, fmt.Errorf("cost: WithPatterns: unknown pattern %q (have %s)", name, strings.Join(names, ", "))
		}
	}
	bench, err := newBench(newMap, o)
	if err != nil {
		return r, err
	}
	runtime.LockOSThread() // whose time counts
	defer runtime.UnlockOSThread()
	example := newMap()
	for _, p := range patterns[K, V]() {
		if err := ctx.Err(); err != nil {
			return r, err
		}
		if len(o.patterns) > 0 && !slices.Contains(o.patterns, p.name) {
			continue
		}
		if p.needs != nil && !model.Supports(example, *p.needs) {
			r.Skipped = append(r.Skipped, fmt.Sprintf("%s (no %v)", p.name, *p.needs))
			continue
		}
		c, ok := bench.measure(p, o.factor)
		r.Costs = append(r.Costs, c)
		if !ok {
			return r, fmt.Errorf("cost: %w: %v; want at most %g times; %s", ErrCost, c, o.factor, p.about)
		}
	}
	return r, nil
}

// A job is what is measured.
type job struct {
	steps  int
	run    func() // makes the steps
	finish func() // what is to be done after them, not measured; may be nil
}

// A bench measures maps of one type.
type bench[K comparable, V any] struct {
	newMap func() model.Map[K, V]
	keys   []K
	values []V
}

func newBench[K comparable, V any](newMap func() model.Map[K, V], o options) (*bench[K, V], error) {
	key, err := makerOf[K](o.keys, "WithKeys", true)
	if err != nil {
		return nil, err
	}
	value, err := makerOf[V](o.values, "WithValues", false)
	if err != nil {
		return nil, err
	}
	b := &bench[K, V]{newMap: newMap}
	for i := range 2 * sizes[len(sizes)-1] {
		b.keys = append(b.keys, key(i))
	}
	for i := range 1 << 8 {
		b.values = append(b.values, value(i+1))
	}
	return b, nil
}

func makerOf[T any](option any, name string, keys bool) (func(int) T, error) {
	if f, ok := option.(func(int) T); ok && f != nil {
		return f, nil
	}
	if option != nil {
		return nil, fmt.Errorf("cost: %s: got a %T, want a %T that is not nil", name, option, (func(int) T)(nil))
	}
	values, ok := numbered.Of[T](numbered.Style{Bits: 20, Identical: keys})
	if !ok {
		return nil, fmt.Errorf("cost: %s is needed: no default makes different values of type %v", name, reflect.TypeFor[T]())
	}
	return values.Make, nil
}

func (b *bench[K, V]) value(i int) V { return b.values[i%len(b.values)] }

// measure measures a pattern, again if it seems too slow, and reports whether it is not.
func (b *bench[K, V]) measure(p pattern[K, V], factor float64) (c Cost, ok bool) {
	c = Cost{Pattern: p.name, Sizes: sizes[:], Step: make([]time.Duration, len(sizes)), Ratio: make([]float64, len(sizes)), Bytes: make([]int, len(sizes))}
	for attempt := range attempts {
		for i, n := range sizes {
			y, _ := b.time(n, func() job { return b.yardstick(n) })
			step, bytes := b.time(n, func() job { return p.prepare(b, n) })
			ratio := float64(step) / float64(y)
			if attempt == 0 || ratio < c.Ratio[i] {
				c.Step[i], c.Ratio[i] = step, ratio
			}
			if attempt == 0 || bytes < c.Bytes[i] {
				c.Bytes[i] = bytes
			}
		}
		if time, bytes := c.Growth(); time <= factor && bytes <= factor {
			return c, true
		} else if attempt > 0 && max(time, bytes) > 4*factor {
			break // no machine is that busy
		}
	}
	return c, false
}

// time returns the cost of one of the steps that prepare returns, at least a nanosecond.
func (b *bench[K, V]) time(n int, prepare func() job) (step time.Duration, bytes int) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	step = time.Hour
	for range max(fewest, 1024/n) {
		j := prepare()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := now()
		j.run()
		took := now() - start
		runtime.ReadMemStats(&after)
		step = max(1, min(step, took/time.Duration(j.steps)))
		bytes = int(after.TotalAlloc-before.TotalAlloc) / j.steps
		if j.finish != nil {
			j.finish()
		}
		runtime.GC()
		if took > tooLong {
			break
		}
	}
	return step, bytes
}

// yardstick prepares loads and stores in a Go map.
func (b *bench[K, V]) yardstick(n int) job {
	m := make(map[K]V)
	for i := range n {
		m[b.keys[i]] = b.value(i)
	}
	return job{steps: 4 * n, run: func() {
		at := 0
		for range 2 * n {
			at = (at + 7919) % n
			if _, ok := m[b.keys[at]]; ok {
				m[b.keys[at]] = b.value(at)
			}
		}
	}}
}
