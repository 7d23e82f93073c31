package explore

import (
	"cmp"
	"slices"
)

// A Coverage collects, over one or more explorations, the places in the source that
// made accesses, and the orders in which conflicting places were seen. The zero
// Coverage is empty and ready to use. It must not be used during an exploration that
// fills it.
type Coverage struct {
	sites  siteTable
	counts []uint64
	orders map[[2]int32]uint64
}

// A SiteCount is the number of events of a place in the source.
type SiteCount struct {
	Site  Site
	Count uint64
}

// A Conflict is two places in the source whose accesses by two goroutines conflicted
// directly: they accessed the same location, at least one was a write, and no
// access that conflicts with both came between. A and B may be the same place. Invocations and
// returns do not count.
type Conflict struct {
	A, B Site
	// AB is how often A's access came first, and BA how often B's did. If A == B,
	// both count every conflict.
	AB, BA uint64
}

// start makes c ready for an exploration.
func (c *Coverage) start() {
	if c.orders == nil {
		c.orders = make(map[[2]int32]uint64)
		c.sites.start()
	}
}

// callSite returns the place from which goroutine g announces o. Walking the stack
// takes longer than all the rest, so with coverage the places of a repeated prefix are
// kept.
func (e *engine) callSite(g int, o op) (site int32) {
	known, i := e.sitesOf[g], int(e.seq[g])
	if e.coverage != nil && e.depth < e.prefix {
		return known[i]
	}
	if o != opCall {
		site = e.sites.caller(e.wrappers)
	}
	if e.coverage != nil {
		e.sitesOf[g] = append(known[:i], site)
	}
	return site
}

// note counts ev, whose predecessors have just been collected.
func (c *Coverage) note(e *engine, ev *event) {
	if e.depth < e.prefix {
		return // counted already
	}
	if ev.op == opCall {
		return
	}
	for int(ev.site) >= len(c.counts) {
		c.counts = append(c.counts, 0)
	}
	c.counts[ev.site]++
	if ev.loc < 0 {
		return
	}
	l := &e.locations[ev.loc]
	for _, p := range e.predecessors {
		// Other predecessors are due to the order of calls.
		before := &e.trail[p].event
		wrote := p == l.lastWrite && (l.readers == 0 || ev.mode&modeWrite == 0)
		read := l.readers.has(int(before.g)) && p == l.reads[before.g]
		if wrote || read {
			c.orders[[2]int32{before.site, ev.site}]++
		}
	}
}

// Distinct returns the number of places, and of pairs of places in one order, that
// have been seen. It grows when a new one is seen.
func (c *Coverage) Distinct() int {
	n := len(c.orders)
	for _, times := range c.counts {
		if times > 0 {
			n++
		}
	}
	return n
}

// Sites returns all places that made accesses, in source order.
func (c *Coverage) Sites() []SiteCount {
	var list []SiteCount
	for id, n := range c.counts {
		if n > 0 {
			list = append(list, SiteCount{c.sites.list[id], n})
		}
	}
	slices.SortFunc(list, func(a, b SiteCount) int { return compareSites(a.Site, b.Site) })
	return list
}

// Conflicts returns all pairs of places that conflicted, in source order, with A not
// after B.
func (c *Coverage) Conflicts() []Conflict {
	var list []Conflict
	for pair, n := range c.orders {
		a, b := c.sites.list[pair[0]], c.sites.list[pair[1]]
		back := c.orders[[2]int32{pair[1], pair[0]}]
		switch order := compareSites(a, b); {
		case order <= 0:
			list = append(list, Conflict{a, b, n, back})
		case back == 0:
			list = append(list, Conflict{b, a, 0, n})
		}
	}
	slices.SortFunc(list, func(x, y Conflict) int {
		return cmp.Or(compareSites(x.A, y.A), compareSites(x.B, y.B))
	})
	return list
}

func compareSites(a, b Site) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Function, b.Function))
}
