package linearizability

// A monitor decides in time O(n log n) whether acts on one key have an order, if
// every value is written once. It follows Gibbons and Korach, "Testing Shared
// Memories" (SIAM Journal on Computing 26, 1997), who group a write and its reads
// into a zone, and in that it needs no search the monitors for collections of
// Abdulla et al., "Efficient Linearizability Monitoring" (PLDI 2025). What is new
// is the absent entry, a value that many acts may leave.
//
// # Blocks
//
// A value is written once, so all acts that find it follow that write, and no
// other write comes in between. If one of them replaces the value (Swap,
// CompareAndSwap), the acts on the new value follow at once. So the acts fall
// into blocks, which must not be interleaved. Let f be the first return in a block
// and s the last call. If f < s, the block must last from f to s at least, and
// that is enough: every act of it is in flight at some moment in between. Such a
// block is a forward zone. Otherwise all its acts are in flight from s to f, and
// the whole block can happen at any moment there. Such a block is a job. Reads
// that find nothing and Deletes are jobs too. Two forward zones must not overlap,
// and no job may lie inside a forward zone.
//
// # Jobs
//
// What remains concerns only whether the entry is present. A block begins with a
// write that finds anything or one that must find nothing, and it leaves a value
// or nothing. No block needs an entry that another block left. So an absent entry
// is never worse than a present one. There are four types of block:
//
//	a store    finds anything, leaves a value
//	a removal  finds anything, leaves nothing
//	an insert  finds nothing,  leaves a value
//	a look     finds nothing,  leaves nothing
//
// A sweep through time does nothing before it must, with these exceptions: while
// the entry is absent, all looks that are possible happen, since they change
// nothing. Right before a removal, a store or a zone that finds anything, an insert
// happens if the entry is absent, and then every store that is possible: what
// follows hides them. A look, an insert or a zone that must happen and needs an
// absent entry has the removal with the earliest deadline happen before it. If
// there is none, there is no order.
//
// Each choice is right by an exchange. Take any order that agrees with the sweep
// so far. Whatever it has next, up to the job that must happen now, is possible
// now. Moving the sweep's choice to the front, or exchanging it for a job of the
// same type with a later deadline, leaves each later job an entry that is the same
// or absent. In detail: a look moved to the front changes nothing. A removal is
// needed if the entry is present and a job needs it absent; nothing except stores
// can come before it. A store that is moved before a removal no longer replaces an
// absent entry where it was. An insert that is moved to the front of an absent
// entry has only stores and removals before it. If jobs that can wait are moved
// from before a zone to after it, then the removal before the zone, or the first
// of the removals, takes the place that makes the entry what it was.
//
// # What it cannot decide
//
// A value with two writes, and an act that needs any value (Contains) or another
// value (a CompareAndSwap that fails), break these assumptions. Acts of the second
// kind only make an order harder to find. So without them the verdict "impossible"
// holds, and "possible" is undecided.
type monitor struct {
	lives   []life     // by value
	used    []state    // the values in lives
	heads   []int32    // the writes that find no value
	zones   []block    // forward zones
	jobs    [4][]block // by type
	unseen  []state    // what optional acts write
	ends    []int64    // of sweep
	waiting [4][]block // of sweep
}

// A life is what the acts say about one value.
type life struct {
	writer, consumer int32 // indexes of acts, or one of the numbers below
	call, ret        int64 // the last call and the first return of its reads
	exists           bool
}

const (
	nobody  int32 = -1
	initial int32 = -2 // as writer: the value was there at first
	several int32 = -3 // as consumer: more than one act replaces it
)

// A block is a zone from call to ret, or a job from call to ret.
type block struct {
	call, ret int64
	kind      blockKind
	optional  bool // it need not happen; only for removals
}

type blockKind uint8

const (
	stores  blockKind = iota
	removes           // any entry
	inserts
	looks
)

// needsAbsent reports whether the entry must be absent before the block.
func (k blockKind) needsAbsent() bool { return k >= inserts }

// leavesValue reports whether the entry is present after the block.
func (k blockKind) leavesValue() bool { return k == stores || k == inserts }

// decide reports whether the acts have an order that begins in state first.
func (m *monitor) decide(first state, acts []act) verdict {
	defer m.reset()
	relaxed, ok := m.group(first, acts)
	if !ok {
		return undecided
	}
	if !m.chains(acts) || !m.fit() || !m.sweep() {
		return impossible
	}
	if relaxed {
		return undecided
	}
	return possible
}

