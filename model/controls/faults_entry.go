package controls

import (
	"reflect"
	"unsafe"

	"github.com/flatmap-go/flatmap/model/internal/update"
)

// publishTorn publishes for a while a value that is part old, part new.
func (m *base[K, V]) publishTorn(b *bucket[K, V], c *contents[K, V], i int, value V) {
	torn := c.entries[i].value
	if tear(reflect.ValueOf(&torn).Elem(), reflect.ValueOf(&value).Elem()) {
		m.fire()
		b.publish(c.with(i, torn))
		m.window()
	}
}

// tear overwrites the first half of the parts of an array or struct with those
// of another, as far as they can be set, and reports whether there are any.
func tear(dst, src reflect.Value) (torn bool) {
	part, n := reflect.Value.Field, 0
	switch dst.Kind() {
	case reflect.Array:
		part, n = reflect.Value.Index, dst.Len()
	case reflect.Struct:
		n = dst.NumField()
	}
	for i := range n / 2 {
		if p := part(dst, i); p.CanSet() {
			p.Set(part(src, i))
			torn = true
		}
	}
	return torn
}

// tearStrings takes the data of the strings in a value away, and leaves their
// lengths.
func (f *fault) tearStrings(value any) {
	var tear func(v reflect.Value)
	tear = func(v reflect.Value) {
		switch v.Kind() {
		case reflect.String:
			if v.Len() > 0 {
				f.fire()
				*(*unsafe.Pointer)(v.Addr().UnsafePointer()) = nil
			}
		case reflect.Struct:
			for i := range v.NumField() {
				tear(v.Field(i))
			}
		case reflect.Array:
			for i := range v.Len() {
				tear(v.Index(i))
			}
		}
	}
	tear(reflect.ValueOf(value).Elem())
}

type splitLoadOrStore[K comparable, V any] struct{ *base[K, V] }

func (m splitLoadOrStore[K, V]) LoadOrStore(key K, value V) (actual V, loaded bool) {
	if actual, loaded = m.Load(key); loaded {
		return actual, true
	}
	m.window()
	if _, loaded = m.Swap(key, value); loaded {
		m.fire()
	}
	return value, false
}

type splitSwap[K comparable, V any] struct{ *base[K, V] }

func (m splitSwap[K, V]) Swap(key K, value V) (previous V, loaded bool) {
	previous, loaded = m.Load(key)
	m.window()
	if now, ok := m.base.Swap(key, value); ok != loaded || ok && !equal(now, previous) {
		m.fire()
	}
	return previous, loaded
}

type splitCompareAndSwap[K comparable, V any] struct{ *base[K, V] }

func (m splitCompareAndSwap[K, V]) CompareAndSwap(key K, old, new V) bool {
	update.MustCompare(old)
	if value, ok := m.Load(key); !ok || !equal(value, old) {
		return false
	}
	m.window()
	if now, ok := m.Swap(key, new); !ok || !equal(now, old) {
		m.fire()
	}
	return true
}

type splitCompareAndDelete[K comparable, V any] struct{ *base[K, V] }

func (m splitCompareAndDelete[K, V]) CompareAndDelete(key K, old V) bool {
	update.MustCompare(old)
	if value, ok := m.Load(key); !ok || !equal(value, old) {
		return false
	}
	m.window()
	if now, ok := m.LoadAndDelete(key); !ok || !equal(now, old) {
		m.fire()
	}
	return true
}

type deletedTwice[K comparable, V any] struct{ *base[K, V] }

func (m deletedTwice[K, V]) LoadAndDelete(key K) (value V, loaded bool) {
	if value, loaded = m.Load(key); !loaded {
		return value, false
	}
	m.window()
	if now, ok := m.base.LoadAndDelete(key); !ok || !equal(now, value) {
		m.fire()
	}
	return value, true
}

// equal reports whether a and b are equal; values that cannot be compared are.
func equal[V any](a, b V) bool {
	return !reflect.TypeFor[V]().Comparable() || any(a) == any(b)
}

// findTag returns an entry whose hash has the same top seven bits, as far as a
// reader looks that forgets to compare the keys.
func (m *base[K, V]) findTag(c *contents[K, V], hash uint64, key K) int {
	for i := range c.entries {
		if e := &c.entries[i]; e.hash>>57 == hash>>57 {
			if e.key != key {
				m.fire()
			}
			return i
		}
	}
	return -1
}
