package refine

// How callbacks are followed: a goroutine lends the lock of a chain, or registers its
// key, and holds its key and nothing else until it comes back.

// A registering is what a goroutine does while it has the mutex of the registry.
type registering struct{ adds, removes bool }

// registry follows an access to the registry's mutex. What is done there happens, for the
// model, when it is unlocked.
func (r *run) registry(e *access) {
	g := &r.goroutines[e.g]
	switch {
	case e.op == opLock && e.changes():
		if r.registrar >= 0 {
			r.fail("is of a mutex that goroutine %d has locked: rule locked", r.registrar)
		}
		g.registry, r.registrar = registering{}, e.g
	case e.op == opUnlock:
		r.mustRegister(e.g)
		r.registered(e.g, g.registry)
		r.registrar = -1
	}
}

// hold follows an access to what goroutines wait for: it is made for a key that is
// registered, and ended with it.
func (r *run) hold(e *access) {
	if e.op != opStore {
		return
	}
	r.mustRegister(e.g)
	if g := &r.goroutines[e.g]; e.after != 0 {
		g.registry.adds = true
	} else {
		g.registry.removes = true
	}
}

func (r *run) mustRegister(g int) {
	if r.registrar != g {
		r.fail("comes from goroutine %d, which has not locked the mutex of the held keys: rule locked", g)
	}
}

// registered follows what a goroutine has done with the registry.
func (r *run) registered(i int, did registering) {
	m, g := r.m, &r.goroutines[i]
	for _, c := range g.holds {
		switch {
		case m.tk[c] && did.adds:
			lat := int(m.lat[c])
			r.do(nameTake_over, m.actTake_over(c, r.keyOf(m.kword[lat*m.nKidx:][:m.nKidx])))
			r.endReserved(i, c)
			return
		case m.ub[c] && did.removes:
			r.do(nameUnregister, m.actUnregister(c))
			r.lockCounted(c)
			r.lookNone(c)
			return
		}
	}
	switch {
	case did.removes:
		if m.wpc[i] != wpcsWcall {
			r.fail("ends a hold, and goroutine %d has none: rule held", i)
		}
		r.do(nameDrop_hold, m.actDrop_hold(i))
	case len(g.holds) == 0 || g.call == nil: // it waits for a hold to end
	case g.call.Kind == Clear:
		r.lookNone(g.holds[len(g.holds)-1])
	case did.adds:
		c := r.decides(i)
		k := r.decided(g, c)
		r.decide(i, c, k)
		r.endWipes(c)
		r.do(nameRegister, m.actRegister(i, c, k))
	default:
		c := r.decides(i)
		switch k := r.decided(g, c); {
		case k >= 0 && m.reg[k]:
			g.waits = true
		case k >= 0:
			r.do(nameLook, m.actLook(c, k))
		}
		r.lookNone(c)
	}
}

// lookNone notes that a goroutine has found that no callback holds a key: it stores the
// meta of its chain without flagHeld.
func (r *run) lookNone(c int) {
	if r.m.actLook_none(c) == 0 {
		r.do(nameLook_none, 0)
	}
}

// decides returns the chain that a goroutine has locked to decide about keys.
func (r *run) decides(g int) int {
	for _, c := range r.goroutines[g].holds {
		if r.role[c] == writing {
			return c
		}
	}
	r.fail("looks for held keys, and goroutine %d has locked no chain to write it: rule locked", g)
	return 0
}

// decided returns the key that the holder of a chain is about to decide: that of its call,
// or the first that a Retain has not decided. It is -1 if there is none.
func (r *run) decided(g *goroutine, c int) int {
	m := r.m
	if g.call.Kind != Retain {
		return g.call.Key
	}
	if k := r.lendsFor(g, c); k >= 0 {
		return k
	}
	for _, s := range m.chainofInverse0.at(c) {
		if m.full[s] && int(m.pos[s]) < int(m.len[c]) {
			if k := int(m.keyof[m.gr[s]]); r.undecided(g, c, k) {
				return k
			}
		}
	}
	return -1
}

// lendsFor returns the key for which the holder of a chain lends its lock when it unlocks the
// chain, or -1.
func (r *run) lendsFor(g *goroutine, c int) int {
	for _, i := range g.entries[g.at-1:] {
		if e := &r.f.log[i]; e.what == metaWord && e.chain == c && e.bucket == 0 && e.op == opStore {
			if e.after&flagLocked == 0 && e.after&lentBits != 0 {
				if s := r.lentSlot(c, e.after); r.m.full[s] {
					return int(r.m.keyof[r.m.gr[s]])
				}
			}
			break
		}
	}
	return -1
}

