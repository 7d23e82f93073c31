package refine

// A role is what a goroutine holds the lock of a chain for.
type role uint8

const (
	noRole role = iota
	writing
	moving
	merging // into the chain
	clearing
)

func (r *run) take(g, c int, as role) {
	r.role[c], r.holder[c] = as, g
	r.goroutines[g].holds = append(r.goroutines[g].holds, c)
}

func (r *run) release(g, c int) {
	x := &r.goroutines[g]
	for i, h := range x.holds {
		if h == c {
			x.holds = append(x.holds[:i], x.holds[i+1:]...)
			break
		}
	}
	if r.role[c] == writing && r.m.wpc[g] != wpcsWcall {
		x.wrote = x.wrote || !x.other && !x.waits
		if x.waits && x.call.Kind != Retain {
			r.beginWrite(g)
		}
		x.other, x.waits = false, false
	}
	r.role[c] = noRole
}

// lock follows the change of a meta by CompareAndSwap, and finds out what for.
func (r *run) lock(e *access) {
	m, c, g := r.m, e.chain, &r.goroutines[e.g]
	if e.after&flagMoved != 0 {
		r.do(nameMove_empty, m.actMove_empty(c))
		r.moved(e.g, c)
		return
	}
	if r.exchange(e) || r.relocks(e) {
		return
	}
	for _, from := range g.holds {
		t := int(m.tableof[from])
		if m.shrinks[t] && int(m.tableof[c]) == t+1 && int(m.dst[from]) == c && (r.role[from] == moving || r.role[from] == writing) {
			r.mustMove(e.g, from)
			r.do(nameLock_to_merge, m.actLock_to_merge(from))
			r.take(e.g, c, merging)
			return
		}
	}
	kind := Other
	if g.call != nil {
		kind = g.call.Kind
	}
	switch {
	case kind == Clear && !m.announced[e.table]:
		r.do(nameClear_locks, m.actClear_locks(c))
		r.take(e.g, c, clearing)
	case kind == Retain && g.visiting && g.visited == c:
		r.lockToRetain(e)
	case (kind == Write || kind == LoadThenWrite) && m.wpc[e.g] == wpcsWseek && int(m.home[e.table*m.nKey+g.call.Key]) == c:
		r.lockToWrite(e, g.call.Key)
	default:
		r.do(nameLock_to_move, m.actLock_to_move(c))
		r.take(e.g, c, moving)
	}
}

// lockToWrite locks the chain of a key, after the search for it has gone through the
// tables before.
func (r *run) lockToWrite(e *access, k int) {
	m, g := r.m, e.g
	for int(m.wtab[g]) < e.table {
		r.do(nameWforward, m.actWforward(g, int(m.home[int(m.wtab[g])*m.nKey+k])))
	}
	if k < r.keys {
		r.goroutines[g].before = r.found(k)
	}
	r.do(nameLock, m.actLock(g, e.chain, k))
	r.take(g, e.chain, writing)
	r.lockCounted(e.chain)
}

// found returns the value that the model's map has for a key, or Absent.
func (r *run) found(k int) int {
	m := r.m
	if t := int(m.lt[k]); m.has[t*m.nKey+k] {
		return int(m.gv[m.at[t*m.nKey+k]])
	}
	return Absent
}

// moves reports whether the goroutine that has just locked a chain marks it as moved.
func (r *run) moves(g, c int) bool {
	for n := 1; ; n++ {
		e := r.next(g, n)
		if e == nil {
			return false
		}
		if e.what == metaWord && e.chain == c && e.bucket == 0 && e.op == opStore && e.after&flagLocked == 0 {
			return e.after&flagMoved != 0
		}
	}
}

// mustMove makes the holder of a chain one that moves it. A writer that has locked its
// chain, and finds that a resize has been announced, moves it, and begins again.
func (r *run) mustMove(g, c int) {
	if r.mustHold(g, c) == writing {
		r.do(nameMove_instead, r.m.actMove_instead(c))
		r.unlockCounted(c)
		r.role[c] = moving
		if call := r.goroutines[g].call; call != nil && (call.Kind == Write || call.Kind == LoadThenWrite) {
			r.beginWrite(g)
		}
	}
	if r.role[c] != moving {
		r.fail("moves chain %d, which goroutine %d has not locked for that: rule locked", c, g)
	}
}

// mover returns the chain whose entries are copied to that of an access, by the goroutine
// that moves it.
func (r *run) mover(e *access) int {
	if e.table == 0 {
		r.fail("changes chain %d, which goroutine %d has not locked: rule locked", e.chain, e.g)
	}
	from := int(r.m.src[e.chain])
	r.mustMove(e.g, from)
	return from
}

// fills reports whether an access is to a chain that its goroutine fills, and that no other
// can reach: the metas there are stored after the entries, one for a bucket.
func (r *run) fills(e *access) bool {
	if e.table == 0 || r.m.shrinks[e.table-1] {
		return false
	}
	from := int(r.m.src[e.chain])
	return r.role[from] == moving && r.holder[from] == e.g
}

// A splitting is the copying of a chain that fails in the end.
type splitting struct {
	copies map[int]bool // slots that are not wiped yet
	metas  map[int]bool // chains whose root has been given a meta
}

