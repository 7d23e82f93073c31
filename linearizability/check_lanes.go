package linearizability

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// segmentLength is the number of acts of a key that are searched together, if
// nothing is in flight after them. Any number over 0 is correct. A larger segment
// takes time with the square of its length, and each segment takes a search for
// its final states.
const segmentLength = 32

// A lane is the acts on one key, in the order of their calls.
type lane struct {
	key  int32
	acts []act
	// known[i] is the state after acts[i], if nothing is in flight then and the
	// acts so far determine it. It is unknown otherwise.
	known []state
	// quiet are the stamps after which nothing is in flight on any key, if the
	// state there matters.
	quiet []int64
}

const unknown state = -2

// A part is a part of a history that begins with a known content.
type part struct {
	acts    []act
	initial map[int32]state // of the keys that the acts concern, at least
	others  int32           // how many other keys are present
}

// A finding is a part that cannot be explained.
type finding struct {
	part
	timeout bool // it may have an explanation, but the search takes too long
}

// lanes distributes the acts to their keys, and each Clear to all keys.
func (p *problem[K, V]) lanes() []lane {
	lanes := make([]lane, len(p.keys.all))
	sizes := make([]int, len(lanes))
	clears := 0
	for i := range p.acts {
		if key := p.acts[i].key; key >= 0 {
			sizes[key]++
		} else if key == everyKey {
			clears++
		}
	}
	for key := range lanes {
		lanes[key] = lane{key: int32(key), acts: make([]act, 0, sizes[key]+clears)}
	}
	for _, a := range p.acts {
		switch {
		case a.key >= 0:
			lanes[a.key].acts = append(lanes[a.key].acts, a)
		case a.key == everyKey:
			for key := range lanes {
				a.key = int32(key)
				lanes[key].acts = append(lanes[key].acts, a)
			}
		}
	}
	quiet := p.quiet()
	byCall := func(a, b act) int { return cmp.Compare(a.call, b.call) }
	for i := range lanes {
		l := &lanes[i]
		l.quiet = quiet
		if !slices.IsSortedFunc(l.acts, byCall) {
			slices.SortFunc(l.acts, byCall)
		}
	}
	return lanes
}

// quiet returns the stamps of the returns after which nothing is in flight, if
// there is a Clear or a Len.
func (p *problem[K, V]) quiet() (stamps []int64) {
	if !slices.ContainsFunc(p.acts, func(a act) bool { return a.key < 0 }) {
		return nil
	}
	latest := int64(0)
	for i := range p.events {
		if p.events[i].Call > latest {
			stamps = append(stamps, latest)
		}
		latest = max(latest, p.events[i].Return)
	}
	return stamps
}

// checkLanes checks every lane, several at a time, and returns the first finding.
func checkLanes(ctx context.Context, lanes []lane, s searcher, workers int) *finding {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	findings := make([]*finding, len(lanes))
	next := make(chan int)
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			s := s
			s.monitor = new(monitor)
			for i := range next {
				if findings[i] = lanes[i].check(s); findings[i] != nil {
					cancel()
				}
			}
		})
	}
feed:
	for i := range lanes {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	for _, f := range findings {
		if f != nil {
			return f
		}
	}
	return nil
}

// check cuts a lane where nothing is in flight and checks the segments one by
// one. At each cut it carries over the states that are possible there.
func (l *lane) check(s searcher) *finding {
	l.known = make([]state, len(l.acts))
	states := []state{absent}
	for i := 0; i < len(l.acts); {
		end, settles := l.segment(i)
		segment := l.acts[i:end]
		next, timeout := s.states(states, segment, settles)
		if len(next) > 0 && s.late() {
			next, timeout = nil, true
		}
		if len(next) == 0 {
			begin, before := l.context(i, end)
			return &finding{part{acts: l.acts[begin:end], initial: map[int32]state{l.key: before}}, timeout}
		}
		for j := i; j < end; j++ {
			l.known[j] = unknown
		}
		if len(next) == 1 {
			l.known[end-1] = next[0]
		}
		states, i = next, end
	}
	return nil
}

// context returns where an account of what is wrong with the acts from i to end
// has to begin: where the state is known, before the writes of the values that
// they find. For an act that finds any value, that is the last write before it.
func (l *lane) context(i, end int) (begin int, before state) {
	found, anyValue := make(map[state]bool), false
	for _, a := range l.acts[i:end] {
		if a.before > condition(absent) {
			found[state(a.before)] = true
		}
		anyValue = anyValue || a.before == present
	}
	begin = i
	for j := i - 1; anyValue && j >= 0; j-- {
		if l.acts[j].after > absent {
			begin = j
			break
		}
	}
	for j := range begin {
		if l.acts[j].after > absent && found[l.acts[j].after] {
			begin = j
			break
		}
	}
	for ; begin > 0; begin-- {
		if l.known[begin-1] != unknown {
			return begin, l.known[begin-1]
		}
	}
	return 0, absent
}

// segment returns the end of the segment that begins at i. That is the first
// moment with nothing in flight on this key at which an act that overlaps no
// other settles the state, or the segment is long enough, or nothing is in flight
// on any key. It reports whether the last act settles the state.
func (l *lane) segment(i int) (end int, settles bool) {
	start, latest := i, l.acts[i].ret // of acts that overlap each other
	for j := i; j < len(l.acts); j++ {
		latest = max(latest, l.acts[j].ret)
		if j+1 < len(l.acts) && l.acts[j+1].call <= latest {
			continue
		}
		if start == j { // alone
			if _, settles := l.acts[j].settles(); settles || i == j {
				return j + 1, settles
			}
		}
		if j+1-i >= segmentLength || j+1 < len(l.acts) && l.isQuiet(latest, l.acts[j+1].call) {
			return j + 1, false
		}
		start = j + 1
		if j+1 < len(l.acts) {
			latest = l.acts[j+1].ret
		}
	}
	return len(l.acts), false
}

// isQuiet reports whether there is a moment between two stamps at which nothing
// is in flight on any key.
func (l *lane) isQuiet(from, to int64) bool {
	i, _ := slices.BinarySearch(l.quiet, from)
	return i < len(l.quiet) && l.quiet[i] < to
}
