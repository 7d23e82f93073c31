package refine

import "slices"

// look follows a load of a root's meta by a Retain, which may be a visit of its chain: the
// chain has moved, or has no entries. Otherwise the Retain locks it.
func (r *run) look(e *access, g *goroutine) {
	m, n := r.m, g.iter
	if e.after&flagMoved != 0 && r.goesOn(e.g, 0) {
		if g.via = e.chain; e.table == g.start {
			g.origin = e.chain
		}
	}
	if m.ipc[n] != ipcsInext || !m.iat[n*m.nChain+e.chain] || r.holds(e.g, e.chain) {
		return
	}
	if e.after&flagMoved != 0 {
		if r.goesOn(e.g, 0) {
			r.visit(g, e.chain)
			r.do(nameI_moved, m.actI_moved(n))
		}
		return
	}
	if !r.comesBack(e) && m.actI_skip(n, e.chain) == 0 {
		r.do(nameI_skip, 0)
	}
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

// comesBack reports whether a Retain visits a chain later, for the keys that it looks for
// there now: it locks the chain, not to move it, or finds that it has moved. Another chain
// that has moved there is visited after that.
func (r *run) comesBack(e *access) bool {
	x := &r.goroutines[e.g]
	merging := slices.ContainsFunc(r.goroutines[e.g].holds, func(c int) bool { return r.movesTo(int(r.m.tableof[c]), c, e) })
	for n := 1; ; n++ {
		a := r.next(e.g, n)
		switch {
		case a == nil || a.begins:
			return false
		case a.what != metaWord || a.bucket != 0:
		case a.op != opLoad && a.changes() && r.movesTo(a.table, a.chain, e):
			merging = a.after&flagLocked != 0
		case merging:
		case a.op == opLoad && a.after&flagMoved != 0 && a.table == x.start && a.chain != x.origin && a.chain != e.chain && r.goesOn(e.g, n):
			return false // it comes for other keys from now on
		case a.op == opLoad && a.chain == x.via && a.chain != e.chain: // it visits both once more
		case a.op == opLoad && a.after&flagMoved != 0 && (a.chain == e.chain || r.movesTo(a.table, a.chain, e)) && r.goesOn(e.g, n):
			return a.chain == e.chain
		case a.chain == e.chain && a.op == opCompareAndSwap && a.changes() && a.after&flagMoved == 0 && !r.triesToMove(e.g, e.chain, n+1):
			return true
		}
	}
}

// triesToMove reports whether a goroutine that has locked a chain marks it as moved, or
// uses one of the next table meanwhile, from its n-th access on.
func (r *run) triesToMove(g, c, n int) bool {
	for ; ; n++ {
		a := r.next(g, n)
		switch {
		case a == nil || a.begins:
			return false
		case a.what == metaWord && a.table == int(r.m.tableof[c])+1:
			return true
		case a.what == metaWord && a.chain == c && a.bucket == 0 && a.op == opStore && a.after&flagLocked == 0:
			return a.after&flagMoved != 0
		}
	}
}

// movesTo reports whether entries of a chain move to that of an access.
func (r *run) movesTo(table, chain int, to *access) bool {
	m := r.m
	if table+1 != to.table {
		return false
	}
	if m.shrinks[table] {
		return int(m.dst[chain]) == to.chain
	}
	return int(m.src[to.chain]) == chain
}

// lockToRetain locks a chain for a Retain: for the keys that it looks for in this chain.
func (r *run) lockToRetain(e *access) {
	m, g := r.m, &r.goroutines[e.g]
	r.abort(e.g)
	r.set.reset(m.nKey)
	first, one := g.iter*m.nKey, -1
	for _, x := range m.homeInverse1.at(e.chain) {
		if k := int(x); int(m.itab[first+k]) == e.table && !m.idone[first+k] {
			r.set.add(k)
			one = k
		}
	}
	if r.comesFor(e); one < 0 && len(r.set.list) > 0 { // it looks at the chain once more
		one = int(r.set.list[0])
	}
	if one < 0 {
		r.fail("locks a chain that %s has visited: rule not_before", g.call.Name)
	}
	r.seekFromCurrent(e.g)
	r.lockToWrite(e, one)
}
