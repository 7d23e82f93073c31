package drive

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/patience"
)

// A Caller is a goroutine that calls a map.
type Caller struct {
	Calls    int64         // how many calls it has begun
	Idle     bool          // whether the last one has ended
	Describe func() string // the call in progress; the caller must not go on meanwhile
}

// period is between two looks at the callers.
const period = 50 * time.Millisecond

// maxExtensions bounds for how many times its limit a turn may run that makes progress.
const maxExtensions = 20

// within calls f in a goroutine, and returns an error if it does not end in time, as
// package patience measures it. A turn has more time as long as it counts operations, or
// the layer judges what the map did.
func (t *Turn) within(limit time.Duration, f func()) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	watchdog := patience.NewTimer(limit)
	defer func() { watchdog.Stop() }()
	look := time.NewTicker(period)
	defer look.Stop()
	var seen sightings
	operations := int64(0)
	for extensions := 0; ; {
		select {
		case <-done:
			return nil
		case <-look.C:
			seen.look(t.callers())
		case <-watchdog.C:
			now := t.Operations.Load()
			if (now != operations || t.Judging.Load()) && extensions < maxExtensions {
				operations = now
				extensions++
				watchdog.Stop()
				watchdog = patience.NewTimer(limit)
				continue
			}
			return fmt.Errorf("%w: %w", ErrHung, &hang{limit, t.Panics.Load(), t.driven, seen.describe(t.callers()), mapStacks(Stacks())})
		}
	}
}

// callers returns the callers of the turn, if it has any.
func (t *Turn) callers() []Caller {
	if f := t.Callers.Load(); f != nil {
		return (*f)()
	}
	return nil
}

// sightings are when each caller was first seen in its present call.
type sightings struct {
	calls []int64
	first []time.Time
}

func (s *sightings) look(callers []Caller) {
	for i, c := range callers {
		if i == len(s.calls) {
			s.calls, s.first = append(s.calls, -1), append(s.first, time.Time{})
		}
		if s.calls[i] != c.Calls {
			s.calls[i], s.first[i] = c.Calls, time.Now()
		}
	}
}

// describe returns a line for each caller that has been in one call for a while.
func (s *sightings) describe(callers []Caller) (lines []string) {
	for i, c := range callers {
		if i < len(s.calls) && s.calls[i] == c.Calls && !c.Idle {
			lines = append(lines, fmt.Sprintf("client %d is in %s, for %v", i, c.Describe(), time.Since(s.first[i]).Round(period)))
		}
	}
	return lines
}

// A hang is the error of a turn that hangs.
type hang struct {
	limit   time.Duration
	panics  int64 // of callbacks
	counted bool  // whether they are counted
	callers []string
	stacks  []string // of goroutines in the map
}

const (
	maxCallers = 6
	maxStacks  = 3
)

// Error says which clients hang where, in about ten lines, and has their stacks.
func (h *hang) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "no end after %v", h.limit)
	if h.panics > 0 {
		fmt.Fprintf(&b, ", after %d callbacks that panicked or called runtime.Goexit (WithPlainCallbacks leaves these out)", h.panics)
	} else if h.counted {
		b.WriteString("; no callback has panicked")
	}
	for i, c := range h.callers {
		if i == maxCallers {
			fmt.Fprintf(&b, "\n  and %d more", len(h.callers)-i)
			break
		}
		b.WriteString("\n  " + c)
	}
	if len(h.stacks) == 0 {
		b.WriteString("\n  no goroutine calls the map")
	}
	for i, s := range h.stacks {
		if i == maxStacks {
			fmt.Fprintf(&b, "\n\nand %d more goroutines in the map", len(h.stacks)-i)
			break
		}
		b.WriteString("\n\n" + s)
	}
	return b.String()
}

// ours matches the functions of the layers, which call maps, and of the runtime and the
// packages that maps use to wait.
var (
	ours    = regexp.MustCompile(`^github\.com/flatmap-go/flatmap/(linearizability|stress|fuzz|internal/drive|internal/patience|internal/torn)\.`)
	waiting = regexp.MustCompile(`^(runtime|sync|internal/[a-z/]+|sync/atomic|time)\.`)
)

// mapStacks returns the stacks of the goroutines that are in a method of the map, each up
// to the function of the layer that has called it; if there are none, the whole stacks of
// those that call it.
func mapStacks(all string) []string {
	var inMap, callers []string
	for stack := range strings.SplitSeq(all, "\n\n") {
		if !strings.Contains(stack, "internal/drive.(*Failure).Guard(") && !strings.Contains(stack, "flatmap/model.Apply[") {
			continue
		}
		callers = append(callers, strings.TrimSpace(stack))
		lines := strings.Split(strings.TrimSpace(stack), "\n")
		for i, entered := 1, false; i+1 < len(lines); i += 2 {
			if ours.MatchString(lines[i]) {
				if entered {
					inMap = append(inMap, strings.Join(lines[:i+2], "\n"))
				}
				break
			}
			entered = entered || !waiting.MatchString(lines[i])
		}
	}
	if len(inMap) == 0 {
		return callers
	}
	return inMap
}