// fails returns the splitting of a chain that is given up in the end, or nil.
func (r *run) fails(g, from int) *splitting {
	if r.moves(g, from) {
		return nil
	}
	x := r.split[from]
	if x == nil {
		x = &splitting{map[int]bool{}, map[int]bool{}}
		r.split[from] = x
	}
	return x
}

// copyTo follows the plain write of a slot of a chain that no goroutine can reach: the
// copy of an entry, or, after a hasher has failed, the wiping of one.
func (r *run) copyTo(e *access) {
	m, s := r.m, e.slot
	from := r.mover(e)
	failing := r.fails(e.g, from)
	if failing != nil && isZero(e.words) {
		delete(failing.copies, s)
		return
	}
	words := make([]int32, len(e.words))
	for i, x := range e.words {
		words[i] = r.number(x)
	}
	k := r.keyOf(words[m.nVidx:])
	r.do(nameSplit_copy, m.actSplit_copy(from, int(m.at[int(m.tableof[from])*m.nKey+k]), s))
	for j, x := range words[:m.nVidx] {
		if m.vword[s*m.nVidx+j] != x {
			r.fail("copies another value: rule same words")
		}
	}
	if failing != nil {
		failing.copies[s] = true
	}
}

func isZero(words []uint64) bool {
	for _, x := range words {
		if x != 0 {
			return false
		}
	}
	return true
}

// storeMeta follows the store of a meta, and reports whether the model has the same now.
func (r *run) storeMeta(e *access) bool {
	m, c := r.m, e.chain
	if !r.holds(e.g, c) {
		return r.storeCopied(e)
	}
	unlocks := e.bucket == 0 && e.after&flagLocked == 0
	if e.bucket == 0 && e.after&flagMoved != 0 && r.role[c] == writing {
		r.mustMove(e.g, c)
	}
	switch r.role[c] {
	case clearing:
		switch {
		case !unlocks: // without flagHeld, or with what it has found lent
		case e.after&flagMoved != 0:
			r.do(nameClear_marks, m.actClear_marks(c))
		default:
			r.do(nameClear_unlocks, m.actClear_unlocks(c))
		}
	case moving:
		r.endMove(e)
	default:
		r.publish(e, unlocks)
	}
	if unlocks {
		r.release(e.g, c)
	}
	return true
}

// storeCopied follows the store of a meta in a chain that no goroutine can reach.
func (r *run) storeCopied(e *access) bool {
	from := r.mover(e)
	failing := r.fails(e.g, from)
	switch {
	case failing == nil:
	case e.after == 0:
		delete(failing.metas, e.chain)
		return false // giveUpSplit has the same
	case e.bucket == 0:
		failing.metas[e.chain] = true
	}
	if e.bucket == 0 && e.after&flagHeld != 0 {
		r.do(nameSplit_held, r.m.actSplit_held(from, e.chain))
	}
	return true
}

// endMove follows the store of the meta with which a goroutine that moves a chain
// releases it.
func (r *run) endMove(e *access) {
	m, c := r.m, e.chain
	switch {
	case e.after&flagMoved != 0:
		r.copiesPublished(e)
		r.do(nameMoved_all, m.actMoved_all(c))
		r.moved(e.g, c)
	case m.shrinks[e.table]:
		r.do(nameGive_up_move, m.actGive_up_move(c))
	default:
		if x := r.split[c]; x != nil && len(x.copies)+len(x.metas) > 0 {
			r.fail("gives a chain up of which %d copies and %d metas are left: rule wiped", len(x.copies), len(x.metas))
		}
		delete(r.split, c)
		r.giveUpSplit(c)
	}
}

// copiesPublished checks that the metas of the chains that entries were copied to have been
// stored, before these are found there.
func (r *run) copiesPublished(e *access) {
	m := r.m
	if m.shrinks[e.table] {
		return
	}
	for to := r.first[e.table+1] + e.chain - r.first[e.table]; to < r.end(e.table+1); to += r.end(e.table) - r.first[e.table] {
		for b := range int(m.len[to]) {
			r.compareMeta(to, b, r.metas[to*r.longest+b])
		}
	}
}

// end returns the chain behind those of a table.
func (r *run) end(t int) int { return r.first[t] + r.layout.Roots[r.base+t] }

// publish follows the store of a meta that a writer makes.
func (r *run) publish(e *access, unlocks bool) {
	m, c := r.m, e.chain
	if e.bucket >= int(m.wlen[c]) {
		r.fail("stores the meta of bucket %d, which does not belong to the chain yet: rule locked", e.bucket)
	}
	changes, planned := false, false
	for i := range r.layout.Slots {
		s := r.slot(c, e.bucket, i)
		changes = changes || m.full[s] != (tagAt(e.after, i) >= tagFull)
		planned = planned || m.fl[s] || m.dy[s]
	}
	if changes && !planned {
		r.plan(e.g, c)
	}
	if unlocks && e.after&lentBits != 0 {
		r.lends(e)
		return
	}
	attaches := e.bucket == int(m.len[c])-1 && e.after&flagLinked != 0
	r.endWipes(c)
	if unlocks {
		r.rest(e.g, c)
	}
	if unlocks && !changes && !attaches {
		r.do(nameUnlock, m.actUnlock(c))
	} else {
		r.do(nameStore, m.actStore(c, e.bucket, unlocks, attaches))
	}
	if r.role[c] == writing {
		r.storeCounted(c)
		if unlocks {
			r.unlockCounted(c)
		}
	}
}
