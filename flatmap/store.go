package flatmap

import "fmt"

// begin locks the chain of key, once no callback holds the key, and looks for it
// there. It panics, before it takes a lock, if key holds an uncomparable value.
func (m *Map[K, V]) begin(w *writer[K, V], key K) (found bool) {
	t := m.table.Load()
	if t == nil {
		t = m.init(0)
	}
	m.lock(w, t, key, t.hash.of(key))
	return w.locate(key)
}

// Store sets the value of key. Expected constant time. The key of an entry is
// the one it was inserted with.
func (m *Map[K, V]) Store(key K, value V) {
	t := m.table.Load()
	if t == nil || checked {
		m.Swap(key, value)
		return
	}
	if words[K]() == 1 && words[V]() == 1 && t.fast {
		if out := storeRoot[uintptr, uintptr, wordEntries](&t.core, nil, toWord(key), toWord(value), mix(uint64(toWord(key)), t.secret, t.factor)); out != 0 {
			m.finishStore(t, key, t.hash.of(key), value, out)
		}
		return
	}
	h := t.hash.of(key)
	if out := storeRoot[K, V, anyEntries](&t.core, &t.layouts, key, value, h); out != 0 {
		m.finishStore(t, key, h, value, out)
	}
}

// finishStore does what the fast path of Store has left to do.
func (m *Map[K, V]) finishStore(t *table[K, V], key K, h uint64, value V, out outcome) {
	var w writer[K, V]
	if found, done := m.resume(&w, t, key, h, out); done {
		return
	} else if found {
		w.updateLocked(value)
	} else {
		w.insertLocked(key, value)
	}
	m.unlock(&w)
}

// Swap sets the value of key and returns the one it had, if any.
func (m *Map[K, V]) Swap(key K, value V) (previous V, loaded bool) {
	var w writer[K, V]
	if m.begin(&w, key) {
		previous, loaded = w.value(), true
		w.updateLocked(value)
	} else {
		w.insertLocked(key, value)
	}
	m.unlock(&w)
	return previous, loaded
}

// LoadOrStore returns the value of key if there is one; otherwise it stores
// value and returns it. A key that is present is found without a lock.
func (m *Map[K, V]) LoadOrStore(key K, value V) (actual V, loaded bool) {
	if actual, loaded = m.Load(key); loaded {
		return actual, true
	}
	var w writer[K, V]
	if m.begin(&w, key) {
		actual, loaded = w.value(), true
	} else {
		w.insertLocked(key, value)
		actual = value
	}
	m.unlock(&w)
	return actual, loaded
}

// Delete deletes the entry of key, if there is one.
func (m *Map[K, V]) Delete(key K) {
	t := m.table.Load()
	if t == nil {
		unhashable(key)
		return
	}
	if checked {
		m.LoadAndDelete(key)
		return
	}
	if words[K]() == 1 && words[V]() == 1 && t.fast {
		if out := deleteRoot[uintptr, uintptr, wordEntries](&t.core, nil, toWord(key), mix(uint64(toWord(key)), t.secret, t.factor)); out != 0 {
			m.finishDelete(t, key, t.hash.of(key), out)
		}
		return
	}
	h := t.hash.of(key)
	if out := deleteRoot[K, V, anyEntries](&t.core, &t.layouts, key, h); out != 0 {
		m.finishDelete(t, key, h, out)
	}
}

// finishDelete does what the fast path of Delete has left to do.
func (m *Map[K, V]) finishDelete(t *table[K, V], key K, h uint64, out outcome) {
	var w writer[K, V]
	if found, done := m.resume(&w, t, key, h, out); done {
		return
	} else if found {
		w.removeLocked(false)
	}
	m.unlock(&w)
}

// LoadAndDelete deletes the entry of key and returns its value, if any.
func (m *Map[K, V]) LoadAndDelete(key K) (value V, loaded bool) {
	if m.table.Load() == nil {
		unhashable(key)
		return value, false
	}
	var w writer[K, V]
	if m.begin(&w, key) {
		value, loaded = w.value(), true
		w.removeLocked(false)
	}
	m.unlock(&w)
	return value, loaded
}

// CompareAndSwap sets the value of key to new if it is present and its value
// equals old. It panics if V is not comparable, or if old holds an
// uncomparable value.
func (m *Map[K, V]) CompareAndSwap(key K, old, new V) (swapped bool) {
	if !m.canCompare("CompareAndSwap", key, old) {
		return false
	}
	var w writer[K, V]
	if m.begin(&w, key) && any(w.value()) == any(old) {
		w.updateLocked(new)
		swapped = true
	}
	m.unlock(&w)
	return swapped
}

// CompareAndDelete deletes the entry of key if its value equals old. It panics
// if V is not comparable, or if old holds an uncomparable value.
func (m *Map[K, V]) CompareAndDelete(key K, old V) (deleted bool) {
	if !m.canCompare("CompareAndDelete", key, old) {
		return false
	}
	var w writer[K, V]
	if m.begin(&w, key) && any(w.value()) == any(old) {
		w.removeLocked(false)
		deleted = true
	}
	m.unlock(&w)
	return deleted
}

// canCompare panics if old cannot be compared, before any lock is taken, and
// returns false if the map has no table yet.
func (m *Map[K, V]) canCompare(method string, key K, old V) bool {
	t := m.table.Load()
	if t == nil || t.compares.canPanic {
		mustCompare(method, old)
	}
	if t == nil {
		unhashable(key)
	}
	return t != nil
}

func mustCompare[V any](method string, old V) {
	defer func() {
		if recover() != nil {
			panic(fmt.Sprintf("flatmap: %s: value of type %T is or holds an uncomparable value", method, old))
		}
	}()
	_ = any(old) == any(old)
}
