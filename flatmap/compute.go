package flatmap

import (
	"fmt"

	op "github.com/flatmap-go/flatmap/internal/flatmap"
)

// An Op is what the function given to [Map.Compute] decides about its entry.
type Op = op.Op

const (
	// Keep leaves the entry as it is; the returned value is ignored. It is
	// the zero Op, so a function that returns early changes nothing.
	Keep Op = op.Keep
	// Set stores the returned value, inserting the key if it is absent.
	Set Op = op.Set
	// Remove deletes the entry if there is one; the returned value is ignored.
	Remove Op = op.Remove
)

// LoadOrCompute returns the value of key if there is one; otherwise it calls f
// once, stores what it returns, and returns that. While f runs, other writes of
// key wait, and Clear. Nothing else does.
//
// f may use the map, and write other keys of it, with LoadOrCompute too. It must not write
// key, clear the map or call Retain: it may wait for itself. (With the build tag
// invariants it panics then.) Functions that write each other's keys wait for each
// other, as with two mutexes. If f panics or calls runtime.Goexit, nothing is stored and the
// map stays usable.
func (m *Map[K, V]) LoadOrCompute(key K, f func() V) (actual V, loaded bool) {
	if actual, loaded = m.Load(key); loaded {
		return actual, true
	}
	var w writer[K, V]
	if m.begin(&w, key) {
		actual, loaded = w.value(), true
	} else {
		var none V
		actual, _ = m.call(&w, key, func(V, bool) (V, Op) { return f(), Set }, none, false, false)
		m.takeBack(&w, key, false)
		w.insertLocked(key, actual)
	}
	m.unlock(&w)
	return actual, loaded
}

// Compute reads and decides about the entry of key in one atomic step. It
// calls f once, with the value of key and whether there is one; f returns a
// value and what to do: [Keep] the entry as it is, [Set] the value, or [Remove]
// the entry. Compute returns the value of key afterwards, and whether there is
// one. While f runs, other writes of key wait, and Clear. Nothing else does.
//
// f may use the map, as in [Map.LoadOrCompute]. If f panics
// or calls runtime.Goexit, the entry is left as it was and the map stays
// usable. Compute panics if f returns another Op.
func (m *Map[K, V]) Compute(key K, f func(old V, loaded bool) (V, Op)) (actual V, ok bool) {
	var w writer[K, V]
	lent := m.lendRoot(&w, key)
	loaded := lent || m.begin(&w, key)
	var old V
	if loaded {
		old = w.value()
	}
	value, op := m.call(&w, key, f, old, loaded, lent)
	switch {
	case op == Set:
		m.takeBack(&w, key, loaded)
		if loaded {
			w.updateLocked(value)
		} else {
			w.insertLocked(key, value)
		}
		m.unlock(&w)
		return value, true
	case op == Remove && loaded:
		m.takeBack(&w, key, loaded)
		w.removeLocked(false)
		m.unlock(&w)
		return actual, false
	case op > Remove:
		m.giveBack(&w, key, loaded)
		panic(fmt.Sprintf("flatmap: Compute: the function returned invalid Op %d", uint8(op)))
	}
	m.giveBack(&w, key, loaded)
	return old, loaded
}

// call calls f while w lends its lock. If f panics or calls Goexit, the hold ends.
func (m *Map[K, V]) call(w *writer[K, V], key K, f func(V, bool) (V, Op), old V, loaded, lent bool) (V, Op) {
	returned := false
	defer func() {
		leaveCallback(m, key)
		if !returned {
			m.giveBack(w, key, loaded)
		}
	}()
	if !lent {
		m.lend(w, key, loaded)
	}
	enterCallback(m, key)
	v, op := f(old, loaded)
	returned = true
	return v, op
}
