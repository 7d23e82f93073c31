// Package effort says how much the tests do: all of it with the build tag long and
// with the race detector, and otherwise a part that takes seconds, or with -short less.
package effort

import (
	"flag"
	"strconv"
	"testing"
)

// Of returns how much of something a test does. It returns full with the build tag
// long and with the race detector, except with -short, and otherwise usual.
func Of[T any](usual, full T) T { return choose(long || race, usual, full) }

// Brief returns brief with -short, and otherwise usual: for tests that take seconds.
func Brief[T any](brief, usual T) T {
	if testing.Short() {
		return brief
	}
	return usual
}

// Unraced is Of for tests in which the race detector has nothing to see: those that measure
// time, which it makes many times slower, and those of one goroutine. With it they do what is
// usual.
func Unraced[T any](usual, full T) T { return choose(long && !race, usual, full) }

// Slower returns usual, or with the race detector slower: for limits of time, which
// stay as strict as they are without it.
func Slower[T any](usual, slower T) T {
	if race {
		return slower
	}
	return usual
}

func choose[T any](all bool, usual, full T) T {
	if all && !testing.Short() {
		return full
	}
	return usual
}

// Checks has rapid check every property n times in a test, where it does not do all,
// and unless the flag -rapid.checks says otherwise.
func Checks(t testing.TB, n int) {
	const name = "rapid.checks"
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == name })
	if !given && Of(true, false) {
		set(t, name, strconv.Itoa(n))
	}
}

// Unshrunk has rapid report failures in a test as it finds them. For those that are
// expected, and not looked at.
func Unshrunk(t testing.TB) { set(t, "rapid.shrinktime", "0s") }

// set sets a flag until the test ends.
func set(t testing.TB, name, value string) {
	f := flag.Lookup(name)
	old := f.Value.String()
	t.Cleanup(func() { _ = f.Value.Set(old) })
	if err := f.Value.Set(value); err != nil {
		t.Fatal(err)
	}
}
