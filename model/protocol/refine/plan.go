package refine

// plan finds out which entry the holder of a chain is about to insert, update or remove,
// from what it does next. That constrains what follows, and excuses nothing: a word that
// is not as planned, or is published without having been written, is an error.
func (r *run) plan(g, c int) {
	r.endWipes(c)
	target, words := r.target(g, c, 0)
	if target < 0 {
		r.planRemove(g, c)
		return
	}
	m := r.m
	k := r.keyOf(words[m.nVidx:])
	if r.reserves(g, c, target) {
		r.do(nameReserve, m.actReserve(c, k, target, k))
		return
	}
	rep := k
	bucket := int(m.pos[target])
	if r.role[c] == merging {
		from := int(m.at[(int(m.tableof[c])-1)*m.nKey+k])
		r.do(nameMerge_copy, m.actMerge_copy(c, from, target, r.free(c, bucket, target)))
		return
	}
	v := r.valueOf(words[:m.nVidx])
	r.stores(g, v)
	switch old := r.retired(g, c, bucket); {
	case old >= 0:
		r.do(nameUpdate, m.actUpdate(c, k, target, old, v))
	case m.rs[target]:
		r.do(nameInsert_reserved, m.actInsert_reserved(c, k, target, r.free(c, bucket, target), v))
	default:
		r.do(nameInsert, m.actInsert(c, k, target, r.free(c, bucket, target), rep, v))
	}
}

// target returns the first slot of a chain that a goroutine writes from its n-th next access
// on, and what it holds when its bucket's meta is stored: the words of the value, and of the
// key.
func (r *run) target(g, c, n int) (s int, words []int32) {
	m := r.m
	s = -1
	bucket := 0
	for ; ; n++ {
		e := r.next(g, n)
		switch {
		case e == nil || s >= 0 && e.what == metaWord && e.op != opLoad && e.chain == c && (e.bucket == bucket || e.bucket == 0 && e.after&flagLocked == 0):
			return s, words
		case s < 0 && e.what == metaWord && e.op != opLoad && e.chain == c:
			return -1, nil
		case e.chain != c || e.op != opStore && e.op != opPlainWrite || e.what != keyWord && e.what != valueWord:
			continue
		case s < 0:
			s, bucket = e.slot, e.bucket
			words = append(words, m.vword[s*m.nVidx:][:m.nVidx]...)
			words = append(words, m.kword[s*m.nKidx:][:m.nKidx]...)
		case e.slot != s:
			continue
		}
		switch {
		case e.op == opPlainWrite:
			for i, x := range e.words[:min(len(e.words), len(words))] {
				words[i] = r.number(x)
			}
		case e.what == valueWord:
			words[e.word] = r.number(e.after)
		default:
			words[m.nVidx+e.word] = r.number(e.after)
		}
	}
}

// free returns a free slot of a bucket other than s, if there is one.
func (r *run) free(c, bucket, s int) int {
	for i := range r.layout.Slots {
		if o := r.slot(c, bucket, i); o != s && !r.m.full[o] && !r.m.fl[o] {
			return o
		}
	}
	return s
}

// retired returns the slot of a bucket that the next store of its meta makes DEAD, or -1.
func (r *run) retired(g, c, bucket int) int {
	for n := 0; ; n++ {
		e := r.next(g, n)
		if e == nil {
			return -1
		}
		if e.what == metaWord && e.op == opStore && e.chain == c && e.bucket == bucket {
			for i := range r.layout.Slots {
				if s := r.slot(c, bucket, i); r.m.full[s] && !r.m.dy[s] && tagAt(e.after, i) < tagFull {
					return s
				}
			}
			return -1
		}
	}
}

// planRemove plans a removal: the next store of a meta makes a slot DEAD, and no other
// FULL.
func (r *run) planRemove(g, c int) {
	for n := 0; ; n++ {
		e := r.next(g, n)
		if e == nil {
			break
		}
		if e.what != metaWord || e.op != opStore || e.chain != c {
			continue
		}
		for i := range r.layout.Slots {
			if s := r.slot(c, e.bucket, i); !r.m.full[s] && tagAt(e.after, i) >= tagFull {
				r.fail("publishes words that were not written: rule written")
			}
		}
		if old := r.retired(g, c, e.bucket); old >= 0 {
			r.do(nameRemove, r.m.actRemove(c, int(r.m.keyof[r.m.gr[old]]), old))
			return
		}
		break
	}
	r.fail("is not followed by anything that the holder of chain %d may do: rule explained", c)
}
