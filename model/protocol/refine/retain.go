package refine

import "slices"

// announced follows the announcement that a Retain visits a chain, whose meta it loads next. It
// visits chains for the keys of one chain of the table that it began with, again until
// no other goroutine has interfered, and then for those of the next.
func (r *run) announced(e *access) {
	g := &r.goroutines[e.g]
	a := r.next(e.g, 1)
	if a == nil || !r.retaining(g) {
		return
	}
	if a.what != metaWord || a.op != opLoad || a.bucket != 0 {
		r.fail("is not before a look at a chain: rule explained")
	}
	g.visited, g.visiting = a.chain, true
	g.path = slices.DeleteFunc(g.path, func(c int) bool { return int(r.m.tableof[c]) >= a.table })
}

// look follows a load of a root's meta by a Retain, which may be a visit of its chain: the
// chain has moved, or has no entries. Otherwise the Retain locks it.
func (r *run) look(e *access, g *goroutine) {
	m, n := r.m, g.iter
	if e.chain != g.visited || m.ipc[n] != ipcsInext || r.holds(e.g, e.chain) {
		return
	}
	switch {
	case e.after&flagMoved != 0:
		if r.goesOn(e.g, 0) {
			g.visiting = false
			g.path = append(g.path, e.chain)
		}
	case r.looks(e) && r.emptyMeta(e.after):
		g.visiting = false
		r.leaves(e.g, e.chain, func(k int) {
			if m.actI_skip(n, e.chain, k) == 0 {
				r.do(nameI_skip, 0)
			}
		})
	}
}

// goesAfter notes that a Retain looks for the keys for which it visits chains in the next tables,
// where it has come. It is noted when it decides a key or leaves a chain.
func (r *run) goesAfter(g *goroutine) {
	m, n := r.m, g.iter
	for _, c := range g.path {
		if m.iat[n*m.nChain+c] {
			r.visit(g, c)
			r.do(nameI_moved, m.actI_moved(n))
		}
	}
}

// comesWith reports whether a key is one of those for which a Retain visits a chain.
func (r *run) comesWith(g *goroutine, c, k int) bool { return r.comesFrom(g, c, k, 0) }

// comesFrom reports whether the Retain comes from the chain of a key in some table, through
// those of all later ones, to one that it visits.
func (r *run) comesFrom(g *goroutine, c, k, from int) bool {
	m := r.m
	in := func(c int) bool { return int(m.home[int(m.tableof[c])*m.nKey+k]) == c }
	return c == g.visited && from <= int(m.tableof[c]) && in(c) &&
		!slices.ContainsFunc(g.path, func(c int) bool { return from <= int(m.tableof[c]) && !in(c) })
}

// leaves calls done for the keys with which a Retain has come to a chain, and with which it is done:
// they are not there, and it shows none of them later.
func (r *run) leaves(i, c int, done func(k int)) {
	m, g := r.m, &r.goroutines[i]
	first, t := g.iter*m.nKey, int(m.tableof[c])*m.nKey
	for _, x := range m.homeInverse1.at(c) {
		k := int(x)
		if m.has[t+k] || m.idone[first+k] || !r.comesFrom(g, c, k, int(m.itab[first+k])) ||
			slices.ContainsFunc(g.shown, func(x Entry) bool { return x.Key == k }) {
			continue
		}
		r.goesAfter(g)
		done(k)
	}
}

// looks reports whether a load is the one that was announced as a Retain's look at a chain.
func (r *run) looks(e *access) bool {
	n := r.goroutines[e.g].at - 2
	return n >= 0 && r.f.log[r.goroutines[e.g].entries[n]].what == visitWord
}

// emptyMeta reports whether a meta is that of a chain of one bucket without entries.
func (r *run) emptyMeta(meta uint64) bool {
	for i := range r.layout.Slots {
		if tagAt(meta, i) >= tagFull {
			return false
		}
	}
	return meta&flagLinked == 0
}

// goesOn reports whether a goroutine that has found a chain moved, by its n-th access from
// the one in progress, goes on to the next table. It
// may load the meta again before that.
func (r *run) goesOn(g, n int) bool {
	e := r.next(g, n)
	for {
		n++
		switch a := r.next(g, n); {
		case a == nil || a.begins:
			return false
		case a.what != outside && a.addr != e.addr:
			return a.what == nextWord && a.op == opLoad && a.table == e.table
		}
	}
}

// lockToRetain locks a chain for a Retain: for the keys that it looks for in this chain.
func (r *run) lockToRetain(e *access) {
	m, g := r.m, &r.goroutines[e.g]
	r.abort(e.g)
	r.set.reset(m.nKey)
	one := -1
	for _, x := range m.homeInverse1.at(e.chain) {
		if k := int(x); int(m.home[e.table*m.nKey+k]) == e.chain && r.comesWith(g, e.chain, k) {
			r.set.add(k)
			one = k
		}
	}
	if r.comesFor(e); one < 0 {
		r.fail("locks a chain in which %s has no key to look for: rule not_before", g.call.Name)
	}
	g.visiting = false
	r.seekFromCurrent(e.g)
	r.lockToWrite(e, one)
}
