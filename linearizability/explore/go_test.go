package explore_test

import (
	"fmt"
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A goroutine that Go starts runs concurrently with its starter, and after everything
// that came before the Go.
func TestGo(t *testing.T) {
	read := func(w *words) { explore.PlainRead(unsafe.Pointer(&w.data), 8) }
	write := func(w *words) { explore.PlainWrite(unsafe.Pointer(&w.data), 8) }
	add := func(w *words) { w.x.Store(w.x.Load() + 1) }
	for _, test := range []struct {
		name string
		do   func(w *words)
		want expectation
		text string
	}{
		{"what came before", func(w *words) { write(w); explore.Go(func() { read(w) }) }, right, ""},
		{"what comes after", func(w *words) { explore.Go(func() { read(w); w.y.Load() }); write(w); w.y.Load() },
			expectation{explore.Race, 0}, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"one next to another", func(w *words) { explore.Go(func() { write(w) }); explore.Go(func() { write(w) }) },
			expectation{explore.Race, 0}, "the plain write of goroutine 2 is not ordered with the plain write of goroutine 1"},
		{"one after another", func(w *words) { explore.Go(func() { write(w); explore.Go(func() { write(w) }) }) }, right, ""},
		{"a lost update", func(w *words) { explore.Go(func() { add(w) }); add(w); w.z.Store(2) },
			expectation{explore.Check, 1}, "x is 1"},
		{"an update handed on", func(w *words) { add(w); explore.Go(func() { add(w); w.z.Store(2) }) }, right, ""},
		{"no goroutine unlocks", func(w *words) { w.mu.Lock(); explore.Go(func() { w.mu.Lock() }) },
			expectation{explore.Leak, 0}, "goroutine 1 waits in x0.Lock"},
		{"a panic", func(w *words) { explore.Go(func() { w.y.Load(); panic("no") }) },
			expectation{explore.Panic, 0}, "panic: no"},
		{"Goexit", func(w *words) { explore.Go(func() { defer w.z.Store(0); w.y.Load(); runtime.Goexit() }) }, right, ""},
		{"nothing", func(w *words) { explore.Go(func() {}) }, right, ""},
		{"too many", func(w *words) {
			for range explore.MaxGoroutines {
				explore.Go(func() {})
			}
		}, expectation{explore.Panic, 0}, "explore: Go: the program already has 16 goroutines"},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := program{
				Setup:      newWords,
				Goroutines: [][]call{do(func(w *words) string { test.do(w); return "" })},
				Check: func(w *words, _ history) error {
					if x := w.x.Load(); x != w.z.Load() {
						return fmt.Errorf("x is %d", x)
					}
					return nil
				},
			}
			expect(t, p, test.want)
			if test.want != right {
				require.ErrorContains(t, failure(t, p, explore.Options{}), test.text)
			}
		})
	}
}

// A table has a column for a goroutine that was started.
func TestGoTable(t *testing.T) {
	p := program{
		Setup:      newWords,
		Goroutines: [][]call{{{Name: "begin", Do: func(w *words) string { explore.Go(func() { w.x.Store(1) }); return "" }}}},
		Check:      func(*words, history) error { return fmt.Errorf("as it should be") },
	}
	f := failure(t, p, explore.Options{})
	require.Regexp(t, `step +goroutine 0 +goroutine 1 +source
 +begin:
1 +Go: goroutine 1 +go_test.go:\d+
2 +x1.Store\(1\) +go_test.go:\d+`, f.Table())
}

// Outside of explorations Go is a go statement. In Setup and Check only one goroutine
// runs, so it panics.
func TestGoElsewhere(t *testing.T) {
	done := make(chan bool)
	explore.Go(func() { close(done) })
	<-done

	p := program{Setup: newWords, Goroutines: [][]call{do(func(w *words) string { return "" })}}
	p.Check = func(*words, history) error { explore.Go(func() {}); return nil }
	require.ErrorContains(t, failure(t, p, explore.Options{}).Err, "Go in Setup or Check")
}
