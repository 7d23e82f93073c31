package explore

import (
	"cmp"
	"slices"
	"sync"
	"sync/atomic"
)

// A SyncMap stands in for [sync.Map]. Every method is one step, except Range, which is one
// for the keys that are there and one for each of them. Range visits the keys in the
// order in which they were stored.
type SyncMap struct {
	changes atomic.Uint64 // of the content, for which it stands as a location
	mu      sync.Mutex
	content map[any]mapEntry
	seq     uint64 // of the next key
}

type mapEntry struct {
	value any
	seq   uint64 // in the order of keys
}

// do makes a step. access reports whether it has changed the content.
func (m *SyncMap) do(method string, access func() (changed bool)) {
	e := active()
	if e != nil {
		e.announce(opMap, addressOf(&m.changes), 8, 0)
		e.trace.method = method
	}
	before := m.changes.Load()
	defer func() { // access may panic, after the step
		switch after := m.changes.Load(); {
		case e == nil:
		case before == after:
			e.read(before)
		default:
			e.wrote(before, after)
		}
	}()
	if m.locked(access) {
		m.changes.Add(1)
	}
}

// locked calls access, which panics if a key or an old value is not comparable.
func (m *SyncMap) locked(access func() bool) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return access()
}

func (m *SyncMap) set(key, value any) {
	if m.content == nil {
		m.content = map[any]mapEntry{}
	}
	e, ok := m.content[key]
	if e.value = value; !ok {
		e.seq = m.seq
		m.seq++
	}
	m.content[key] = e
}

// Load returns the value of key, and whether there is one.
//
//go:noinline
func (m *SyncMap) Load(key any) (value any, ok bool) {
	m.do("Load", func() bool {
		var e mapEntry
		e, ok = m.content[key]
		value = e.value
		return false
	})
	return value, ok
}

// Store sets the value of key.
//
//go:noinline
func (m *SyncMap) Store(key, value any) { m.Swap(key, value) }

// Clear deletes all entries.
//
//go:noinline
func (m *SyncMap) Clear() {
	m.do("Clear", func() (changed bool) {
		changed = len(m.content) > 0
		m.content = nil
		return changed
	})
}

// LoadOrStore returns the value of key, if there is one. Otherwise it stores value and
// returns it. loaded reports whether there was a value.
//
//go:noinline
func (m *SyncMap) LoadOrStore(key, value any) (actual any, loaded bool) {
	m.do("LoadOrStore", func() bool {
		var e mapEntry
		if e, loaded = m.content[key]; loaded {
			actual = e.value
			return false
		}
		m.set(key, value)
		actual = value
		return true
	})
	return actual, loaded
}

// LoadAndDelete deletes the value of key, and returns it if there was one.
//
//go:noinline
func (m *SyncMap) LoadAndDelete(key any) (value any, loaded bool) {
	m.do("LoadAndDelete", func() bool {
		var e mapEntry
		e, loaded = m.content[key]
		value = e.value
		delete(m.content, key)
		return loaded
	})
	return value, loaded
}

// Delete deletes the value of key.
//
//go:noinline
func (m *SyncMap) Delete(key any) { m.LoadAndDelete(key) }

// Swap sets the value of key, and returns the one before, if there was one.
//
//go:noinline
func (m *SyncMap) Swap(key, value any) (previous any, loaded bool) {
	m.do("Swap", func() bool {
		var e mapEntry
		e, loaded = m.content[key]
		previous = e.value
		m.set(key, value)
		return true
	})
	return previous, loaded
}

// CompareAndSwap sets the value of key to new if it is old, and reports whether it did.
//
//go:noinline
func (m *SyncMap) CompareAndSwap(key, old, new any) (swapped bool) {
	m.do("CompareAndSwap", func() bool {
		if e, ok := m.content[key]; ok && e.value == old {
			m.set(key, new)
			swapped = true
		}
		return swapped
	})
	return swapped
}

// CompareAndDelete deletes the value of key if it is old, and reports whether it did.
//
//go:noinline
func (m *SyncMap) CompareAndDelete(key, old any) (deleted bool) {
	m.do("CompareAndDelete", func() bool {
		if e, ok := m.content[key]; ok && e.value == old {
			delete(m.content, key)
			deleted = true
		}
		return deleted
	})
	return deleted
}

// Range calls f for the entries until it returns false. A key that is stored
// concurrently is not visited.
//
//go:noinline
func (m *SyncMap) Range(f func(key, value any) bool) {
	type place struct {
		key any
		seq uint64
	}
	var keys []place
	m.do("Range", func() bool {
		for key, e := range m.content {
			keys = append(keys, place{key, e.seq})
		}
		return false
	})
	slices.SortFunc(keys, func(a, b place) int { return cmp.Compare(a.seq, b.seq) })
	for _, k := range keys {
		if value, ok := m.Load(k.key); ok && !f(k.key, value) {
			return
		}
	}
}
