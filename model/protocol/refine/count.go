package refine

import "github.com/flatmap-go/flatmap/model/protocol/refine/memory"

// A counting follows counters: that of entries, and those that end resizes.
type counting struct {
	entries *small
	ends    []*small // of the resize from each table
	stripes int
	table   []int   // whose stripes each table uses
	keys    [][]int // that the holder of each chain's lock came for
	locked  int     // how many these are
}

// setupCounting makes the models of counters for this execution's structure, in their
// initial states. The world is new if it has none.
func (r *run) setupCounting(goroutines int) {
	c, w := &r.counting, r.world
	c.table, c.stripes, c.locked = c.table[:0], 1, 0
	for t := range r.tables {
		of := -1 << 30
		for _, x := range r.layout.Regions {
			if at := x.Table - r.base; x.Kind == memory.Stripes && at <= t {
				of = max(of, at)
				c.stripes = x.N
			}
		}
		c.table = append(c.table, of)
	}
	for len(c.keys) < r.chains {
		c.keys = append(c.keys, nil)
	}
	for i := range c.keys {
		c.keys[i] = c.keys[i][:0]
	}
	if w.entries == nil {
		w.entries = r.newEntries()
		for t := range r.tables - 1 {
			w.ends = append(w.ends, r.newEnd(goroutines, r.layout.Roots[r.base+t]))
		}
	}
	c.entries, c.ends = w.entries, w.ends
	c.entries.Restore(c.entries.first)
	for _, e := range c.ends {
		e.Restore(e.first)
	}
}

// newEntries returns the model of the counter of entries, which counts those that the map
// has in the beginning.
func (r *run) newEntries() *small {
	m := r.m
	w := newSmall(lenModel, map[string]int{"key": r.keys, "stripe": r.counting.stripes, "int": r.keys + 1})
	for k := range r.keys {
		w.Set("of", r.stripeOf(k), k)
	}
	for k := range r.keys {
		if !m.has[k] {
			continue
		}
		of := r.stripeOf(k)
		n := w.Get("count", of)
		w.Set("present", 1, k)
		w.Set("counted", 1, k)
		w.Set("list", k, of, n)
		w.Set("place", n, k)
		w.Set("count", n+1, of)
	}
	w.first = w.Snapshot()
	return w
}

// newEnd returns the model of the counter that ends the resize of a table.
func (r *run) newEnd(goroutines, chains int) *small {
	w := newSmall(finishModel, map[string]int{"goroutine": goroutines, "chain": chains, "int": chains + 1})
	w.Set("size", chains)
	for c := range chains {
		for _, f := range []string{"num", "place"} {
			w.Set(f, c, c)
		}
		for _, f := range []string{"nth", "list"} {
			w.Set(f, c, c)
		}
	}
	w.first = w.Snapshot()
	return w
}

// stripeOf returns the stripe that counts a key.
func (r *run) stripeOf(k int) int { return int(r.world.hashes[k] & uint64(r.counting.stripes-1)) }

// lockCounted notes for which keys a chain was locked.
func (r *run) lockCounted(chain int) {
	c := &r.counting
	c.keys[chain] = c.keys[chain][:0]
	for _, x := range r.m.homeInverse1.at(chain) {
		if k := int(x); k < r.keys && r.m.owns[chain*r.m.nKey+k] {
			r.step(c.entries, "lock", k)
			c.keys[chain] = append(c.keys[chain], k)
		}
	}
	c.locked += len(c.keys[chain])
}

// unlockCounted notes that the holder of a chain changes no entry any more.
func (r *run) unlockCounted(chain int) {
	c := &r.counting
	for _, k := range c.keys[chain] {
		r.step(c.entries, "unlock", k)
	}
	c.locked -= len(c.keys[chain])
	c.keys[chain] = c.keys[chain][:0]
}

// storeCounted follows the entries that a store makes appear or disappear.
func (r *run) storeCounted(chain int) {
	w := r.counting.entries
	for _, k := range r.counting.keys[chain] {
		switch there := r.found(k) != Absent; {
		case there == w.True("present", k):
		case there:
			r.step(w, "appear", k)
		default:
			r.step(w, "disappear", k)
		}
	}
}

