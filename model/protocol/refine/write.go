package refine

// beginWrite begins what a call does to its key under the lock of its chain.
func (r *run) beginWrite(i int) {
	r.abort(i)
	r.set.reset(r.m.nKey)
	r.set.add(r.goroutines[i].call.Key)
	r.seekFromCurrent(i)
}

// abort ends the search of a writer for its chain. A call may load the table again.
func (r *run) abort(i int) {
	if r.m.wpc[i] == wpcsWseek {
		r.do(nameWabort, r.m.actWabort(i))
	}
}

// seekFromCurrent begins the search for the chain of the keys in r.set.
func (r *run) seekFromCurrent(i int) {
	r.do(nameWbegin, r.m.actWbegin(i, &r.set))
	r.do(nameWload, r.m.actWload(i))
}

// write follows an access that is not part of a read.
func (r *run) write(e *access) {
	m, c := r.m, e.chain
	switch e.what {
	case tableWord:
		r.replaceTable(e)
	case nextWord:
		if e.op == opLoad {
			return
		}
		if r.layout.Clears[r.base+e.table] {
			r.do(nameClear_announces, m.actClear_announces())
		} else {
			r.do(nameAnnounce, m.actAnnounce())
		}
	case resizingWord:
		r.resizing(e)
	case metaWord:
		switch {
		case e.op == opLoad:
			if g := &r.goroutines[e.g]; e.bucket == 0 && g.call != nil && g.call.Kind == Retain {
				r.look(e, g)
			}
		case e.op == opCompareAndSwap && !e.changes():
		case e.op == opCompareAndSwap:
			r.compareMeta(c, e.bucket, e.before)
			r.lock(e)
			r.compareMeta(c, e.bucket, e.after)
		case e.op == opStore:
			if r.storeMeta(e) {
				r.compareMeta(c, e.bucket, e.after)
			}
		default:
			r.unexplained(e)
		}
	case versionWord:
		switch e.op {
		case opLoad:
		case opAdd:
			r.advance(e)
		default:
			r.unexplained(e)
		}
	case linkWord:
		switch e.op {
		case opLoad:
		case opStore:
			r.storeLink(e)
		default:
			r.unexplained(e)
		}
	case keyWord, valueWord:
		switch e.op {
		case opLoad:
		case opStore:
			r.storeWord(e)
		case opPlainWrite:
			r.plainWrite(e)
		default:
			r.unexplained(e)
		}
	}
}

func (r *run) unexplained(e *access) {
	r.fail("is not an action of the model: rule explained")
}

func (r *run) replaceTable(e *access) {
	switch {
	case !e.changes(): // another goroutine has done it
		for t, w := range r.counting.ends {
			if w.True("ends", e.g) {
				r.ended(e.g, t)
			}
		}
	case r.layout.Clears[r.base+int(r.m.cur[0])]:
		r.do(nameClear_replaces, r.m.actClear_replaces())
		r.step(r.counting.entries, "clear")
	default:
		t := int(r.m.cur[0])
		r.do(nameFinish, r.m.actFinish())
		r.ended(e.g, t)
		if r.ending {
			r.do(nameClear_ends, r.m.actClear_ends())
			r.ending = false
		}
		r.beginResize()
	}
}

// resizing follows what is done to the mutex that resizes and Clear take.
func (r *run) resizing(e *access) {
	g := &r.goroutines[e.g]
	clears := g.call != nil && g.call.Kind == Clear
	switch {
	case e.op == opLock && !e.changes(): // it was taken
	case e.op == opLock && clears && r.ending:
		r.ending = false
	case e.op == opLock && clears:
		r.do(nameClear_begins, r.m.actClear_begins())
	case e.op == opLock && r.announces():
		r.beginning = true
		r.beginResize()
	case e.op == opUnlock && clears && r.m.mclr[0]:
		// A Clear that a hasher has ended, in the resize before it, ends with that
		// resize for the model.
		if cur := r.m.cur[0]; r.m.announced[cur] && !r.m.clears[cur] {
			r.ending = true
		} else {
			r.do(nameClear_ends, r.m.actClear_ends())
		}
	}
}

// beginResize begins the resize that the holder of the mutex is going to announce: when
// that of the table before has ended.
func (r *run) beginResize() {
	if m := r.m; r.beginning && !m.announced[m.cur[0]] {
		r.do(nameBegin_resize, m.actBegin_resize())
		r.beginning = false
	}
}

// announces reports whether the goroutine that has just taken the mutex, or one that it
// starts, announces a resize before the mutex is released.
func (r *run) announces() bool {
	for i := r.at + 1; i < len(r.f.log); i++ {
		switch e := &r.f.log[i]; {
		case e.what == resizingWord && e.op == opUnlock:
			return false
		case e.what == nextWord && e.op == opStore:
			return true
		}
	}
	return false
}

// mustHold returns the role in which a goroutine holds the lock of a chain.
func (r *run) mustHold(g, c int) role {
	if r.role[c] == noRole || r.holder[c] != g {
		r.fail("changes chain %d, which goroutine %d has not locked: rule locked", c, g)
	}
	return r.role[c]
}

func (r *run) holds(g, c int) bool { return r.role[c] != noRole && r.holder[c] == g }