// undecided reports whether a Retain has still to decide about a key in a chain.
func (r *run) undecided(g *goroutine, c, k int) bool {
	return r.comesWith(g, c, k) && !r.m.idone[g.iter*r.m.nKey+k]
}

// decide notes that a Retain decides a key of a chain that it has locked, if the call is one.
func (r *run) decide(i, c, k int) {
	if g := &r.goroutines[i]; g.call.Kind == Retain && r.undecided(g, c, k) {
		g.decided[k] = r.found(k)
		r.goesAfter(g)
		r.do(nameI_take, r.m.actI_take(g.iter, c, k))
	}
}

// rest notes that the other keys for which a Retain has come to a chain are absent, if they
// are, and it does not come for them once more.
func (r *run) rest(i, c int) {
	m, g := r.m, &r.goroutines[i]
	switch {
	case !r.retaining(g) || m.ipc[g.iter] != ipcsInext:
	case r.role[c] == writing && r.holds(i, c):
		r.leaves(i, c, func(k int) {
			if m.actI_rest(g.iter, c, k) == 0 {
				r.do(nameI_rest, 0)
			}
		})
	default:
		r.leaves(i, c, func(k int) {
			if m.actI_rest_lent(g.iter, i, c, k) == 0 {
				r.do(nameI_rest_lent, 0)
			}
		})
	}
}

// lends follows the store of a meta with which the holder of a chain lends its lock.
func (r *run) lends(e *access) {
	m, c := r.m, e.chain
	s := r.lentSlot(c, e.after)
	r.endWipes(c)
	if r.role[c] != writing {
		r.fail("lends the lock of chain %d, which was not locked to write it: rule locked", c)
	}
	if m.full[s] {
		r.decide(e.g, c, int(m.keyof[m.gr[s]]))
		r.do(nameLend, m.actLend(e.g, c, s))
	} else {
		r.do(nameLend_reserved, m.actLend_reserved(e.g, c, s))
	}
	r.unlockCounted(c)
}

// lentSlot returns the slot with which a meta lends the lock.
func (r *run) lentSlot(c int, meta uint64) int {
	i := int(meta&lentBits>>lentShift) - 1
	bucket, slots := 0, r.layout.BucketSlots
	if i >= slots {
		bucket, i = 1, i-slots
	}
	if bucket >= int(r.m.len[c]) || i >= r.layout.Slots {
		r.fail("lends the lock of chain %d with a slot that it has not: rule explained", c)
	}
	return r.slot(c, bucket, i)
}

// exchange follows the change of a meta by CompareAndSwap that leaves the chain
// unlocked: its lock is lent, lent with another slot, or given back. It returns false for
// another change.
func (r *run) exchange(e *access) bool {
	m, c, g := r.m, e.chain, &r.goroutines[e.g]
	switch {
	case e.after&(flagLocked|flagMoved) != 0 || (e.before|e.after)&lentBits == 0:
		return false
	case e.after&lentBits == 0:
		r.rest(e.g, c)
		key := int(m.wkey[e.g])
		r.do(nameGive_back, m.actGive_back(e.g, c))
		g.wrote = g.wrote || g.call != nil && g.call.Kind != Retain && key == g.call.Key
		return true
	}
	s := r.lentSlot(c, e.after)
	if e.before&lentBits != 0 {
		r.do(nameLend_next, m.actLend_next(e.g, c, s))
	} else {
		r.abort(e.g)
		r.set.reset(m.nKey)
		k := int(m.keyof[m.gr[s]])
		if r.retaining(g) {
			g.visiting = false
			r.comesFor(e)
		}
		r.set.add(k)
		r.seekFromCurrent(e.g)
		for int(m.wtab[e.g]) < e.table {
			r.do(nameWforward, m.actWforward(e.g, int(m.home[int(m.wtab[e.g])*m.nKey+k])))
		}
		if g.call != nil && g.call.Kind != Retain && k == g.call.Key {
			g.before = r.found(k)
		}
		r.do(nameLend_root, m.actLend_root(e.g, c, s))
	}
	if k := int(m.wkey[e.g]); r.retaining(g) && r.undecided(g, c, k) {
		g.decided[k] = r.found(k)
		r.goesAfter(g)
		r.do(nameI_take_lent, m.actI_take_lent(g.iter, e.g, c))
	}
	return true
}

func (r *run) retaining(g *goroutine) bool { return g.call != nil && g.call.Kind == Retain }

