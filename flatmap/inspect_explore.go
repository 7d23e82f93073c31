//go:build explore

package flatmap

import "fmt"

// What clients of the explorer need in addition to the public API. None of it is
// for use while other goroutines use the map. Sleep sets global state, and so do Large
// and UseSlots (geometry_explore.go).

// Reset makes m an empty map with a table of the given number of buckets, a
// power of two, that grows when it holds more entries than limit. It keeps the
// map's options and costs less than [New].
func (m *Map[K, V]) Reset(buckets, limit int) {
	t := m.table.Load()
	if t == nil {
		t = m.init(0)
	}
	cfg := t.config
	cfg.holds = new(heldKeys[K])
	t = newTable(&cfg, uint64(buckets), newCounters())
	t.growAt = int64(limit)
	t.shares()
	m.table.Store(t)
	m.spare.Store(nil)                          // as at first, whatever the execution before has left
	m.resizing, m.allocating = mutex{}, mutex{} // the explorer may have given up the goroutine that held it
	eldest, allMade = t, []any{t}
}

// eldest is the table that the last Reset has made.
var eldest any

// Sleep says whether goroutines that wait for a chain's lock sleep in a parking
// lot from now on; see sleeps.
func Sleep(do bool) { sleeps = do }

// BeginResize announces a resize to the given number of buckets and moves
// nothing.
func (m *Map[K, V]) BeginResize(buckets int) {
	t := m.table.Load()
	r := &resize[K, V]{src: t, dst: newTable(&t.config, uint64(buckets), t.counts)}
	r.announce()
}

// Resize is what an operation does that finds the map too full or too empty.
func (m *Map[K, V]) Resize(buckets int) {
	if t := m.table.Load(); t.size() != uint64(buckets) {
		m.start(t, uint64(buckets))
	}
}

// CheckInvariants returns an error if the map, at rest, breaks an invariant of design.go, miscounts its entries, or has a lock taken or a resize left behind
// that is complete or cannot be completed.
func (m *Map[K, V]) CheckInvariants() error {
	t := m.table.Load()
	if t == nil {
		return nil
	}
	if t.prev.Load() != nil {
		return fmt.Errorf("the table holds on to the one that it replaced")
	}
	if err := m.checkBusy(); err != nil {
		return err
	}
	if n := len(t.holds.keys); n != 0 {
		return fmt.Errorf("%d keys are still held", n)
	}
	entries, moved := 0, uint64(0)
	seen := make(map[K]bool)
	for chain := range t.size() {
		meta := t.root(chain).meta.Load()
		if meta&flagMoved != 0 {
			moved++
			continue
		}
		n, err := t.checkResting(chain, meta, seen)
		if err != nil {
			return err
		}
		entries += n
	}
	if r := t.next.Load(); r != nil {
		if moved == t.size() {
			return fmt.Errorf("all chains have moved, but the table has not been replaced")
		}
		if err := t.checkSkipped(r); err != nil {
			return err
		}
		for chain := range r.dst.size() {
			n, err := r.dst.checkResting(chain, r.dst.root(chain).meta.Load(), seen)
			if err != nil {
				return err
			}
			entries += n
		}
	} else if moved != 0 {
		return fmt.Errorf("%d chains have moved nowhere", moved)
	}
	if n := t.counts.sum(); n != int64(entries) {
		return fmt.Errorf("%d entries are counted as %d", entries, n)
	}
	return nil
}

// checkResting is checkChain, at rest: no callback runs.
func (t *table[K, V]) checkResting(chain, meta uint64, seen map[K]bool) (entries int, err error) {
	if meta&lentBits != 0 {
		return 0, fmt.Errorf("the lock of chain %d is still lent: meta %#016x", chain, meta)
	}
	return t.checkChain(chain, meta, seen)
}

// checkBusy returns an error if a table, in use or replaced, counts goroutines
// that sleep, or a reason to look around other than its resizes.
func (m *Map[K, V]) checkBusy() error {
	t, ok := eldest.(*table[K, V])
	if !ok {
		return fmt.Errorf("the map was not made by the last Reset, but a %T", eldest)
	}
	for reasons := int64(0); ; { // a resize to this table that is not complete
		r := t.next.Load()
		if r != nil && !r.clears {
			reasons++
		}
		if busy, waiters := t.busy.Load(), t.waiters.Load(); busy != reasons || waiters != 0 {
			return fmt.Errorf("a table counts %d goroutines that sleep, and is busy for %d reasons, not %d", waiters, busy, reasons)
		}
		if r == nil {
			return nil
		}
		reasons = 0
		if r.dst.prev.Load() != nil {
			reasons = 1
		}
		t = r.dst
	}
}

// checkSkipped returns an error if a chain that helpers have been given has not
// moved: at rest no goroutine is left that would move it, unless it is written.
func (t *table[K, V]) checkSkipped(r *resize[K, V]) error {
	for chain := range t.size() {
		if chain&r.dst.mask < r.ticket.Load() && t.root(chain).meta.Load()&flagMoved == 0 {
			return fmt.Errorf("the resize is stuck: chain %d was skipped", chain)
		}
	}
	return nil
}
