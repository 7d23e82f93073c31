package refine

import "slices"

// A walk is where an iteration is with the entries of a class of keys. It shows those of a chain that
// it has not copied, one by one: each is a read of the model, from the load of its key to that of
// the version. If the chain has changed since the walk began, the iteration copies the chains of
// the class, and loads each key that it has not shown.
type walk struct {
	table   int // that the iteration began with
	chain   int // of that, or -1; its number is the class
	walking bool
	version uint64
	copied  []int // keys that are still to be loaded

	key, slot int  // of the read in progress, or -1
	gone      bool // a Clear has emptied the map, and has not marked the chain yet
	loaded    int  // the key of the Load in progress
	before    []int
}

func (w *walk) reset(keys, table int) {
	*w = walk{table: table, chain: -1, key: -1, copied: w.copied[:0], before: w.before[:0]}
	for range keys {
		w.before = append(w.before, Unknown)
	}
}

// beginClass begins the walk of another chain. The class before must be done.
func (r *run) beginClass(e *access, g *goroutine) {
	r.endClass(g)
	w := &g.walk
	w.chain, w.version, w.walking = e.chain, e.after, true
}

func (r *run) endClass(g *goroutine) {
	if w := &g.walk; len(w.copied) > 0 {
		r.fail("comes after %s has copied key %d, and has not looked whether it is still there: rule own writes", g.call.Name, w.copied[0])
	}
}

// addCopied notes the keys that a visit has found and that have not been shown, in the order of
// their slots.
func (r *run) addCopied(g *goroutine) {
	m, w, first := r.m, &g.walk, g.iter*r.m.nKey
	n := len(w.copied)
	for k := range r.keys {
		if m.igot[first+k] && w.before[k] == Unknown {
			w.copied = append(w.copied, k)
		}
	}
	slices.SortFunc(w.copied[n:], func(a, b int) int { return int(m.isaw[first+a] - m.isaw[first+b]) })
}

// walkOn follows a load of an iteration that walks a chain. It returns false if the walk is over.
func (r *run) walkOn(e *access, g *goroutine) bool {
	w := &g.walk
	switch e.what {
	case metaWord:
		if w.key >= 0 {
			break
		}
		if e.chain != w.chain {
			r.fail("is not of chain %d, whose version was loaded before: rule R1", w.chain)
		}
		if e.after&flagMoved == 0 {
			r.visitBucket(g, e.chain, e.bucket)
		}
	case keyWord, valueWord:
		if w.key < 0 && !r.beginEntry(e, g) {
			break
		}
		if e.slot != w.slot {
			r.fail("is not of slot %d, whose key was loaded before: rule R3", w.slot)
		}
		if w.gone {
			break
		}
		if e.what == keyWord {
			r.do(nameR3_key, r.m.actR3_key(g.reader, e.word))
		} else {
			r.do(nameR3_value, r.m.actR3_value(g.reader, e.word))
		}
	case versionWord:
		switch {
		case w.key >= 0:
			r.endEntry(e, g)
		case r.nextIsVersion(e, 1) && r.nextIsVersion(e, 2): // it has advanced: now the chain is copied
		default:
			w.walking = false
		}
	}
	return w.walking
}

// nextIsVersion reports whether the n-th access from a load of a version is one as well.
func (r *run) nextIsVersion(e *access, n int) bool {
	a := r.next(e.g, n)
	return a != nil && !a.begins && a.what == versionWord && a.chain == e.chain
}

// visitBucket is the visit of a bucket in one moment, in which its meta is loaded. A walk reads the
// entries one by one later.
func (r *run) visitBucket(g *goroutine, chain, bucket int) {
	m, n := r.m, g.iter
	if bucket == 0 {
		r.do(nameI_visit, m.actI_visit(n, chain))
	} else {
		r.do(nameI_R5, m.actI_R5(n))
	}
	r.do(nameI_R1, m.actI_R1(n))
	r.do(nameI_R2, m.actI_R2(n))
	for i := range r.layout.Slots {
		s := r.slot(chain, bucket, i)
		if !m.full[s] {
			continue
		}
		for i := range m.nKidx {
			r.do(nameI_key, m.actI_key(n, s, i))
		}
		for j := range m.nVidx {
			r.do(nameI_value, m.actI_value(n, s, j))
		}
	}
	r.do(nameI_R4, m.actI_R4(n))
}

// beginEntry begins the read of an entry whose key is loaded. It returns false if the chain has
// changed, or will have: then the entry is not used.
func (r *run) beginEntry(e *access, g *goroutine) bool {
	m, w, x := r.m, &g.walk, g.reader
	n := 1
	for a := r.next(e.g, n); ; a = r.next(e.g, n) {
		if a == nil || a.begins || a.chain != e.chain {
			return false
		}
		if n++; a.what == versionWord {
			// Copying begins with two loads of the version.
			if a.after != w.version || r.nextIsVersion(e, n) && !r.nextIsVersion(e, n+1) {
				return false
			}
			break
		}
	}
	if !m.full[e.slot] {
		r.fail("is of slot %d, whose entry is shown and not there: rule R2", e.slot)
	}
	w.key, w.slot = int(m.gr[e.slot]), e.slot
	if w.gone = e.table != int(m.cur[0]); w.gone {
		return true
	}
	r.do(nameInvoke, m.actInvoke(x, w.key))
	r.do(nameLoad_table, m.actLoad_table(x))
	r.do(nameR1, m.actR1(x))
	for bucket := range e.bucket + 1 {
		if bucket > 0 {
			r.do(nameR5, m.actR5(x))
		}
		r.set.reset(m.nSlot)
		if bucket == e.bucket {
			r.set.add(e.slot)
		}
		r.do(nameR2, m.actR2(x, &r.set))
	}
	r.do(nameR3, m.actR3(x, e.slot))
	return true
}

// endEntry follows R4 of an entry, which is shown.
func (r *run) endEntry(e *access, g *goroutine) {
	m, w := r.m, &g.walk
	if !w.gone {
		r.validate(e, g)
	} else if g.before = int(m.gv[w.slot]); !m.full[w.slot] || int(m.gr[w.slot]) != w.key || !m.ilv[(g.iter*m.nKey+w.key)*m.nVal+g.before] {
		r.fail("ends the read of key %d, which is not there: rule legal", w.key)
	}
	w.before[w.key], w.key = g.before, -1
}

// loadAgain follows the load of the table with which an iteration begins to load a key.
func (r *run) loadAgain(g *goroutine) {
	m, w := r.m, &g.walk
	if len(w.copied) == 0 {
		r.fail("begins to load a key, and all that was copied has been shown: rule own writes")
	}
	w.loaded, w.copied, g.reading = w.copied[0], w.copied[1:], true
	r.do(nameInvoke, m.actInvoke(g.reader, w.loaded))
	r.do(nameLoad_table, m.actLoad_table(g.reader))
}

// copiedAll reports whether an iteration has copied all of a chain.
func (r *run) copiedAll(g *goroutine) bool {
	m, n := r.m, g.iter
	return m.ipc[n] == ipcsInext || m.ipc[n] == ipcsIchecked && !m.ilink[n]
}

// hasLoaded reports whether an access comes after the Load of a key by an iteration.
func (r *run) hasLoaded(e *access, g *goroutine) bool {
	switch r.m.rpc[g.reader] {
	case rpcsIdle:
		return true
	case rpcsScan, rpcsCopy:
		return e.what == versionWord && e.chain != r.chainOf(g.reader)
	}
	return false
}
