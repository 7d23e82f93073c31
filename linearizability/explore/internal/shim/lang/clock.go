package lang

import (
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// In an exploration it is always the same time, and timers never fire.

const (
	frozen  = 1_000_000_000 // seconds since 1970
	century = 100 * 365 * 24 * time.Hour
)

// started is where Nanotime counts from.
var started = time.Now()

// Now stands in for [time.Now].
//
//go:noinline
func Now() time.Time {
	if explore.Active() {
		return time.Unix(frozen, 0)
	}
	return time.Now()
}

// Since stands in for [time.Since].
//
//go:noinline
func Since(t time.Time) time.Duration {
	if explore.Active() {
		return Now().Sub(t)
	}
	return time.Since(t)
}

// Until stands in for [time.Until].
//
//go:noinline
func Until(t time.Time) time.Duration {
	if explore.Active() {
		return t.Sub(Now())
	}
	return time.Until(t)
}

// Nanotime stands in for the runtime's nanotime.
//
//go:noinline
func Nanotime() int64 {
	if explore.Active() {
		return 1
	}
	return 1 + int64(time.Since(started))
}

// never returns d, or a time that does not come if an exploration runs.
func never(d time.Duration, what string) time.Duration {
	if !explore.Active() {
		return d
	}
	explore.Unseen(what + ": the timer never fires")
	return century
}

// After stands in for [time.After].
//
//go:noinline
func After(d time.Duration) <-chan time.Time { return time.After(never(d, "time.After")) }

// AfterFunc stands in for [time.AfterFunc].
//
//go:noinline
func AfterFunc(d time.Duration, f func()) *time.Timer {
	return time.AfterFunc(never(d, "time.AfterFunc"), f)
}

// NewTimer stands in for [time.NewTimer].
//
//go:noinline
func NewTimer(d time.Duration) *time.Timer { return time.NewTimer(never(d, "time.NewTimer")) }

// NewTicker stands in for [time.NewTicker].
//
//go:noinline
func NewTicker(d time.Duration) *time.Ticker {
	if d > 0 {
		d = never(d, "time.NewTicker")
	}
	return time.NewTicker(d)
}

// Tick stands in for [time.Tick].
//
//go:noinline
func Tick(d time.Duration) <-chan time.Time {
	if d > 0 {
		d = never(d, "time.Tick")
	}
	return time.Tick(d)
}
