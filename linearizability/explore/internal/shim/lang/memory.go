package lang

import (
	"cmp"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"unsafe"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A map is announced as one byte, that at which its header begins.
//
//go:norace
func announceMap[M ~map[K]V, K comparable, V any](m M, write bool) {
	header := *(*unsafe.Pointer)(unsafe.Pointer(&m))
	switch {
	case header == nil:
	case write:
		explore.PlainWrite(header, 1)
	default:
		explore.PlainRead(header, 1)
	}
}

// MapRead announces that m is read.
//
//go:noinline
//go:norace
func MapRead[M ~map[K]V, K comparable, V any](m M) M {
	announceMap(m, false)
	return m
}

// MapWrite announces that m is written.
//
//go:noinline
//go:norace
func MapWrite[M ~map[K]V, K comparable, V any](m M) M {
	announceMap(m, true)
	return m
}

// A MapLoop iterates over a map, in an order that does not change from execution to
// execution.
type MapLoop[K comparable, V any] struct {
	m    map[K]V
	keys []K
	odd  []V // values of keys that do not equal themselves, which come last
}

// RangeMap begins a loop over m. The zero values give the loop's variables their types.
//
//go:noinline
//go:norace
func RangeMap[M ~map[K]V, K comparable, V any](m M) (loop *MapLoop[K, V], key K, value V) {
	announceMap(m, false)
	loop = &MapLoop[K, V]{m: m, keys: make([]K, 0, len(m))}
	var odd []K
	for k, v := range m {
		if k == k {
			loop.keys = append(loop.keys, k)
		} else {
			odd, loop.odd = append(odd, k), append(loop.odd, v)
		}
	}
	if explore.Active() {
		sort(loop.keys)
	}
	loop.keys = append(loop.keys, odd...)
	return loop, key, value
}

//go:norace
func sort[K any](keys []K) {
	switch reflect.TypeFor[K]().Kind() {
	case reflect.Pointer, reflect.Chan, reflect.UnsafePointer:
		explore.Unseen("range over a map with keys that are pointers: in any order")
		return
	}
	names := make(map[string]int, len(keys))
	for _, k := range keys {
		names[fmt.Sprintf("%T %v", any(k), k)]++
	}
	if len(names) < len(keys) {
		explore.Unseen("range over a map with keys that look the same: in any order")
	}
	slices.SortStableFunc(keys, compareText[K])
}

//go:norace
func compareText[K any](a, b K) int {
	return cmp.Compare(fmt.Sprintf("%T %v", any(a), a), fmt.Sprintf("%T %v", any(b), b))
}

// Next goes to the next entry that is still there, and reports whether there is one.
// Pointers that are not nil get its key and value.
//
//go:noinline
//go:norace
func (r *MapLoop[K, V]) Next(key *K, value *V) bool {
	announceMap(r.m, false)
	for len(r.keys) > 0 {
		k := r.keys[0]
		r.keys = r.keys[1:]
		v, ok := r.m[k]
		if left := len(r.odd) - len(r.keys); !ok && left > 0 {
			v, ok = r.odd[left-1], len(r.m) > 0
		}
		if !ok {
			continue
		}
		if key != nil {
			*key = k
		}
		if value != nil {
			*value = v
		}
		return true
	}
	return false
}

// All stands in for [maps.All].
//
//go:noinline
//go:norace
func All[M ~map[K]V, K comparable, V any](m M) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		for r, k, v := RangeMap(m); r.Next(&k, &v); {
			if !yield(k, v) {
				return
			}
		}
	}
}

// Keys stands in for [maps.Keys].
//
//go:noinline
//go:norace
func Keys[M ~map[K]V, K comparable, V any](m M) iter.Seq[K] {
	return func(yield func(K) bool) {
		for r, k, _ := RangeMap(m); r.Next(&k, nil); {
			if !yield(k) {
				return
			}
		}
	}
}

// Values stands in for [maps.Values].
//
//go:noinline
//go:norace
func Values[M ~map[K]V, K comparable, V any](m M) iter.Seq[V] {
	return func(yield func(V) bool) {
		for r, _, v := RangeMap(m); r.Next(nil, &v); {
			if !yield(v) {
				return
			}
		}
	}
}

// CloneMap stands in for [maps.Clone].
//
//go:noinline
//go:norace
func CloneMap[M ~map[K]V, K comparable, V any](m M) M {
	if m == nil {
		return nil
	}
	announceMap(m, false)
	clone := make(M, len(m))
	for k, v := range m {
		clone[k] = v
	}
	return clone
}

//go:norace
func announce[E any](s []E, write bool) {
	var e E
	if size := uintptr(len(s)) * unsafe.Sizeof(e); size == 0 {
		return
	} else if write {
		explore.PlainWrite(unsafe.Pointer(unsafe.SliceData(s)), size)
	} else {
		explore.PlainRead(unsafe.Pointer(unsafe.SliceData(s)), size)
	}
}

// SliceRead announces that all elements of s are read.
//
//go:noinline
//go:norace
func SliceRead[S ~[]E, E any](s S) S {
	announce([]E(s), false)
	return s
}

// Copy stands in for the builtin copy.
//
//go:noinline
//go:norace
func Copy[D ~[]E, S ~[]E, E any](dst D, src S) int {
	n := min(len(dst), len(src))
	announce([]E(src[:n]), false)
	announce([]E(dst[:n]), true)
	return copy(dst, src)
}

// CopyString is Copy from a string.
//
//go:noinline
//go:norace
func CopyString[D ~[]E, S ~string, E ~byte](dst D, src S) int {
	n := min(len(dst), len(src))
	announce([]E(dst[:n]), true)
	for i := range n {
		dst[i] = E(src[i])
	}
	return n
}

// Append stands in for the builtin append of a slice.
//
//go:noinline
//go:norace
func Append[D ~[]E, S ~[]E, E any](dst D, src S) D {
	announce([]E(src), false)
	if n := len(dst) + len(src); n <= cap(dst) {
		announce([]E(dst[len(dst):n]), true)
	} else {
		announce([]E(dst), false)
	}
	return append(dst, src...)
}

// AppendString stands in for the builtin append of a string.
//
//go:noinline
//go:norace
func AppendString[D ~[]E, S ~string, E ~byte](dst D, src S) D {
	if n := len(dst) + len(src); n <= cap(dst) {
		announce([]E(dst[len(dst):n]), true)
	} else {
		announce([]E(dst), false)
	}
	for i := range len(src) {
		dst = append(dst, E(src[i]))
	}
	return dst
}

// Grow announces that the elements of s, which has no room, will be copied.
//
//go:noinline
//go:norace
func Grow[S ~[]E, E any](s S) S {
	if len(s) == cap(s) {
		announce([]E(s), false)
	}
	return s
}
