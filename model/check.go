package model

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/internal/patience"
	"pgregory.net/rapid"
)

// Test verifies that the maps that newMap returns do what the sequential
// specification says, by running random programs on them, a new map for each.
// It fails t with the smallest program it can find that shows otherwise,
// printed as a Go test function to paste into an external test package that has a
// function newMap: types are named with their packages. It logs which operations are verified,
// which are not since the map does not have them, and which look like methods of
// the companions of [Map] but have another signature.
//
// A map that is seeded at random may need several attempts to fail again.
// For a program that fails every time, let newMap return maps with a fixed
// hash function.
func Test[K comparable, V any](t testing.TB, newMap func() Map[K, V], opts ...Option) {
	t.Helper()
	log, err := check(newMap, newOptions(opts))
	if log != "" {
		t.Log(log)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Replay runs one program on a new map, and fails t if it does anything but
// what the specification says. Of the options only [WithTimeout] and
// [WithRepeatedCallbacks] matter.
func Replay[K comparable, V any](t testing.TB, newMap func() Map[K, V], p Program[K, V], opts ...Option) {
	t.Helper()
	o := newOptions(opts)
	if f := run(func() Map[K, V] { return Vary(newMap(), o.vary) }, p, o.timeout, nil); f != nil {
		t.Fatal(f)
	}
}

// A Failure is an execution that the specification does not allow.
type Failure[K comparable, V any] struct {
	// Program ends with the operation that shows the failure.
	Program Program[K, V]
	// Results are those of the operations, up to the failure.
	Results []Result[K, V]
	// Reason says what was expected.
	Reason error
	// Stacks are those of the goroutines, if the last operation hung: its own
	// first. If it panicked, it is the stack of the panic.
	Stacks string
}

// Error says what went wrong, and prints the program as a Go test function.
func (f *Failure[K, V]) Error() string {
	comments := make([]string, len(f.Program))
	for i := range f.Program {
		comments[i] = f.Program[i].String()
		if i < len(f.Results) {
			comments[i] = f.Results[i].describe(&f.Program[i])
		}
	}
	last := len(comments) - 1
	comments[last] += " WRONG: " + f.Reason.Error()
	var b strings.Builder
	fmt.Fprintf(&b, "model: %s\n\n", comments[last])
	fmt.Fprintf(&b, "func TestCounterexample(t *testing.T) {\n\tmodel.Replay(t, newMap, ")
	b.WriteString(strings.ReplaceAll(f.Program.format(comments), "\n", "\n\t"))
	b.WriteString(")\n}\n")
	if f.Stacks != "" {
		b.WriteString("\n" + f.Stacks)
	}
	return b.String()
}

// Unwrap returns the reason.
func (f *Failure[K, V]) Unwrap() error { return f.Reason }

// ErrHung is the [Failure.Reason] of an operation that did not return in time.
// The goroutine that called it is lost.
var ErrHung = errors.New("it hangs")

// Check is [Test] for programs that are not tests. It returns a *[Failure] if
// the map is wrong, another error if it could not be checked, and nil if no
// program failed.
//
// Check uses the flags of packages testing and rapid. If the program does not
// define the former, Check does.
func Check[K comparable, V any](newMap func() Map[K, V], opts ...Option) error {
	_, err := check(newMap, newOptions(opts))
	return err
}

// check is Check. It also returns what Test logs.
func check[K comparable, V any](newMap func() Map[K, V], o options) (log string, err error) {
	keys, err := generatorFor[K](o.keys, "WithKeys")
	if err != nil {
		return "", err
	}
	values, err := generatorFor[V](o.values, "WithValues")
	if err != nil {
		return "", err
	}
	if o.timeout <= 0 {
		return "", fmt.Errorf("model: WithTimeout: %v is not positive", o.timeout)
	}
	m := newMap()
	if v := reflect.ValueOf(m); v.Kind() == reflect.Pointer && v.Type().Elem().Size() > 0 && v.Pointer() == reflect.ValueOf(newMap()).Pointer() {
		return "", errors.New("model: newMap returned the same map twice, but must make a new one each time")
	}
	if o.vary.Repeats || len(o.vary.Without) > 0 {
		unvaried := newMap
		newMap = func() Map[K, V] { return Vary(unvaried(), o.vary) }
		m = newMap()
	}
	if err := Required(m); err != nil {
		return "", err
	}
	kinds, err := supported(m, o.kinds)
	if err != nil {
		return "", err
	}
	log = verified(m, kinds)
	if f := checkPanics(newMap, kinds, o.timeout); f != nil {
		return log, f
	}
	c := checker[K, V]{newMap: newMap, options: o}
	g := generator[K, V]{keys: keys, values: values, callbacks: o.callbacks}
	programs := g.programs(kinds)
	for start := time.Now(); ; {
		err := c.round(programs)
		switch {
		case c.smallest != nil:
			c.shrink()
			return log, c.smallest
		case err != nil || time.Since(start) >= o.budget:
			return log, err
		}
	}
}

// shrinkTimeout replaces the timeout once a program has hung: each attempt to
// shrink it that hangs again takes this long. To be too short would only make
// the smallest program wrong, and [Replay] has the patience to tell.
const shrinkTimeout = 100 * time.Millisecond

// A checker is a check in progress.
type checker[K comparable, V any] struct {
	newMap   func() Map[K, V]
	options  options
	progress Progress
	smallest *Failure[K, V] // so far
	failed   time.Time      // when the first program did
}

// round has rapid look for a program that fails, and shrink it.
func (c *checker[K, V]) round(programs *rapid.Generator[Program[K, V]]) error {
	testing.Init()
	if !flag.Parsed() {
		if err := flag.CommandLine.Parse(nil); err != nil {
			return err
		}
	}
	tb := &quietTB{}
	done := make(chan struct{})
	defer removeNew("testdata", filepath.Join("testdata", "rapid"))()
	go func() { // which tb.FailNow can end
		defer close(done)
		rapid.Check(tb, func(rt *rapid.T) { c.try(rt, programs.Draw(rt, "program")) })
	}()
	<-done
	if c.smallest == nil && tb.Failed() {
		return fmt.Errorf("model: rapid: %s", strings.Join(tb.log, "\n"))
	}
	return nil
}

// removeNew returns a function that removes those directories, the outer first,
// that do not exist yet, if they are empty by then. Rapid makes them in vain: see
// [quietTB.Name].
func removeNew(dirs ...string) func() {
	dirs = slices.DeleteFunc(dirs, func(dir string) bool {
		_, err := os.Stat(dir)
		return err == nil
	})
	return func() {
		for _, dir := range slices.Backward(dirs) {
			_ = os.Remove(dir) // as a rule it does not exist
		}
	}
}

// try runs one program. What is reported to rapid about a failure is always the same,
// so that rapid shrinks a failure whose details depend on the map's hash seed.
func (c *checker[K, V]) try(rt *rapid.T, p Program[K, V]) {
	f := run(c.newMap, p, c.options.timeout, c.audit())
	if f != nil {
		if errors.Is(f.Reason, ErrHung) { // the next attempts need less patience
			c.options.timeout = min(c.options.timeout, shrinkTimeout)
		}
		if c.smallest == nil {
			c.failed = time.Now()
		} else if time.Since(c.failed) > shrinkBudget {
			runtime.Goexit() // out of rapid, which would go on for half a minute
		}
		if c.smallest == nil || len(f.Program) <= len(c.smallest.Program) {
			c.smallest = f
		}
		rt.Fatalf("the program does what the specification does not allow")
	}
	if c.smallest == nil {
		c.progress.Programs++
		c.progress.Operations += len(p)
		if c.options.progress != nil {
			c.options.progress(c.progress)
		}
	}
}

// audit returns what every program ends with: the content has to be right.
func (c *checker[K, V]) audit() Program[K, V] {
	p := Program[K, V]{{Kind: Range}}
	if Supports(c.newMap(), Len) {
		p = append(p, Op[K, V]{Kind: Len})
	}
	return p
}

// run runs p, and audit after it, on a new map.
func run[K comparable, V any](newMap func() Map[K, V], p Program[K, V], timeout time.Duration, audit Program[K, V]) *Failure[K, V] {
	all := append(p[:len(p):len(p)], audit...)
	var mu sync.Mutex // guards f
	f := &Failure[K, V]{}
	var self []byte // what this goroutine's stack begins with
	done := make(chan struct{})
	go func() {
		defer close(done)
		mu.Lock()
		self = goroutineHeader()
		mu.Unlock()
		m, state := newMap(), NewState[K, V]()
		for i, op := range all {
			r := Apply(m, op)
			err := state.Step(op, r)
			mu.Lock()
			f.Results = append(f.Results, r)
			if err != nil {
				f.Program, f.Reason, f.Stacks = all[:i+1], err, r.panicStack()
			}
			mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	timer := patience.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-done:
		if f.Reason == nil {
			return nil
		}
		return f
	case <-timer.C:
		mu.Lock()
		defer mu.Unlock()
		if n := len(f.Results); f.Reason == nil && n < len(all) {
			// A copy: the goroutine may go on after all.
			hung := fmt.Errorf("%w: no result after %v", ErrHung, timeout)
			if slices.ContainsFunc(f.Results, func(r Result[K, V]) bool { return r.Exit.abrupt() }) {
				hung = fmt.Errorf("%w, after a callback that panicked or called runtime.Goexit (WithPlainCallbacks leaves these out)", hung)
			}
			return &Failure[K, V]{all[:n+1], f.Results[:n:n], hung, stacks(self)}
		}
		<-done
		if f.Reason == nil {
			return nil
		}
		return f
	}
}

// goroutineHeader returns what identifies the stack of the calling goroutine.
func goroutineHeader() []byte {
	b := make([]byte, 64)
	b = b[:runtime.Stack(b, false)]
	return b[:bytes.IndexByte(b, '[')]
}

// others matches the stacks of goroutines that earlier programs have left hanging, and of
// those that are not of the map.
var others = regexp.MustCompile(`model\.run\[\.\.\.\]|testing\.|internal/patience\.|os/signal\.`)

// stacks returns the stack of the goroutine with this header, then those of goroutines
// that the map has started.
func stacks(header []byte) string {
	b := make([]byte, 4<<20)
	first, rest := "", ""
	for stack := range bytes.SplitSeq(b[:runtime.Stack(b, true)], []byte("\n\n")) {
		switch {
		case bytes.HasPrefix(stack, header):
			first = string(stack)
		case !others.Match(stack):
			rest += "\n\n" + string(stack)
		}
	}
	return first + rest
}

// checkPanics checks the operations that must panic: those that compare
// values of a type that is not comparable, and those with a key that is not.
func checkPanics[K comparable, V any](newMap func() Map[K, V], kinds []Kind, timeout time.Duration) *Failure[K, V] {
	uncomparable, ok := any([]int{0}).(K)
	if ok = ok && reflect.TypeFor[K]().Kind() == reflect.Interface; !ok && isComparable[V]() {
		return nil
	}
	for _, kind := range kinds {
		p := Program[K, V]{{Kind: kind}, {Kind: Store}, {Kind: kind}, {Kind: Delete}}
		if ok && kind.SingleKey() {
			p[0].Key, p[2].Key = uncomparable, uncomparable
		} else if kind != CompareAndSwap && kind != CompareAndDelete {
			continue
		}
		if f := run(newMap, p, timeout, nil); f != nil {
			return f
		}
	}
	return nil
}

// A quietTB is a test that keeps the errors that are reported to it. One goroutine uses it.
type quietTB struct {
	log    []string
	failed bool
}

// Name is too long for a file, so that rapid leaves none behind: a failure
// carries its program.
func (tb *quietTB) Name() string { return strings.Repeat("model", 1000) }
func (tb *quietTB) Helper()      {}

func (tb *quietTB) fail(text string) {
	tb.failed = true
	tb.log = append(tb.log, strings.ReplaceAll(text, fmt.Sprintf("-run=%q ", tb.Name()), "")) // which repeats nothing
}

func (tb *quietTB) Log(args ...any)                   {}
func (tb *quietTB) Logf(format string, args ...any)   {}
func (tb *quietTB) Error(args ...any)                 { tb.fail(fmt.Sprint(args...)) }
func (tb *quietTB) Errorf(format string, args ...any) { tb.fail(fmt.Sprintf(format, args...)) }
func (tb *quietTB) Fail()                             { tb.fail("") }
func (tb *quietTB) FailNow()                          { tb.Fail(); runtime.Goexit() }
func (tb *quietTB) Fatal(args ...any)                 { tb.Error(args...); runtime.Goexit() }
func (tb *quietTB) Fatalf(format string, args ...any) { tb.Errorf(format, args...); runtime.Goexit() }
func (tb *quietTB) SkipNow()                          { runtime.Goexit() }
func (tb *quietTB) Skip(args ...any)                  { runtime.Goexit() }
func (tb *quietTB) Skipf(format string, args ...any)  { runtime.Goexit() }
func (tb *quietTB) Failed() bool                      { return tb.failed }
