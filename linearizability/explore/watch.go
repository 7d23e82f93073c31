package explore

import (
	"fmt"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// A goroutine that waits for something that the explorer does not know stops the whole
// exploration. A watchdog notices that no execution ends, and finds the goroutine and
// the place in the stacks of all goroutines.

// executed counts executions, for watchdogs.
var executed atomic.Uint64

// How long no execution ends before a goroutine is looked for that waits, and before
// one that runs counts as hung.
var (
	watchEvery = 2 * time.Second
	watchLimit = 30 * time.Second
)

// watch returns the report of f, which explores, or one of a goroutine that is blocked.
// That goroutine is left behind.
func watch(f func() *Report) *Report {
	begin := time.Now()
	done := make(chan *Report, 1)
	go func() { done <- f() }()
	ticker := time.NewTicker(watchEvery)
	defer ticker.Stop()
	last, since := executed.Load(), time.Now()
	for {
		select {
		case r := <-done:
			return r
		case <-ticker.C:
		}
		if now := executed.Load(); now != last {
			last, since = now, time.Now()
			continue
		}
		h := here.Load()
		if h == 0 {
			continue // the exploration waits for another one
		}
		e := current.Load()
		g := 0
		for g < MaxGoroutines-1 && e.selves[g].Load() != h {
			g++
		}
		id, state, stack := runningWorker()
		runs := state == "running" || state == "runnable"
		if state == "" || runs && time.Since(since) < watchLimit || executed.Load() != last {
			continue
		}
		e.abandon()
		leftBehind.Store(id, true)
		verb := "is blocked outside the explorer"
		if runs {
			verb = fmt.Sprintf("has run for %v without a step", time.Since(since).Round(time.Second))
		}
		return &Report{Elapsed: time.Since(begin), Failure: &Failure{
			Kind: Blocked, Goroutine: toMain, Stack: []byte(stack),
			Err: fmt.Errorf("goroutine %d %s at %s (%s)", g, verb, placeIn(stack), state),
		}}
	}
}

// abandon makes the goroutine that explores, which will not return, no longer that.
func (e *engine) abandon() {
	e.abandoned.Store(true)
	here.Store(0)
	alone.Store(0)
	<-exploring
}

// leftBehind has the identities of goroutines that were blocked in explorations before.
var leftBehind sync.Map

var goroutineHeader = regexp.MustCompile(`^goroutine (\d+) [^[]*\[([^],]*)`)

// runningWorker returns the identity of the worker's goroutine that runs, its state, and
// its stack as text. All others that are workers are suspended as coroutines.
func runningWorker() (id, state, stack string) {
	buf := make([]byte, 1<<20)
	all := string(buf[:runtime.Stack(buf, true)])
	for s := range strings.SplitSeq(all, "\n\n") {
		m := goroutineHeader.FindStringSubmatch(s)
		if m == nil || m[2] == "coroutine" || !strings.Contains(s, packagePath+".(*worker).run(") {
			continue
		}
		if _, left := leftBehind.Load(m[1]); !left {
			return m[1], m[2], s
		}
	}
	return "", "", ""
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