func (m *monitor) reset() {
	for _, v := range m.used {
		m.lives[v] = life{}
	}
	m.used, m.heads, m.zones, m.unseen = m.used[:0], m.heads[:0], m.zones[:0], m.unseen[:0]
	for i := range m.jobs {
		m.jobs[i] = m.jobs[i][:0]
	}
}

// life returns what is known about a value.
func (m *monitor) life(v state) *life {
	if int(v) >= len(m.lives) {
		m.lives = append(m.lives, make([]life, int(v)+1-len(m.lives))...)
	}
	l := &m.lives[v]
	if !l.exists {
		*l = life{writer: nobody, consumer: nobody, call: -1 << 62, ret: 1 << 62, exists: true}
		m.used = append(m.used, v)
	}
	return l
}

// group notes what the acts say about each value, and makes jobs of those that
// concern no value. It reports whether it left out a condition, and whether every
// value is written once.
func (m *monitor) group(first state, acts []act) (relaxed, ok bool) {
	if first > absent {
		m.life(first).writer = initial
	}
	for i := range acts {
		a := &acts[i]
		before, after := a.before, a.after
		if a.optional {
			// Nothing that must happen finds what it wrote, so it matters only if
			// it removes. What it finds is left out, which only helps.
			if after == absent {
				relaxed = relaxed || before != anything
				m.add(removes, a.call, a.ret, true)
			} else if after > absent {
				m.unseen = append(m.unseen, after)
			}
			continue
		}
		if after != same && before == condition(after) {
			after = same
		}
		if before < anything {
			relaxed, before = true, anything
			if after != same {
				return true, false
			}
		}
		switch {
		case before > condition(absent) && after == same:
			l := m.life(state(before))
			l.call, l.ret = max(l.call, a.call), min(l.ret, a.ret)
		case before > condition(absent):
			l := m.life(state(before))
			if l.consumer != nobody {
				l.consumer = several
			} else {
				l.consumer = int32(i)
			}
		case after == same && before == condition(absent):
			m.add(looks, a.call, a.ret, false)
		case after == absent:
			m.add(removes, a.call, a.ret, false)
		}
		if after > absent {
			l := m.life(after)
			if l.writer != nobody {
				return relaxed, false
			}
			l.writer = int32(i)
			if before <= condition(absent) {
				m.heads = append(m.heads, int32(i))
			}
		}
	}
	for _, v := range m.unseen {
		if int(v) < len(m.lives) && m.lives[v].exists {
			return relaxed, false
		}
	}
	return relaxed, true
}

func (m *monitor) add(kind blockKind, call, ret int64, optional bool) {
	m.jobs[kind] = append(m.jobs[kind], block{call, ret, kind, optional})
}

// chains makes blocks of the values, each from a write that finds no value. It
// reports whether each value has its place in one and the acts of a block have an
// order.
func (m *monitor) chains(acts []act) bool {
	placed := 0
	chain := func(v state) bool {
		b := block{call: -1 << 62, ret: 1 << 62, kind: stores}
		if w := m.lives[v].writer; w == initial {
			b.ret = -1 << 61
		} else {
			a := &acts[w]
			b.call, b.ret = a.call, a.ret
			if a.before == condition(absent) {
				b.kind = inserts
			}
		}
		for {
			placed++
			l := &m.lives[v]
			if l.ret < b.call {
				return false
			}
			b.call, b.ret = max(b.call, l.call), min(b.ret, l.ret)
			if l.consumer == nobody {
				break
			}
			if l.consumer == several {
				return false
			}
			a := &acts[l.consumer]
			if a.ret < b.call {
				return false
			}
			b.call, b.ret = max(b.call, a.call), min(b.ret, a.ret)
			if a.after == absent {
				b.kind++ // from store to removal, from insert to look
				break
			}
			v = a.after
		}
		if b.ret < b.call {
			b.call, b.ret = b.ret, b.call
			m.zones = append(m.zones, b)
		} else {
			m.jobs[b.kind] = append(m.jobs[b.kind], b)
		}
		return true
	}
	if len(m.used) > 0 && m.lives[m.used[0]].writer == initial && !chain(m.used[0]) {
		return false
	}
	for _, i := range m.heads {
		if !chain(acts[i].after) {
			return false
		}
	}
	return placed == len(m.used) // otherwise a value was never written, or each of some by way of the others
}
