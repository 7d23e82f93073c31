package refine

// compareWord compares a word of a slot that is loaded.
func (r *run) compareWord(e *access) {
	m := r.m
	has := m.kword[e.slot*m.nKidx+min(e.word, m.nKidx-1)]
	if e.what == valueWord {
		has = m.vword[e.slot*m.nVidx+e.word]
	}
	if r.number(e.after) != has {
		r.fail("finds another word than the model has there: rule same words")
	}
}

// compareMeta compares a meta with the model: flags, and the tag of every slot.
func (r *run) compareMeta(c, bucket int, meta uint64) {
	m := r.m
	for i := range r.layout.Slots {
		s := r.slot(c, bucket, i)
		want, tag := uint64(tagDead), tagAt(meta, i)
		switch {
		case m.full[s]:
			want = tagOf(r.world.hashes[m.gr[s]])
		case m.empty[s]:
			want = tagEmpty
		}
		if tag != want {
			r.fail("has the tag %#x for slot %d, and the model %#x: rule same tags", tag, s, want)
		}
	}
	r.compareHeld(c, bucket, meta)
	if meta>>(8*r.layout.Slots+8) != 0 {
		r.fail("has bits in %#x that are neither a flag nor the tag of a slot: rule same tags", meta)
	}
	if bucket == 0 {
		if m.locked[c] != (meta&flagLocked != 0) {
			r.fail("differs from the model, in which the chain is locked: %t: rule same flags", m.locked[c])
		}
		if m.moved[c] != (meta&flagMoved != 0) {
			r.fail("differs from the model, in which the chain has moved: %t: rule same flags", m.moved[c])
		}
	}
	if n := int(m.len[c]); bucket < n && (bucket+1 < n) != (meta&flagLinked != 0) {
		r.fail("differs from the model, in which %d buckets of the chain are linked: rule same flags", n)
	}
}

// compareHeld compares what a meta says of callbacks with the model. While the chain is
// locked, it need not be up to date.
func (r *run) compareHeld(c, bucket int, meta uint64) {
	m := r.m
	if bits := meta & (flagHeld | lentBits); bucket > 0 {
		if bits != 0 {
			r.fail("has flags %#x of a root: rule same flags", bits)
		}
		return
	}
	if meta&flagLocked != 0 {
		return
	}
	if m.fh[c] != (meta&flagHeld != 0) {
		r.fail("differs from the model, in which the chain has held keys: %t: rule same flags", m.fh[c])
	}
	if m.lent[c] != (meta&lentBits != 0) {
		r.fail("differs from the model, in which the lock is lent: %t: rule same flags", m.lent[c])
	}
	if m.lent[c] {
		if s := r.lentSlot(c, meta); s != int(m.lat[c]) {
			r.fail("lends the lock with slot %d, and the model with %d: rule same flags", s, m.lat[c])
		}
	}
}
