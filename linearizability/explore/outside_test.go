package explore

import (
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// The goal: goroutines that the explorer did not start use the types for real, at the
// same time as an exploration and on the same words, without confusing it.
func TestOutside(t *testing.T) {
	var n, stop Int64
	var mu Mutex
	var rw RWMutex
	var wg WaitGroup
	var m SyncMap
	var v Value
	var cond Cond
	cond.L = &mu
	counted := 0 // guarded by mu
	var others sync.WaitGroup
	for range 2 {
		others.Go(func() {
			for stop.Load() == 0 {
				require.False(t, Active())
				n.Add(1)
				mu.Lock()
				counted++
				mu.Unlock()
				rw.RLock()
				rw.RUnlock()
				rw.Lock()
				rw.Unlock()
				m.Store(1, n.Load())
				v.Store(1)
				wg.Go(func() { m.Load(1) })
				Yield()
				Unseen("nothing")
				cond.Broadcast()
			}
		})
	}
	p := Program[*Int64, int64]{
		Setup: func() *Int64 { return new(Int64) },
		Goroutines: [][]Call[*Int64, int64]{
			{{Do: func(x *Int64) int64 { return x.Add(1) }}},
			{{Do: func(x *Int64) int64 { Go(func() { x.Add(1) }); return x.Add(1) }}},
		},
	}
	want := Explore(t.Context(), p, Options{})
	for before := n.Load(); n.Load() < before+1000; {
		r := Explore(t.Context(), p, Options{})
		require.Nil(t, r.Failure)
		require.True(t, r.Exhausted)
		require.Equal(t, want.Executions, r.Executions)
		require.Empty(t, r.Unseen)
	}
	stop.Store(1)
	others.Wait()
	wg.Wait()
	mu.Lock()
	require.Positive(t, counted)
	mu.Unlock()
}

// The goal: outside of explorations, Signal wakes one goroutine that waits.
func TestCondOutside(t *testing.T) {
	var mu Mutex
	c := NewCond(&mu)
	woken := make(chan int)
	waiting := 0
	for i := range 2 {
		go func() {
			mu.Lock()
			waiting++
			c.Wait()
			mu.Unlock()
			woken <- i
		}()
	}
	for all := false; !all; {
		mu.Lock()
		all = waiting == 2
		mu.Unlock()
	}
	c.Signal()
	<-woken
	select {
	case <-woken:
		t.Error("one Signal woke two goroutines")
	default:
	}
	c.Broadcast()
	<-woken
}

// The goal: a goroutine that is blocked outside of the explorer, or does not end, is
// named, with the place, and the next exploration works.
func TestWatchdog(t *testing.T) {
	const child = "EXPLORE_TEST_WATCHDOG"
	if os.Getenv(child) == "" {
		// Goroutines are left behind, so this is done in another process.
		c := exec.Command(os.Args[0], "-test.run=^TestWatchdog$")
		c.Env = append(os.Environ(), child+"=1")
		out, err := c.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), "both are found")
		return
	}
	watchEvery, watchAgain, watchLimit = 20*time.Millisecond, 5*time.Millisecond, 100*time.Millisecond
	block, forever := make(chan int), true
	var mu Mutex
	left := NewCond(&mu)
	for _, test := range []struct {
		do   func()
		text string
	}{
		{func() { <-block; mu.Lock(); left.Wait() }, `goroutine 1 is blocked outside the explorer at outside_test.go:\d+ \(chan receive\)`},
		{func() {
			for forever {
			}
		}, `goroutine 1 has run for .* without a step at outside_test.go:\d+ \(run`},
	} {
		var n Int64
		r := explored(t, func(*T) {
			Go(test.do)
			n.Add(1)
		})
		require.NotNil(t, r.Failure)
		require.Equal(t, Blocked, r.Failure.Kind)
		require.Regexp(t, test.text, r.Failure.Error())

		r = explored(t, func(*T) { Go(func() { n.Add(1) }); n.Add(1) })
		require.Nil(t, r.Failure)
		require.True(t, r.Exhausted)
	}
	// The one that was blocked goes on for real, and waits again.
	close(block)
	for waits := false; !waits; {
		mu.Lock()
		waits = *(*uint32)(unsafe.Add(unsafe.Pointer(&left.L), unsafe.Sizeof(left.L))) > 0
		mu.Unlock()
	}
	// One that runs for some time, or waits at a place after the other, is not blocked.
	busy := func(*T) {
		for begin := time.Now(); time.Since(begin) < 3*watchEvery; {
		}
	}
	brief := func(*T) {
		for depth := range 40 {
			sleepAt(depth)
		}
	}
	for _, body := range []func(*T){busy, brief} {
		r := explored(t, body)
		require.Nil(t, r.Failure, "%v", r)
		require.True(t, r.Exhausted)
	}
	fmt.Println("both are found")
	os.Exit(0)
}

// sleepAt sleeps at a different place for each depth.
func sleepAt(depth int) {
	if depth > 0 {
		sleepAt(depth - 1)
		return
	}
	time.Sleep(2 * time.Millisecond)
}