// countEntry follows an access to a stripe of the counter of entries.
func (r *run) countEntry(e *access) {
	c, g := &r.counting, &r.goroutines[e.g]
	if e.table != c.table[r.m.cur[0]] { // a Clear has replaced it
		if e.op != opLoad {
			r.fail("counts entries of a table that a Clear has replaced: rule locked")
		}
		g.sum, g.counts = g.sum+int(e.after), g.counts+1
		return
	}
	w := c.entries
	switch e.op {
	case opLoad:
		if c.locked == 0 {
			r.step(w, "load", e.slot)
		}
		g.sum, g.counts = g.sum+int(e.after), g.counts+1
	case opAdd:
		k, action := r.countedKey(e), "up"
		switch int64(e.after - e.before) {
		case 1:
		case -1:
			action = "down"
		default:
			r.fail("counts several entries at once: rule explained")
		}
		r.step(w, action, k)
	default:
		r.unexplained(e)
	}
	if n := w.Get("count", e.slot); n != int(e.after) {
		r.fail("finds another count than the model, which has %d: rule same words", n)
	}
}

// countedKey returns the key of the entry that a goroutine counts: that of its call, or
// the one that it has removed as a Retain, or is about to remove.
func (r *run) countedKey(e *access) int {
	g, w := &r.goroutines[e.g], r.counting.entries
	if len(g.holds) == 0 || g.call == nil {
		r.fail("counts an entry, and holds no lock: rule locked")
	}
	if g.call.Kind != Retain {
		return g.call.Key
	}
	for _, c := range g.holds {
		for _, k := range r.counting.keys[c] {
			if w.Get("of", k) == e.slot && w.True("counted", k) && !w.True("present", k) {
				return k
			}
		}
	}
	for n := 1; ; n++ {
		a := r.next(e.g, n)
		if a == nil || a.begins {
			r.fail("counts an entry that is not removed: rule settled")
		}
		if a.what == metaWord && a.op == opStore && r.holds(e.g, a.chain) {
			if s := r.retired(e.g, a.chain, a.bucket); s >= 0 {
				return int(r.m.keyof[r.m.gr[s]])
			}
		}
	}
}

// moved notes that a goroutine has moved a chain.
func (r *run) moved(g, chain int) {
	t := int(r.m.tableof[chain])
	r.step(r.counting.ends[t], "move", g, chain-r.first[t])
}

// countMoved follows an access to the number of chains that have moved.
func (r *run) countMoved(e *access) {
	w := r.counting.ends[e.table]
	switch e.op {
	case opLoad:
	case opAdd:
		n := int(int64(e.after - e.before))
		if has := w.Get("mine", e.g); n != has {
			r.fail("counts %d chains as moved, and its goroutine has moved %d: rule counted", n, has)
		}
		for range n {
			r.step(w, "tick", e.g)
		}
		r.step(w, "add", e.g)
	default:
		r.unexplained(e)
	}
	if n := w.Get("counter"); n != int(e.after) {
		r.fail("finds another number of chains than the model, which has %d: rule same words", n)
	}
}

// ended follows the end of a resize by a goroutine that has counted the last chain, or by
// one that has seen all of them moved.
func (r *run) ended(g, t int) {
	w := r.counting.ends[t]
	if w.True("ends", g) {
		r.step(w, "finish", g)
		return
	}
	r.step(w, "walk", g)
	for range w.Size("chain") {
		r.step(w, "walk_next", g)
	}
	r.step(w, "walk_finish", g)
}

// endCounting checks what a call leaves behind that has returned, and what a Len reported.
func (r *run) endCounting(i, n int) {
	g := &r.goroutines[i]
	for t, w := range r.counting.ends {
		if has := w.Get("mine", i); has > 0 {
			r.fail("is the last access of %s, which has moved %d chains of table %d and not counted them: rule counted", g.call.Name, has, t)
		}
	}
	if g.call.Kind != Len || g.counts == 0 {
		return
	}
	if g.counts != r.counting.stripes {
		r.fail("ends %s, which has added up %d of %d counts: rule entries", g.call.Name, g.counts, r.counting.stripes)
	}
	if sum := max(0, g.sum); n != sum {
		r.fail("ends %s, which reported %d, and the counts make %d: rule entries", g.call.Name, n, sum)
	}
}
