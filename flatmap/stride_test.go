//go:build !explore

package flatmap

import (
	"hash/maphash"
	"runtime"
	"testing"
)

// TestHelpIsBounded checks that a writer moves no more chains than its own and
// a stride of others, so that no single write takes long.
func TestHelpIsBounded(t *testing.T) {
	m := New[int, string]()
	const n = 100 * stride
	for i := range n {
		m.Store(i, "")
	}
	settle(t, m, 0)
	first := m.table.Load()
	m.TryResize(int(2 * first.size()))
	r := first.next.Load()
	for moved := uint64(0); m.table.Load() == first; {
		now := r.moved.Load()
		if now > moved+stride+1 {
			t.Fatalf("%d chains are moved at once", now-moved)
		}
		moved = now
		m.Store(0, "")
	}
}

// TestUnlockMovesSkipped checks that a writer that unlocks a chain moves what helpers
// have skipped because of the lock, in a shrink of the source's chain or of the
// destination's: the resize ends though nobody writes any more.
func TestUnlockMovesSkipped(t *testing.T) {
	for _, order := range []string{"source first", "destination first"} {
		var m Map[int, int]
		for i := range 1000 {
			m.Store(i, i)
		}
		from := settle(t, &m, 0).Buckets
		to := from / 2
		// Two chains that are merged into one.
		a := inChain(&m, 0, 0)
		b := inChain(&m, uint64(to), 0)
		releaseSource := Park(t, &m, a)
		m.TryResize(to)
		releaseDestination := Park(t, &m, b) // moves the chain of b first
		for i := 0; m.table.Load().next.Load().ticket.Load() < uint64(from); i++ {
			if m.ChainOf(i) != 0 && m.ChainOf(i) != uint64(to) {
				m.Store(i, i)
			}
		}
		if order == "source first" {
			releaseSource()
			releaseDestination()
		} else {
			releaseDestination()
			releaseSource()
		}
		if s := m.Stats(); s.Resizing || s.Buckets != to || s.Entries != 1000 {
			t.Errorf("%s: from %d buckets to %+v", order, from, s)
		}
		idle(t, &m)
	}
}

// TestUnlockMovesSiblings checks that a writer that moves a chain after its unlock, in a
// shrink, moves all that merge with it: helpers may have skipped them while the
// move held the destination's lock.
func TestUnlockMovesSiblings(t *testing.T) {
	m, r := halfResized(true)
	r.ticket.Store(r.src.size()) // helpers have been everywhere
	const chain = stride + 8
	m.helpSkipped(r.src, chain)
	for c := uint64(chain); c <= r.src.mask; c += r.dst.size() {
		if r.src.root(c).meta.Load()&flagMoved == 0 {
			t.Errorf("chain %d is left over", c)
		}
	}
}

// halfResized returns a map of which the chains from stride on have not moved
// yet to a table of twice or half the size. No chain there is empty.
func halfResized(shrink bool, opts ...Option) (m *Map[int, string], r *resize[int, string]) {
	size := 2 * stride
	to := 2 * size
	if shrink {
		size, to = 2*size, size
	}
	m = New[int, string](append(opts, WithCapacity(int(loadLimit[string](uint64(size)))))...)
	for chain := range uint64(size) {
		m.Store(inChain(m, chain, 0), "")
	}
	m.TryResize(to)
	return m, m.table.Load().next.Load()
}

// TestHasherEndsGoroutine checks that a hasher which ends the goroutine that
// helps a resize costs that resize nothing but the chain that it was at: the
// others that were moved with it count.
func TestHasherEndsGoroutine(t *testing.T) {
	ends, armed := -1, false
	m := New[int, string](WithHasher(func(_ maphash.Seed, key int) uint64 {
		if key == ends && armed {
			armed = false
			runtime.Goexit()
		}
		return uint64(key)
	}))
	const n = 50 * stride
	for key := range n {
		m.Store(key, "")
	}
	settle(t, m, 0)
	const chain = stride + stride/2
	ends = inChain(m, chain, n)
	m.Store(ends, "")
	m.TryResize(2 * m.Stats().Buckets)
	r := m.table.Load().next.Load()
	r.ticket.Store(stride)
	armed = true
	before := r.moved.Load()
	<-inBackground(func() { m.help(r) })
	if armed {
		t.Fatal("the hasher was not called for the key")
	}
	if moved := r.moved.Load() - before; moved != stride/2 {
		t.Errorf("%d chains are counted, not %d", moved, stride/2)
	}
	settle(t, m, 0)
	if got := m.Len(); got != n+1 {
		t.Errorf("%d entries, not %d", got, n+1)
	}
	if _, ok := m.Load(ends); !ok {
		t.Error("the key is lost")
	}
}
