package explore

import (
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/flatmap-go/flatmap/internal/patience"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/self"
)

// A goroutine that waits for something that the explorer does not know stops the whole
// exploration. A watchdog notices that no execution ends, and finds the goroutine and
// the place in the stacks of all goroutines.

// executed counts executions, for watchdogs.
var executed atomic.Uint64

// How long no execution ends before a goroutine is looked for that waits, how often it must
// then be seen at the same place, how long apart, and how long no execution ends before a
// goroutine that runs counts as hung. This is time for which the process could run. A
// goroutine that runs may wait for a moment, as for the garbage collector.
var (
	watchEvery = 2 * time.Second
	watchLooks = 5
	watchAgain = 20 * time.Millisecond
	watchLimit = 30 * time.Second
)

// watch returns the report of f, which explores, or one of a goroutine that is blocked.
// That goroutine is left behind.
func watch(f func() *Report) *Report {
	begin := time.Now()
	done := make(chan *Report, 1)
	var explorer atomic.Uintptr
	go func() {
		explorer.Store(self.Goroutine() | 1)
		done <- f()
	}()
	var (
		last    uint64        // executed
		looks   int           // how often a goroutine was seen at one place
		seen    suspect       // the goroutine
		elapsed time.Duration // since an execution has ended
	)
	for wait := watchEvery; ; {
		timer := patience.NewTimer(wait)
		select {
		case r := <-done:
			timer.Stop()
			return r
		case <-timer.C:
			timer.Stop()
		}
		h := here.Load()
		mine := alone.Load() == explorer.Load() // or it waits for another exploration
		if now := executed.Load(); now != last || h == 0 || !mine {
			last, looks, elapsed, wait = now, 0, 0, watchEvery
			continue
		}
		elapsed += wait
		wait = watchEvery
		s := runningWorker()
		if s.state == "" || s.runs() && elapsed < watchLimit {
			looks = 0
			continue
		}
		if !s.runs() {
			if s.place() != seen.place() {
				looks = 0
			}
			seen = s
			if looks++; looks < watchLooks {
				wait = watchAgain
				continue
			}
		}
		g := current.Load().numberOf(h)
		if !abandon(h) {
			continue
		}
		verb := "is blocked outside the explorer"
		if s.runs() {
			verb = fmt.Sprintf("has run for %v without a step", elapsed.Round(time.Second))
		}
		return &Report{Elapsed: time.Since(begin), Failure: &Failure{
			Kind: Blocked, Goroutine: toMain, Stack: []byte(s.stack),
			Err: fmt.Errorf("goroutine %d %s at %s (%s)", g, verb, placeIn(s.stack), s.state),
		}}
	}
}

// numberOf returns the goroutine of the program that h identifies.
func (e *engine) numberOf(h uintptr) (g int) {
	for g < MaxGoroutines-1 && e.selves[g].Load() != h {
		g++
	}
	return g
}

// abandon ends the exploration in progress if its goroutine h still runs. The engine then
// has no effect any more: what that goroutine does is done for real, and it hangs when
// it would make another goroutine run. abandon reports false if another goroutine runs.
func abandon(h uintptr) bool {
	if !here.CompareAndSwap(h, 0) {
		return false
	}
	alone.Store(0)
	for _, w := range workers() {
		leftBehind[w.id] = true
	}
	<-exploring
	return true
}

// hang does not return. Its name shows that the goroutine is of an exploration that was
// abandoned.
//
//go:noinline
func hang() { select {} }

// leftBehind has the identities of the workers of explorations that were abandoned. Only
// watch uses it, of one exploration at a time.
var leftBehind = map[string]bool{}

// A suspect is a goroutine that is a worker.
type suspect struct{ id, state, stack string }

func (s *suspect) runs() bool { return s.state == "running" || s.state == "runnable" }

// place is the stack without the first line, which says how long the goroutine waits.
func (s *suspect) place() string {
	_, place, _ := strings.Cut(s.stack, "\n")
	return s.id + place
}

var goroutineHeader = regexp.MustCompile(`^goroutine (\d+) [^[]*\[([^],]*)`)

// workers returns the goroutines that are workers, of the exploration in progress and of
// those that were abandoned before.
func workers() (list []suspect) {
	buf := make([]byte, 1<<20)
	all := string(buf[:runtime.Stack(buf, true)])
	for s := range strings.SplitSeq(all, "\n\n") {
		m := goroutineHeader.FindStringSubmatch(s)
		if m != nil && strings.Contains(s, packagePath+".(*worker).run(") {
			list = append(list, suspect{id: m[1], state: m[2], stack: s})
		}
	}
	return list
}

// runningWorker returns the worker that runs. All others are suspended as coroutines.
func runningWorker() suspect {
	for _, s := range workers() {
		if s.state != "coroutine" && !leftBehind[s.id] && !strings.Contains(s.stack, packagePath+".hang(") {
			return s
		}
	}
	return suspect{}
}

var (
	frame = regexp.MustCompile(`(?m)^(\S+)\(.*\)\n\t(\S+):(\d+)`)
	inner = regexp.MustCompile(`^(runtime|sync|time|internal|syscall|os|net)[./]`)
)

// placeIn returns the place in the source where the innermost function is that is not of
// the runtime.
func placeIn(stack string) string {
	for _, m := range frame.FindAllStringSubmatch(stack, -1) {
		if !inner.MatchString(m[1]) {
			return filepath.Base(m[2]) + ":" + m[3]
		}
	}
	return "an unknown place"
}