// advance follows an advance of the version.
func (r *run) advance(e *access) {
	m, c := r.m, e.chain
	r.mustHold(e.g, c)
	expected := false
	for _, s := range m.chainofInverse0.at(c) {
		expected = expected || m.rt[s] && !m.ra[s] || m.na[s]
	}
	if !expected {
		r.plan(e.g, c)
	}
	r.do(nameAdvance, m.actAdvance(c))
	if int(m.ver[c]) != int(e.after) {
		r.fail("advances the version to another than the model, which has %d: rule same words", m.ver[c])
	}
}

// storeLink follows the store of a link to another bucket.
func (r *run) storeLink(e *access) {
	if r.holds(e.g, e.chain) {
		r.do(nameSet_link, r.m.actSet_link(e.chain))
		return
	}
	from := r.mover(e)
	for _, k := range r.m.homeInverse1.at(e.chain) {
		if int(k) < r.keys {
			r.do(nameSplit_bucket, r.m.actSplit_bucket(from, int(k), r.slot(e.chain, min(e.bucket+1, r.longest-1), r.layout.Slots-1)))
			return
		}
	}
	r.fail("adds a bucket to a chain that no key belongs to: rule explained")
}

// storeWord follows the store of a word of a slot.
func (r *run) storeWord(e *access) {
	m, s := r.m, e.slot
	r.mustHold(e.g, e.chain)
	switch {
	case m.rt[s] && !r.wiped(s):
		if e.after != 0 {
			r.fail("wipes a slot with %#x: rule I6", e.after)
		}
		if e.what == keyWord {
			r.do(nameWipe_key, m.actWipe_key(s, e.word))
		} else {
			r.do(nameWipe_value, m.actWipe_value(s, e.word))
		}
		return
	case m.rs[s] && !r.inserts(e.g, e.chain, s, 0):
		r.reserve(e.g, e.what, s, e.word, r.number(e.after))
		return
	case m.full[s] && e.what == valueWord && !m.multi[0]:
		v := r.valueOf([]int32{r.number(e.after)})
		r.stores(e.g, v)
		r.do(nameUpdate_in_place, m.actUpdate_in_place(e.chain, int(m.keyof[m.gr[s]]), s, e.word, v))
		return
	case !m.fl[s]:
		r.plan(e.g, e.chain)
		if m.rs[s] {
			r.reserve(e.g, e.what, s, e.word, r.number(e.after))
			return
		}
	}
	r.fill(e.what, s, e.word, r.number(e.after))
}

// fill follows the writing of a word to a slot that is not in use.
func (r *run) fill(w what, s, i int, to int32) {
	m := r.m
	var has int32
	if w == keyWord {
		r.do(nameFill_key, m.actFill_key(s, i))
		has = m.kword[s*m.nKidx+i]
	} else {
		r.do(nameFill_value, m.actFill_value(s, i))
		has = m.vword[s*m.nVidx+i]
	}
	if has != to {
		r.fail("writes another word than the model: rule same words")
	}
}

// plainWrite follows the plain write of a whole slot.
func (r *run) plainWrite(e *access) {
	m, s, c := r.m, e.slot, e.chain
	if len(e.words) != m.nVidx+m.nKidx || e.what != valueWord || e.word != 0 {
		r.fail("writes %d words, which are not a slot: rule explained", len(e.words))
	}
	if !r.holds(e.g, c) {
		r.copyTo(e)
		return
	}
	if e.bucket >= int(m.wlen[c]) {
		r.do(nameNew_bucket, m.actNew_bucket(c, r.slot(c, e.bucket, r.layout.Slots-1)))
	}
	if !m.fl[s] {
		r.plan(e.g, c)
	}
	fill := r.fill
	if m.rs[s] {
		fill = func(w what, s, i int, to int32) { r.reserve(e.g, w, s, i, to) }
	}
	if !m.empty[s] {
		r.fail("writes a slot plainly that is not EMPTY: rule I1")
	}
	for i, x := range e.words {
		if i < m.nVidx {
			fill(valueWord, s, i, r.number(x))
		} else {
			fill(keyWord, s, i-m.nVidx, r.number(x))
		}
	}
}

// stores checks that a call stores the value that it was given.
func (r *run) stores(g, v int) {
	if c := r.goroutines[g].call; c != nil && c.Value != Any && c.Value != v {
		r.fail("stores another value than %s was given, number %d: rule given", c.Name, v)
	}
}

// wiped reports whether all is wiped of a slot that has to be.
func (r *run) wiped(s int) bool {
	m := r.m
	for i := range m.nKidx {
		if m.kptr[i] && !m.wk[s*m.nKidx+i] {
			return false
		}
	}
	for j := range m.nVidx {
		if m.vptr[j] && !m.wv[s*m.nVidx+j] {
			return false
		}
	}
	return true
}

// endWipes ends the wiping of slots of a chain, before its holder goes on.
func (r *run) endWipes(c int) {
	for _, s := range r.m.chainofInverse0.at(c) {
		if r.m.rt[s] && r.m.ra[s] {
			r.do(nameWiped, r.m.actWiped(int(s)))
		}
	}
}
