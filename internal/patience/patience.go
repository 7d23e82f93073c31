// Package patience has a timer for verdicts that a busy machine must not change:
// that a map hangs, or that a budget has been spent.
package patience

import (
	"sync/atomic"
	"time"
)

// period is between two ticks. It is longer than the time for which a process
// waits for a processor on an idle machine, and shorter than on a busy one.
const period = 2 * time.Millisecond

// A Timer measures the time for which this process could run. It counts the ticks
// that reach it: while other processes have the processors, no ticks do. On an idle
// machine it is as fast as a clock. On one with ten busy processes for each core it
// is several times slower, as the process is.
type Timer struct {
	C     <-chan struct{} // is closed when the time is over
	ticks atomic.Int64    // that have come
	limit atomic.Int64    // ticks
	stop  chan struct{}
}

// NewTimer starts a timer. Stop must be called when it is not needed any more.
func NewTimer(d time.Duration) *Timer {
	over := make(chan struct{})
	t := &Timer{C: over, stop: make(chan struct{})}
	t.Extend(d)
	go t.run(over)
	return t
}

func (t *Timer) run(over chan struct{}) {
	ticker := time.NewTicker(period)
	defer ticker.Stop()
	for {
		select {
		case <-t.stop:
			return
		case <-ticker.C: // several ticks that are late come as one
			if t.ticks.Add(1) == t.limit.Load() {
				close(over)
				return
			}
		}
	}
}

// Extend adds d to the time. It has no effect once the time is over.
func (t *Timer) Extend(d time.Duration) { t.limit.Add(max(1, int64((d+period-1)/period))) }

// Over reports whether the time is over.
func (t *Timer) Over() bool {
	select {
	case <-t.C:
		return true
	default:
		return false
	}
}

// Elapsed returns the time that the timer has measured.
func (t *Timer) Elapsed() time.Duration { return time.Duration(t.ticks.Load()) * period }

// Stop ends the timer. C is not closed after it.
func (t *Timer) Stop() { close(t.stop) }
