// Package update derives the operations on one key from a single one, which
// decides about an entry under its lock: for maps that are right or wrong in how
// they lock, not in what they compute.
package update

import (
	"reflect"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// A Func calls decide with the entry of key, and does what it returns.
type Func[K comparable, V any] func(key K, decide func(old V, loaded bool) (V, flatmap.Op))

// Swap sets the value of key and returns the one before.
func Swap[K comparable, V any](update Func[K, V], key K, value V) (previous V, loaded bool) {
	update(key, func(old V, ok bool) (V, flatmap.Op) {
		previous, loaded = old, ok
		return value, flatmap.Set
	})
	return previous, loaded
}

// LoadOrCompute returns the value of key, which it sets to f() if there is none.
func LoadOrCompute[K comparable, V any](update Func[K, V], key K, f func() V) (actual V, loaded bool) {
	update(key, func(old V, ok bool) (V, flatmap.Op) {
		if actual, loaded = old, ok; ok {
			return old, flatmap.Keep
		}
		actual = f()
		return actual, flatmap.Set
	})
	return actual, loaded
}

// Compute sets, removes or keeps the entry of key, as f says.
func Compute[K comparable, V any](update Func[K, V], key K, f func(old V, loaded bool) (V, flatmap.Op)) (actual V, ok bool) {
	update(key, func(old V, loaded bool) (V, flatmap.Op) {
		value, op := f(old, loaded)
		switch op {
		case flatmap.Set:
			actual, ok = value, true
		case flatmap.Keep:
			actual, ok = old, loaded
		}
		return value, op
	})
	return actual, ok
}

// LoadAndDelete removes key and returns its value.
func LoadAndDelete[K comparable, V any](update Func[K, V], key K) (value V, loaded bool) {
	update(key, func(old V, ok bool) (V, flatmap.Op) {
		value, loaded = old, ok
		return old, flatmap.Remove
	})
	return value, loaded
}

// CompareAndSwap sets the value of key if it is old.
func CompareAndSwap[K comparable, V any](update Func[K, V], key K, old, new V) (swapped bool) {
	MustCompare(old)
	update(key, func(value V, ok bool) (V, flatmap.Op) {
		if swapped = ok && any(value) == any(old); swapped {
			return new, flatmap.Set
		}
		return value, flatmap.Keep
	})
	return swapped
}

// CompareAndDelete removes key if its value is old.
func CompareAndDelete[K comparable, V any](update Func[K, V], key K, old V) (deleted bool) {
	MustCompare(old)
	update(key, func(value V, ok bool) (V, flatmap.Op) {
		if deleted = ok && any(value) == any(old); deleted {
			return value, flatmap.Remove
		}
		return value, flatmap.Keep
	})
	return deleted
}

// MustCompare panics if old cannot be compared: if V is not comparable, or if old
// holds a value that is not.
func MustCompare[V any](old V) {
	if t := reflect.TypeFor[V](); !t.Comparable() {
		panic("model: values of type " + t.String() + " are not comparable")
	}
	_ = any(old) == any(old)
}
