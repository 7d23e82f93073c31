package explore

import "fmt"

// Vector clocks find data races, by the rules of Go's memory model: an atomic
// operation that observes another synchronizes with it. This order is weaker than
// happens-before in the sense of happensbefore.go (a store after a load does not
// synchronize), so it has separate clocks. A store releases what its goroutine knows,
// and overwrites what the location released before; a load acquires; a
// read-modify-write does both and adds to what was released.
//
// The order is the same in all executions of a trace, so one execution of each trace
// shows every race.

// synchronize moves knowledge between g and the location that g has accessed.
func (e *engine) synchronize(g int, l *location, m mode) {
	c := &e.synchronized[g]
	write := m&(modeWrite|modeStores) != 0
	if write {
		l.atomicWrites[g] = c[g]
	} else {
		l.atomicReads[g] = c[g]
	}
	if m&modeAcquire != 0 {
		c.join(&l.released, e.n)
	}
	if m&modeRelease != 0 {
		if m&(modeAcquire|modeMerge) != 0 {
			l.released.join(c, e.n)
		} else {
			l.released = *c
		}
	}
	if len(e.plainWords) != 0 {
		// After the acquire: a Load that reads what was published after a plain
		// write is ordered with that write even if both access one word.
		first := number(l.pin)
		e.checkPlain(g, first&^7, byteMask(first, uintptr(l.width)), write, true)
	}
	if m&modeRelease != 0 {
		c[g]++
	}
}

// releaseTo adds what the running goroutine knows to what a was given before. a is not
// otherwise a location.
func (e *engine) releaseTo(a address) {
	if e.cutting {
		return
	}
	c := &e.synchronized[e.running]
	e.locations[e.locate(a, 4)].released.join(c, e.n)
	c[e.running]++
}

// acquireFrom lets the running goroutine know what was released to a.
func (e *engine) acquireFrom(a address) {
	if !e.cutting {
		e.synchronized[e.running].join(&e.locations[e.locate(a, 4)].released, e.n)
	}
}

// A plainAccess is the last access of its kind, by g, to the bytes of mask.
type plainAccess struct {
	site  int32 // while a failure is explained
	g     uint8
	mask  uint8
	write bool
	epoch uint32
}

// A plainWord is an aligned group of 8 bytes that was accessed plainly.
type plainWord struct {
	pin      address
	accesses []plainAccess
}

// byteMask returns the mask of the bytes [first, first+n) within first's word.
func byteMask(first, n uintptr) uint8 {
	return uint8((1<<n - 1) << (first & 7))
}

// plain checks and records a plain access to n bytes at first, the number of a.
func (e *engine) plain(a address, first, n uintptr, write bool) {
	if e.cutting || e.inside || n == 0 {
		return
	}
	g := e.running
	if e.observer.pending {
		e.flushPlain()
	}
	if e.observer.each != nil && write {
		e.observePlain(a, n)
	}
	site := int32(0)
	if e.tracing {
		site = e.tracePlain(a, n, write)
		e.trace.site = site
	}
	end := first + n
	for at := first; at < end; {
		upto := min(at&^7+8, end)
		mask := byteMask(at, upto-at)
		e.checkAtomics(g, at&^7, mask, write)
		e.checkPlain(g, at&^7, mask, write, false)
		e.recordPlain(a, at&^7, plainAccess{site, uint8(g), mask, write, e.synchronized[g][g]})
		at = upto
	}
	if e.failure != nil {
		e.leave(g, toMain)
	}
}

// checkPlain checks an access of g against the plain accesses of the word.
func (e *engine) checkPlain(g int, word uintptr, mask uint8, write, atomic bool) {
	s := e.byWord.find(word)
	if s.generation != e.byWord.generation {
		return
	}
	known := &e.synchronized[g]
	for _, r := range e.plainWords[s.id].accesses {
		if r.mask&mask != 0 && (r.write || write) && r.epoch > known[r.g] {
			e.failRace(raceAccess{g, write, atomic, e.trace.site}, raceAccess{int(r.g), r.write, false, r.site})
			return
		}
	}
}

// checkAtomics checks a plain access of g against the atomic accesses of the word.
func (e *engine) checkAtomics(g int, word uintptr, mask uint8, write bool) {
	known := &e.synchronized[g]
	for offset := uintptr(0); offset < 8; offset += 4 {
		s := e.byAddress.find(word + offset)
		if s.generation != e.byAddress.generation {
			continue
		}
		l := &e.locations[s.id]
		if byteMask(word+offset, uintptr(l.width))&mask == 0 {
			continue
		}
		for q := range e.n {
			if l.atomicWrites[q] > known[q] {
				e.failRace(raceAccess{g, write, false, e.trace.site}, raceAccess{q, true, true, e.trace.lastSite(s.id, q, true)})
				return
			}
			if write && l.atomicReads[q] > known[q] {
				e.failRace(raceAccess{g, write, false, e.trace.site}, raceAccess{q, false, true, e.trace.lastSite(s.id, q, false)})
				return
			}
		}
	}
}

// recordPlain records a plain access. It replaces older accesses of its kind that it
// covers: an access that races with those races with it too.
func (e *engine) recordPlain(a address, word uintptr, r plainAccess) {
	s := e.byWord.find(word)
	if s.generation != e.byWord.generation {
		id := int32(len(e.plainWords))
		e.byWord.put(s, word, id)
		if len(e.plainWords) < cap(e.plainWords) {
			e.plainWords = e.plainWords[:id+1]
		} else {
			e.plainWords = append(e.plainWords, plainWord{})
		}
		w := &e.plainWords[id]
		w.pin, w.accesses = a, w.accesses[:0]
		s = e.byWord.find(word)
	}
	w := &e.plainWords[s.id]
	for i := range w.accesses {
		old := &w.accesses[i]
		if old.g == r.g && old.write == r.write && old.mask&^r.mask == 0 {
			*old = r
			return
		}
	}
	w.accesses = append(w.accesses, r)
}

// A raceAccess is one of two accesses that race.
type raceAccess struct {
	g             int
	write, atomic bool
	site          int32
}

func (e *engine) failRace(now, before raceAccess) {
	describe := func(a raceAccess) string {
		kind, verb := "plain", "read"
		if a.atomic {
			kind = "atomic"
		}
		if a.write {
			verb = "write"
		}
		s := fmt.Sprintf("the %s %s of goroutine %d", kind, verb, a.g)
		if e.sourceNames && a.site != 0 {
			s += fmt.Sprintf(" at %v", e.sites.list[a.site])
		}
		return s
	}
	e.fail(Race, now.g, fmt.Errorf("data race: %s is not ordered with %s", describe(now), describe(before)))
	for _, a := range []raceAccess{now, before} {
		if e.tracing && !a.atomic {
			e.trace.races = append(e.trace.races, Step{Goroutine: a.g, Site: e.sites.list[a.site]})
		}
	}
}
