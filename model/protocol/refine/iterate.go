package refine

// beginIteration begins an iteration, or a Retain, when its call first loads the table.
func (r *run) beginIteration(g *goroutine) {
	if len(g.decided) < r.keys {
		g.decided = make([]int, r.keys)
	}
	if r.m.ipc[g.iter] == ipcsIoff {
		g.visited, g.visiting, g.path = -1, false, g.path[:0]
		g.walk.reset(r.keys, int(r.m.cur[0]))
		r.do(nameI_begin, r.m.actI_begin(g.iter))
	}
}

// iterating reports whether a goroutine is in a call that copies entries without locks.
func (r *run) iterating(g *goroutine) bool {
	return g.call != nil && g.call.Kind == Iterate && r.m.ipc[g.iter] != ipcsIoff
}

// iterate follows a load of an iteration.
func (r *run) iterate(e *access, g *goroutine) {
	m, n := r.m, g.iter
	if e.what == nextWord || e.what == resizingWord {
		return
	}
	if m.ipc[n] != ipcsInext && int(m.ichain[n]) != e.chain {
		r.endVisit(g)
	}
	if w := &g.walk; e.what == versionWord && e.table == w.table && e.chain != w.chain {
		r.beginClass(e, g)
		return
	} else if w.walking && r.walkOn(e, g) {
		return
	}
	switch e.what {
	case versionWord:
		r.iterateVersion(e, g)
	case metaWord:
		r.iterateMeta(e, g)
	case keyWord, valueWord:
		if g.doomed {
			return
		}
		if e.what == keyWord {
			r.do(nameI_key, m.actI_key(n, e.slot, e.word))
		} else {
			r.do(nameI_value, m.actI_value(n, e.slot, e.word))
		}
	}
}

// visit begins the visit of a chain, perhaps once more.
func (r *run) visit(g *goroutine, c int) {
	g.doomed = false
	r.do(nameI_visit, r.m.actI_visit(g.iter, c))
	r.do(nameI_R1, r.m.actI_R1(g.iter))
}

// iterateVersion follows a load of the version: R1 of the bucket whose meta comes next, or
// R4 of the one that was copied.
func (r *run) iterateVersion(e *access, g *goroutine) {
	m, n, c := r.m, g.iter, e.chain
	at, next := int(m.ipos[n]), r.nextMeta(e)
	again := next == 0 && (at > 0 || g.doomed)
	switch m.ipc[n] {
	case ipcsInext:
		r.visit(g, c)
	case ipcsIvisit, ipcsImeta:
		if again {
			r.visit(g, c)
		} else {
			r.do(nameI_R1, m.actI_R1(n))
		}
	case ipcsIcopy:
		switch fresh := !g.doomed && m.iver[n] == m.ver[c]; {
		case fresh && m.actI_R4(n) == 0:
			r.do(nameI_R4, 0)
		case next == 0:
			r.visit(g, c)
		case fresh:
			r.do(nameI_R4, m.actI_R4(n))
		case next == at && !g.doomed:
			r.do(nameI_R1, m.actI_R1(n))
		default:
			g.doomed = true
		}
	case ipcsIchecked:
		switch {
		case next == at+1 && m.ilink[n]:
			r.do(nameI_R5, m.actI_R5(n))
			r.do(nameI_R1, m.actI_R1(n))
		case next == 0:
			r.visit(g, c)
		}
	}
}

// nextMeta returns the bucket whose meta a goroutine loads next, if that is of the chain of
// an access and before the end of its call; otherwise -1.
func (r *run) nextMeta(e *access) int {
	for n := 1; ; n++ {
		switch a := r.next(e.g, n); {
		case a == nil || a.begins || a.what != outside && a.chain != e.chain || a.what == nextWord || a.what == tableWord:
			return -1
		case a.what == metaWord:
			return a.bucket
		}
	}
}

