package flatmap_test

import (
	"fmt"
	"runtime"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// What the tests of the public contract share, apart from the kinds of keys and
// values and what export_test.go offers.

// The number of different keys and values that programs use. All kinds can
// make as many.
const numKeys, numValues = 250, 200

// steps returns n, or a twentieth in a short run.
func steps(n int) int {
	if testing.Short() {
		return n / 20
	}
	return n
}

// inFlight makes a map with a resize in progress that cannot end before release
// is called, by holding the lock of one chain. The map holds the keys from 0
// on, with values of the same number.
func inFlight[V any](t testing.TB, shrink bool, values kind[V]) (m *flatmap.Map[int, V], parked, entries int, release func()) {
	t.Helper()
	m = new(flatmap.Map[int, V])
	entries = 100
	if shrink {
		entries = 1000
	}
	for i := range entries {
		m.Store(i, values.make(i%numKeys))
	}
	for i := entries; m.Stats().Resizing; i++ { // finish what is in progress
		m.Store(i, values.make(i%numKeys))
		entries++
	}
	release = flatmap.Park(t, m, parked)
	chain := m.ChainOf(parked)
	flatmap.Within(t, "growing or shrinking", func() {
		for !m.Stats().Resizing {
			switch {
			case !shrink:
				if m.ChainOf(entries) == chain {
					m.TryResize(2 * m.Stats().Buckets) // the next key would wait
					continue
				}
				m.Store(entries, values.make(entries%numKeys))
				entries++
			case m.ChainOf(entries-1) == chain:
				m.TryResize(m.Stats().Buckets / 4)
			default:
				entries--
				m.Delete(entries)
			}
		}
	})
	return m, parked, entries, release
}

// mustPanic fails unless f panics with the given text.
func mustPanic(t testing.TB, text string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if got := fmt.Sprint(recover()); got != text {
			t.Errorf("panics with %q, not %q", got, text)
		}
	}()
	f()
}

// panicked reports whether f panics.
func panicked(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}

// An ending is how a callback ends.
type ending int

const (
	returns ending = iota
	panics
	exits
)

func (e ending) now() {
	switch e {
	case panics:
		panic("a callback panics")
	case exits:
		runtime.Goexit()
	}
}

// run calls f, in a separate goroutine if it may exit, and reports whether
// it panicked or exited.
func (e ending) run(f func()) (ended bool) {
	if e != exits {
		return panicked(f)
	}
	ended = true
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
		ended = false
	}()
	<-done
	return ended
}

// end writes key 0 until no resize is in progress. It fails by a timeout if that
// does not come about.
func end(m *flatmap.Map[int, string]) {
	for m.Store(0, text(0)); m.Stats().Resizing; {
		m.Store(0, text(0))
	}
}