// comesFor adds to r.set the keys of a chain for which a Retain comes there.
func (r *run) comesFor(e *access) {
	m := r.m
	for _, x := range m.homeInverse1.at(e.chain) {
		if k := int(x); int(m.home[e.table*m.nKey+k]) == e.chain && int(m.lt[k]) == e.table {
			r.set.add(k)
		}
	}
}

// relocks follows the locking of a chain by a goroutine that holds a key, and has come back
// for it. It returns false if the goroutine locks the chain for another purpose.
func (r *run) relocks(e *access) bool {
	m, c, g := r.m, e.chain, &r.goroutines[e.g]
	if g.call == nil || m.wpc[e.g] != wpcsWcall { // a goroutine that allocates has no call
		return false
	}
	k := int(m.wkey[e.g])
	switch {
	case e.before&lentBits != 0 && e.after&lentBits == 0:
		r.do(nameTake_back, m.actTake_back(e.g, c))
		r.take(e.g, c, writing)
		r.lockCounted(c)
		r.endReserved(e.g, c)
		return true
	case !r.ends(e.g, c):
		return false
	}
	for int(m.wtab[e.g]) < e.table {
		r.do(nameRelock_forward, m.actRelock_forward(e.g, int(m.home[int(m.wtab[e.g])*m.nKey+k])))
	}
	g.other = g.call.Kind != Retain && k != g.call.Key
	r.do(nameRelock, m.actRelock(e.g, c))
	r.take(e.g, c, writing)
	return true
}

// ends reports whether a goroutine that has just locked a chain ends a hold before it
// unlocks it.
func (r *run) ends(g, c int) bool {
	for n := 1; ; n++ {
		switch e := r.next(g, n); {
		case e == nil || e.begins:
			return false
		case e.what == holdWord && e.op == opStore && e.after == 0:
			return true
		case e.what == metaWord && e.op != opLoad:
			return false
		}
	}
}

// reserves reports whether the words that the holder of a chain writes to a free slot are
// those of a key that it reserves: it lends the lock with the slot.
func (r *run) reserves(g, c, s int) bool {
	for n := 0; ; n++ {
		e := r.next(g, n)
		switch {
		case e == nil:
			return false
		case e.what == metaWord && e.chain == c && e.op == opStore:
			return e.bucket == 0 && e.after&flagLocked == 0 && e.after&lentBits != 0 && r.lentSlot(c, e.after) == s
		}
	}
}

// reserve follows the writing of a word to a slot that is reserved.
func (r *run) reserve(g int, w what, s, i int, to int32) {
	m := r.m
	var has int32
	switch {
	case w == valueWord:
		r.do(nameReserve_value, m.actReserve_value(s, i))
		has = m.vword[s*m.nVidx+i]
	case to == 0 && m.kptr[i]:
		r.do(nameReserve_wiped, m.actReserve_wiped(s, i))
		has = m.kword[s*m.nKidx+i]
		defer r.endReserved(g, int(m.chainof[s]))
	default:
		r.do(nameReserve_key, m.actReserve_key(s, i))
		has = m.kword[s*m.nKidx+i]
	}
	if has != to {
		r.fail("writes another word than the model: rule same words")
	}
}

// endReserved ends the reservation of the slots of a chain that its holder, after the access
// that is followed, does not fill with their keys.
func (r *run) endReserved(g, c int) {
	m := r.m
	for _, s := range m.chainofInverse0.at(c) {
		if m.rs[s] && !r.inserts(g, c, int(s), 1) && m.actReserve_ends(int(s)) == 0 {
			r.do(nameReserve_ends, 0)
		}
	}
}

// inserts reports whether the holder of a chain, from its n-th next access on, fills a slot that
// is reserved with the key that it is reserved for, to publish it.
func (r *run) inserts(g, c, s, n int) bool {
	if r.role[c] != writing || r.reserves(g, c, s) {
		return false
	}
	from := n
	for ; ; n++ {
		a := r.next(g, n)
		switch {
		case a == nil || a.begins:
			return false
		case a.what == metaWord && a.chain == c && a.bucket == int(r.m.pos[s]) && a.op == opStore:
			if tagAt(a.after, s%r.layout.Slots) < tagFull {
				return false
			}
			_, words := r.target(g, c, from)
			return len(words) > 0 && r.keyOf(words[r.m.nVidx:]) == int(r.m.rg[s])
		case a.what == metaWord && a.chain == c && a.bucket == 0 && a.op == opStore && a.after&flagLocked == 0:
			return false
		}
	}
}