// iterateMeta follows a load of a meta: R2, or the look whether it has changed.
func (r *run) iterateMeta(e *access, g *goroutine) {
	m, n := r.m, g.iter
	if g.doomed {
		return
	}
	beyond := e.bucket == int(m.ipos[n])+1
	if m.ipc[n] == ipcsIcopy && beyond && m.iver[n] != m.ver[e.chain] {
		// A fast path loads the version once, after two buckets. It will find another
		// one.
		g.doomed = true
		return
	}
	if m.ipc[n] == ipcsIcopy && beyond {
		r.do(nameI_R4, m.actI_R4(n))
	}
	if m.ipc[n] == ipcsIchecked && !beyond {
		if m.actI_unchanged(n, e.bucket) == 0 {
			r.do(nameI_unchanged, 0)
		}
		return
	}
	if m.ipc[n] == ipcsIchecked {
		r.do(nameI_R5, m.actI_R5(n))
		r.do(nameI_R1, m.actI_R1(n))
	}
	switch {
	case int(m.ipos[n]) != e.bucket:
		r.fail("is not of bucket %d, where the iteration is in the model: rule i_R2", m.ipos[n])
	case e.bucket > 0 || e.after&flagMoved == 0:
		r.do(nameI_R2, m.actI_R2(n))
	case r.goesOn(e.g, 0):
		r.do(nameI_moved, m.actI_moved(n))
	default: // a fast path leaves moved chains to the rest
		g.doomed = true
	}
}

// goForward follows the load with which an iteration finds the table that is in use. A chain
// that it has found moved is not in that table any more if others have come since: then its
// keys are in the chains of these, which have moved as well.
func (r *run) goForward(g *goroutine) {
	m, n, cur := r.m, g.iter, int(r.m.cur[0])
	c := int(m.ichain[n])
	if m.ipc[n] != ipcsImeta || !g.doomed || int(m.tableof[c]) == cur {
		return // it visits the chain again
	}
	r.do(nameI_moved, m.actI_moved(n))
	for t := int(m.tableof[c]) + 1; t < cur; t++ {
		for c := r.first[t]; c < r.first[t+1]; c++ {
			if m.iat[n*m.nChain+c] {
				r.visit(g, c)
				r.do(nameI_moved, m.actI_moved(n))
			}
		}
	}
}

// endVisit ends the visit of a chain, if an iteration is in one.
func (r *run) endVisit(g *goroutine) {
	m, n := r.m, g.iter
	switch {
	case m.ipc[n] == ipcsInext:
		return
	case m.ipc[n] != ipcsIchecked:
		r.fail("comes after the copying of chain %d, and the version was not loaded after that, or has advanced: rule R4", m.ichain[n])
	case m.ilink[n]:
		r.fail("comes after bucket %d of chain %d, which is not the last one: rule R5", m.ipos[n], m.ichain[n])
	}
	if m.actI_last(n, false) == 0 {
		r.do(nameI_last, 0)
	} else {
		r.do(nameI_last, m.actI_last(n, true)) // the call compares keys: see compareShown
	}
	r.addCopied(g)
}

// endIteration ends an iteration or a Retain whose call has returned, and has shown some
// entries.
func (r *run) endIteration(g *goroutine, shown []Entry) {
	if g.iter < 0 {
		return
	}
	m, n := r.m, g.iter
	if m.ipc[n] != ipcsIoff {
		r.endVisit(g)
		r.endClass(g)
		r.do(nameI_end, m.actI_end(n))
		r.compareShown(g, shown)
	}
}

// compareShown compares what a call has shown with what its iteration has found.
func (r *run) compareShown(g *goroutine, shown []Entry) {
	m, first := r.m, g.iter*r.m.nKey
	seen := make([]bool, r.keys)
	for _, x := range shown {
		value, found := int(m.igotv[first+x.Key]), m.iout[first+x.Key]
		if g.call.Kind == Retain {
			value = g.decided[x.Key]
		} else {
			value = g.walk.before[x.Key]
			found = value != Unknown && value != Absent
		}
		switch {
		case seen[x.Key]:
			r.fail("ends %s, which has shown key %d twice: rule not_before", g.call.Name, x.Key)
		case !found:
			r.fail("ends %s, which has shown key %d, and it was not found: rule legal", g.call.Name, x.Key)
		case value != x.Value:
			r.fail("ends %s, which has shown key %d with value %d, and the model with %d: rule legal", g.call.Name, x.Key, x.Value, value)
		}
		seen[x.Key] = true
	}
	for k := range r.keys {
		out := m.iout[first+k]
		if g.call.Kind == Iterate {
			v := g.walk.before[k]
			out = v != Absent && (out || v != Unknown)
		}
		if out && !seen[k] {
			r.fail("ends %s, which has not shown key %d: rule complete", g.call.Name, k)
		}
	}
}
