package model

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// Every map must panic where a key or a value cannot be compared, in each method that
// takes one, and go on.
func TestCheckPanics(t *testing.T) {
	correct := func() Map[any, []int] { return NewMutex[any, []int]() }
	require.Nil(t, checkPanics(correct, Kinds(), time.Minute))
	for _, kind := range Kinds() {
		if !kind.SingleKey() {
			continue
		}
		for _, absent := range []bool{true, false} {
			newMap := func() Map[any, []int] {
				return &swallowing{Mutex: NewMutex[any, []int](), kind: kind, absent: absent}
			}
			f := checkPanics(newMap, Kinds(), time.Minute)
			require.NotNil(t, f, "%v %t", kind, absent)
			require.Equal(t, kind, f.Program[len(f.Program)-1].Kind)
			require.Contains(t, f.Reason.Error(), "want it to panic: the key []int{0} cannot be compared")
			require.Nil(t, checkPanics(newMap, slices.DeleteFunc(Kinds(), func(k Kind) bool { return k == kind || k == Store || k == Delete }), time.Minute))
		}
	}
	values := changed(func(m *Methods[int, []int]) {
		m.CompareAndDelete = func(int, []int) bool { return false }
	})
	f := checkPanics(values, []Kind{Load, Range, CompareAndSwap, CompareAndDelete}, time.Minute)
	require.NotNil(t, f)
	require.Equal(t, CompareAndDelete, f.Program[0].Kind)
	require.Nil(t, checkPanics(values, []Kind{Load, Range, CompareAndSwap}, time.Minute))
	require.Nil(t, checkPanics(changed(func(m *Methods[int, int]) { m.Load = nil }), []Kind{Store, Load}, time.Minute), "nothing can panic")
}

// swallowing does not panic in one method, either only if the map is empty or only if not.
type swallowing struct {
	*Mutex[any, []int]
	kind   Kind
	absent bool
}

func (m *swallowing) Supports(Kind) bool { return true }

func swallow[T any](m *swallowing, kind Kind, key any, call func() T) (result T) {
	if _, panics := compare(key, key); panics && kind == m.kind && (m.Len() == 0) == m.absent {
		return result
	}
	return call()
}

type found struct {
	value []int
	ok    bool
}

func pack(value []int, ok bool) found { return found{value, ok} }

func (m *swallowing) Load(key any) ([]int, bool) {
	f := swallow(m, Load, key, func() found { return pack(m.Mutex.Load(key)) })
	return f.value, f.ok
}
func (m *swallowing) Store(key any, value []int) {
	swallow(m, Store, key, func() found { m.Mutex.Store(key, value); return found{} })
}
func (m *swallowing) Delete(key any) {
	swallow(m, Delete, key, func() found { m.Mutex.Delete(key); return found{} })
}
func (m *swallowing) LoadOrStore(key any, value []int) ([]int, bool) {
	f := swallow(m, LoadOrStore, key, func() found { return pack(m.Mutex.LoadOrStore(key, value)) })
	return f.value, f.ok
}
func (m *swallowing) LoadAndDelete(key any) ([]int, bool) {
	f := swallow(m, LoadAndDelete, key, func() found { return pack(m.Mutex.LoadAndDelete(key)) })
	return f.value, f.ok
}
func (m *swallowing) Swap(key any, value []int) ([]int, bool) {
	f := swallow(m, Swap, key, func() found { return pack(m.Mutex.Swap(key, value)) })
	return f.value, f.ok
}
func (m *swallowing) CompareAndSwap(key any, old, new []int) bool {
	return swallow(m, CompareAndSwap, key, func() bool { return m.Mutex.CompareAndSwap(key, old, new) })
}
func (m *swallowing) CompareAndDelete(key any, old []int) bool {
	return swallow(m, CompareAndDelete, key, func() bool { return m.Mutex.CompareAndDelete(key, old) })
}
func (m *swallowing) Contains(key any) bool {
	return swallow(m, Contains, key, func() bool { return m.Mutex.Contains(key) })
}
func (m *swallowing) Compute(key any, f func([]int, bool) ([]int, flatmap.Op)) ([]int, bool) {
	r := swallow(m, Compute, key, func() found { return pack(m.Mutex.Compute(key, f)) })
	return r.value, r.ok
}
func (m *swallowing) LoadOrCompute(key any, f func() []int) ([]int, bool) {
	r := swallow(m, LoadOrCompute, key, func() found { return pack(m.Mutex.LoadOrCompute(key, f)) })
	return r.value, r.ok
}
