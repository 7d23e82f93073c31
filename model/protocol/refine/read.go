package refine

// finishRead ends the read of a goroutine that does something else from now on. If it has
// found nothing, it reports a miss.
func (r *run) finishRead(i int) {
	g := &r.goroutines[i]
	if !g.reading {
		return
	}
	g.reading = false
	defer func() {
		if r.iterating(g) {
			g.walk.before[g.walk.loaded] = g.before
		}
	}()
	if r.m.rpc[g.reader] == rpcsCopy {
		r.skip(g)
	}
	switch r.m.rpc[g.reader] {
	case rpcsScan:
		r.do(nameR5_miss, r.m.actR5_miss(g.reader))
		g.before = Absent
	case rpcsIdle:
	default:
		r.fail("is the last access of %s, which is in the middle of a read: rule R5", g.call.Name)
	}
}

// copied returns the key that a reader has copied.
func (r *run) copied(reader int) int {
	n := r.m.nKidx
	for i := range n {
		if !r.m.ck[reader*n+i] {
			r.fail("comes after a look into a key of which word %d was not copied: rule R3", i)
		}
	}
	return r.keyOf(r.m.rk[reader*n:][:n])
}

// skip goes on from a slot whose key was compared before R4.
func (r *run) skip(g *goroutine) {
	k := r.copied(g.reader)
	if k == int(r.m.rkey[g.reader]) { // which skip_word refuses, too: this names the rule
		r.fail("uses an entry that it has copied, and has not loaded the version after that: rule R4")
	}
	r.do(nameSkip_word, r.m.actSkip_word(g.reader, k))
}

func (r *run) chainOf(reader int) int {
	m := r.m
	return int(m.home[int(m.rtab[reader])*m.nKey+int(m.rkey[reader])])
}

// read follows an access of a read.
func (r *run) read(e *access) {
	m, g := r.m, &r.goroutines[e.g]
	x := g.reader
	doomed := m.rpc[x] == rpcsDoomed
	switch e.what {
	case versionWord:
		r.readVersion(e, g)
	case metaWord:
		if doomed {
			return
		}
		if r.chainOf(x) != e.chain || int(m.rpos[x]) != e.bucket {
			r.fail("is not of bucket %d of chain %d, where the reader is in the model: rule R2", m.rpos[x], r.chainOf(x))
		}
		if e.bucket == 0 && e.after&flagMoved != 0 {
			if n := r.next(e.g, 1); n != nil && n.what == nextWord {
				r.do(nameR2_moved, m.actR2_moved(x))
			} else {
				r.do(nameR2_doomed, m.actR2_doomed(x))
			}
			return
		}
		r.pick(e, x)
		r.do(nameR2, m.actR2(x, &r.set))
	case linkWord:
		if doomed {
			return
		}
		if m.rpc[x] == rpcsCopy {
			r.skip(g)
		}
		r.do(nameR5, m.actR5(x))
	case nextWord:
		r.do(nameForward, m.actForward(x))
	case keyWord, valueWord:
		if doomed {
			return
		}
		if m.rpc[x] == rpcsCopy && int(m.rcur[x]) != e.slot {
			r.skip(g)
		}
		if m.rpc[x] == rpcsScan {
			r.do(nameR3, m.actR3(x, e.slot))
		}
		if e.what == keyWord {
			r.do(nameR3_key, m.actR3_key(x, e.word))
		} else {
			r.do(nameR3_value, m.actR3_value(x, e.word))
		}
	}
}

// readVersion follows a load of the version: R1 if R2 follows, and otherwise R4.
func (r *run) readVersion(e *access, g *goroutine) {
	m, x := r.m, g.reader
	n := r.next(e.g, 1)
	first := n != nil && !n.begins && n.what == metaWord && n.bucket == 0 && n.op == opLoad
	switch {
	case !first && m.rpc[x] == rpcsCopy:
		r.validate(e, g)
		return
	case !first && m.rpc[x] == rpcsDoomed:
		return // R4, in vain
	case m.rpc[x] != rpcsR1:
		r.do(nameRestart, m.actRestart(x))
	}
	if c := r.chainOf(x); c != e.chain {
		r.fail("is not of chain %d, where the reader's key is in the model: rule R1", c)
	}
	r.do(nameR1, m.actR1(x))
}

// validate follows R4, and the comparison of keys after it.
func (r *run) validate(e *access, g *goroutine) {
	m, x := r.m, g.reader
	if m.rver[x] != int32(e.after) {
		r.do(nameR4_fails, m.actR4_fails(x))
		return
	}
	for i := range m.nKidx {
		r.do(nameR4_passes, m.actR4_passes(x, i))
	}
	k := r.copied(x)
	if k != int(m.rkey[x]) {
		r.do(nameR4_other, m.actR4_other(x, k))
		return
	}
	g.before = int(m.gcv[x])
	r.do(nameR4_hit, m.actR4_hit(x, k))
}

// pick sets the slots that a reader is to look at: those that hold its key, and those
// that it does look at, because they have the same tag.
func (r *run) pick(e *access, x int) {
	m := r.m
	r.set.reset(m.nSlot)
	for i := range r.layout.Slots {
		if s := r.slot(e.chain, e.bucket, i); m.full[s] && m.gr[s] == m.rkey[x] {
			r.set.add(s)
		}
	}
	for n := 1; ; n++ {
		a := r.next(e.g, n)
		if a == nil || a.begins || a.what != keyWord && a.what != valueWord && a.what != versionWord {
			return
		}
		if a.what != versionWord && a.chain == e.chain && a.bucket == e.bucket && m.full[a.slot] {
			r.set.add(a.slot)
		}
	}
}
