package patience

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// While nothing else has the processors, the timer is a clock.
func TestIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		timer := NewTimer(time.Second)
		defer timer.Stop()
		require.False(t, timer.Over())
		<-timer.C
		require.Equal(t, time.Second, time.Since(start))
		require.True(t, timer.Over())
		require.Equal(t, time.Second, timer.Elapsed())

		short := NewTimer(1)
		defer short.Stop()
		short.Extend(period)
		<-short.C
		require.Equal(t, 2*period, short.Elapsed())
	})
}

// Ticks that are late count once: package time drops them, and the timer relies on
// it.
func TestBusy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ticker := time.NewTicker(period)
		defer ticker.Stop()
		time.Sleep(100 * period)
		<-ticker.C
		select {
		case <-ticker.C:
			t.Fatal("package time delivers ticks that are late: the timer relies on it that they are dropped")
		default:
		}
	})
}

// A timer that is stopped does not fire.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timer := NewTimer(time.Second)
		timer.Stop()
		time.Sleep(time.Minute)
		require.False(t, timer.Over())
	})
}
