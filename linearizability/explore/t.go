package explore

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
)

// A T is what the body of a [Test] gets in place of a [testing.T], for one execution.
// It has the methods of testing.TB, so packages of assertions accept it.
//
// FailNow, Fatal and the like end the execution in which they are called, and Error and
// the like mark it as failed. Log prints nothing unless the execution fails. Cleanup
// registers a function that runs when the body has returned, in the same goroutine.
// Name, TempDir and the other methods are those of the test.
type T struct {
	testing.TB

	e *engine // nil if the body runs for real

	mu       sync.Mutex
	messages []string // of errors
	logs     []string
	failed   bool
	skipped  bool
	cleanups []func()
}

func (t *T) lock() func() {
	t.mu.Lock()
	return t.mu.Unlock
}

// Helper does nothing.
func (t *T) Helper() {}

// Log is [testing.T.Log].
func (t *T) Log(args ...any) {
	defer t.lock()()
	t.logs = append(t.logs, strings.TrimSuffix(fmt.Sprintln(args...), "\n"))
}

// Logf is [testing.T.Logf].
func (t *T) Logf(format string, args ...any) {
	defer t.lock()()
	t.logs = append(t.logs, fmt.Sprintf(format, args...))
}

// Fail marks the execution as failed.
func (t *T) Fail() {
	defer t.lock()()
	t.failed = true
}

// Failed reports whether the execution has failed.
func (t *T) Failed() bool {
	defer t.lock()()
	return t.failed
}

func (t *T) error(message string) {
	defer t.lock()()
	t.failed = true
	t.messages = append(t.messages, message)
}

// Error marks the execution as failed, and reports why.
func (t *T) Error(args ...any) { t.error(strings.TrimSuffix(fmt.Sprintln(args...), "\n")) }

// Errorf marks the execution as failed, and reports why.
func (t *T) Errorf(format string, args ...any) { t.error(fmt.Sprintf(format, args...)) }

// FailNow marks the execution as failed, and ends it and the calling goroutine.
func (t *T) FailNow() {
	t.Fail()
	t.end()
}

// Fatal is Error and FailNow.
func (t *T) Fatal(args ...any) {
	t.Error(args...)
	t.end()
}

// Fatalf is Errorf and FailNow.
func (t *T) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	t.end()
}

// end ends the execution, which has failed, and the calling goroutine.
func (t *T) end() {
	if e := active(); e != nil && e == t.e && !e.cutting {
		e.fail(Check, e.running, t.err())
		e.leave(e.running, toMain)
	}
	runtime.Goexit()
}

// Skip skips the whole test.
func (t *T) Skip(args ...any) {
	t.Log(args...)
	t.SkipNow()
}

// Skipf skips the whole test.
func (t *T) Skipf(format string, args ...any) {
	t.Logf(format, args...)
	t.SkipNow()
}

// SkipNow skips the whole test.
func (t *T) SkipNow() {
	func() {
		defer t.lock()()
		t.skipped = true
	}()
	if e := active(); e != nil && e == t.e && !e.cutting {
		e.fail(Check, e.running, errSkipped)
		e.leave(e.running, toMain)
	}
	runtime.Goexit()
}

// Skipped reports whether the test is skipped.
func (t *T) Skipped() bool {
	defer t.lock()()
	return t.skipped
}

// Cleanup registers f to be called when the body has returned.
func (t *T) Cleanup(f func()) {
	defer t.lock()()
	t.cleanups = append(t.cleanups, f)
}

// err returns the errors that were reported, or nil.
func (t *T) err() error {
	defer t.lock()()
	switch {
	case len(t.messages) > 0:
		return testError(strings.Join(t.messages, "\n"))
	case t.failed:
		return testError("the test failed")
	}
	return nil
}

// A testError is what a test reported.
type testError string

func (e testError) Error() string { return string(e) }

var errSkipped = testError("skipped")

// run calls body and then the cleanup functions, the last one first.
func (t *T) run(body func(*T)) {
	defer func() {
		for {
			f := t.cleanup()
			if f == nil {
				return
			}
			f()
		}
	}()
	body(t)
}

// cleanup removes the last cleanup function and returns it, or nil.
func (t *T) cleanup() func() {
	defer t.lock()()
	n := len(t.cleanups)
	if n == 0 {
		return nil
	}
	f := t.cleanups[n-1]
	t.cleanups = t.cleanups[:n-1]
	return f
}
