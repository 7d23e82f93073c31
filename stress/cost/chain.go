package cost

import (
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/internal/patience"
	"github.com/flatmap-go/flatmap/model"
)

// standstill is for how long a writer that waits for a callback makes no progress.
const standstill = 20 * time.Millisecond

// chain has a callback of Compute run while n keys are stored, or as many as do not have
// to wait for it. A map that cannot grow in that time, and puts them into few chains, has
// slow loads.
func (b *bench[K, V]) chain(n int) job {
	m := b.full(16)
	inside, release, ended := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		m.(model.Computer[K, V]).Compute(b.keys[0], func(old V, _ bool) (V, flatmap.Op) {
			close(inside)
			<-release
			return old, flatmap.Keep
		})
	}()
	<-inside
	var stored atomic.Int64
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range n {
			m.Store(b.keys[16+i], b.value(i))
			stored.Store(int64(i + 1))
		}
	}()
	for last, waiting := int64(-1), true; waiting; {
		timer := patience.NewTimer(standstill)
		select {
		case <-done:
			waiting = false
		case <-timer.C:
			now := stored.Load()
			waiting = now != last
			last = now
		}
		timer.Stop()
	}
	loaded := int(stored.Load())
	if loaded == 0 { // as with one lock for the whole map: loads would wait, too
		close(release)
		<-ended
		<-done
		return job{steps: 1, run: func() {}}
	}
	return job{steps: loaded, run: func() {
		for i := range loaded {
			m.Load(b.keys[16+i])
		}
	}, finish: func() {
		close(release) // other threads store the rest of the keys
		<-ended
		<-done
	}}
}
