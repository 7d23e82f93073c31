package explore_test

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// oneEach explores two goroutines that make a call each, and returns the failure, if
// there is one. The failure must repeat.
func oneEach(t *testing.T, f, g func(w *words)) *explore.Failure {
	t.Helper()
	p := program{Setup: newWords, Goroutines: [][]call{
		do(func(w *words) string { f(w); return "" }),
		do(func(w *words) string { g(w); return "" }),
	}, AllowDeadlock: true}
	r := explore.Explore(t.Context(), p, explore.Options{})
	if r.Failure != nil {
		_, err := explore.Replay(p, r.Failure.Replay, explore.Options{})
		require.NoError(t, err)
	}
	return r.Failure
}

// Whether plain accesses, or a plain and an atomic one, race depends on
// synchronization, and not on the order in which they came.
func TestRaces(t *testing.T) {
	read := func(w *words) { explore.PlainRead(unsafe.Pointer(&w.data), 8) }
	write := func(w *words) { explore.PlainWrite(unsafe.Pointer(&w.data), 8) }
	pointer := func(w *words) *unsafe.Pointer { return (*unsafe.Pointer)(unsafe.Pointer(&w.z)) }
	// begun is a step: to be interrupted after it takes a preemption.
	begun := func(w *words) { w.y.Load() }
	half := func(w *words, k uintptr) { explore.PlainWrite(unsafe.Add(unsafe.Pointer(&w.data), 4*k), 4) }
	for _, test := range []struct {
		name string
		f, g func(w *words)
		race string
	}{
		{"two reads", read, read, ""},
		{"write and read", write, read, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"read and write", read, write, "the plain write of goroutine 1 is not ordered with the plain read of goroutine 0"},
		{"two writes", write, write, "the plain write of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"other bytes", func(w *words) { half(w, 0) }, func(w *words) { half(w, 1) }, ""},
		{"same bytes", func(w *words) { half(w, 1) }, write, "the plain write of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"published by a store",
			func(w *words) { write(w); w.flag.Store(true) },
			func(w *words) {
				if w.flag.Load() {
					read(w)
				}
			}, ""},
		{"published too early",
			func(w *words) { w.flag.Store(true); write(w) },
			func(w *words) {
				if w.flag.Load() {
					read(w)
				}
			}, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"a load publishes nothing",
			func(w *words) { write(w); w.x.Load() },
			func(w *words) { w.x.Store(1); read(w) }, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"a later store publishes for itself only",
			func(w *words) { write(w); w.x.Store(1) },
			func(w *words) { w.x.Store(2); w.x.Load(); read(w) }, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"a store of what is there already learns nothing",
			func(w *words) { begun(w); write(w); w.x.Store(1) },
			func(w *words) { w.x.Store(1); read(w) }, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"a store of the pointer that is there already learns nothing",
			func(w *words) { begun(w); write(w); explore.StorePointer(pointer(w), unsafe.Pointer(w)) },
			func(w *words) { explore.StorePointer(pointer(w), unsafe.Pointer(w)); read(w) },
			"the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"a store of another pointer learns nothing",
			func(w *words) { begun(w); write(w); explore.StorePointer(pointer(w), unsafe.Pointer(w)) },
			func(w *words) { explore.StorePointer(pointer(w), nil); read(w) },
			"the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"an Unlock learns nothing",
			func(w *words) { begun(w); write(w); w.mu.Lock(); w.mu.Unlock(); w.mu.Lock() },
			func(w *words) { w.mu.Unlock(); read(w) }, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"two reads, and a write of one of the goroutines",
			read,
			func(w *words) { read(w); write(w) }, "the plain write of goroutine 1 is not ordered with the plain read of goroutine 0"},
		{"a write that reaches into the next word",
			func(w *words) { explore.PlainWrite(unsafe.Add(unsafe.Pointer(&w.y), 4), 8) },
			func(w *words) { explore.PlainRead(unsafe.Pointer(&w.z), 1) }, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"a write of two words",
			func(w *words) { explore.PlainWrite(unsafe.Pointer(&w.y), 16) },
			func(w *words) { explore.PlainRead(unsafe.Pointer(&w.z), 1) }, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"a write that ends before the bytes that are read",
			func(w *words) { explore.PlainWrite(unsafe.Add(unsafe.Pointer(&w.y), 4), 8) },
			func(w *words) { explore.PlainRead(unsafe.Add(unsafe.Pointer(&w.z), 4), 4) }, ""},
		{"a store of what is there already writes",
			func(w *words) { explore.PlainRead(unsafe.Pointer(&w.y), 8) },
			func(w *words) { w.y.Store(0) }, "the atomic write of goroutine 1 is not ordered with the plain read of goroutine 0"},
		{"a CompareAndSwap of what is there already writes",
			func(w *words) { w.y.CompareAndSwap(0, 0) },
			func(w *words) { explore.PlainRead(unsafe.Pointer(&w.y), 8) }, "the atomic write of goroutine 0 is not ordered with the plain read of goroutine 1"},
		{"a CompareAndSwap that fails only reads",
			func(w *words) { w.y.CompareAndSwap(1, 1) },
			func(w *words) { explore.PlainRead(unsafe.Pointer(&w.y), 8) }, ""},
		{"under a mutex",
			func(w *words) { w.mu.Lock(); write(w); w.mu.Unlock() },
			func(w *words) { w.mu.Lock(); read(w); write(w); w.mu.Unlock() }, ""},
		{"a failed TryLock synchronizes nothing",
			func(w *words) { w.mu.Lock(); write(w); w.x.Store(1) },
			func(w *words) {
				if !w.mu.TryLock() {
					read(w)
				}
			}, "the plain read of goroutine 1 is not ordered with the plain write of goroutine 0"},
		{"under bits of a word",
			func(w *words) { w.x.LockBits(1); write(w); w.x.And(^uint64(1)) },
			func(w *words) { w.x.WaitClear(1); w.x.LockBits(1); write(w); w.x.Store(0) }, ""},
		{"plain and atomic write of one word",
			func(w *words) { w.y.Store(1) },
			func(w *words) { explore.PlainWrite(unsafe.Pointer(&w.y), 8) },
			"the atomic write of goroutine 0 is not ordered with the plain write of goroutine 1"},
		{"plain read and atomic write of one word",
			func(w *words) { explore.PlainRead(unsafe.Pointer(&w.y), 8) },
			func(w *words) { w.y.Store(1) },
			"the atomic write of goroutine 1 is not ordered with the plain read of goroutine 0"},
		{"atomic read and plain write of one word",
			func(w *words) { w.y.Load() },
			func(w *words) { explore.PlainWrite(unsafe.Pointer(&w.y), 8) },
			"the atomic read of goroutine 0 is not ordered with the plain write of goroutine 1"},
		{"atomic and plain read of one word",
			func(w *words) { w.y.Load() },
			func(w *words) { explore.PlainRead(unsafe.Pointer(&w.y), 8) }, ""},
		{"initialized plainly, then published",
			func(w *words) { explore.PlainWrite(unsafe.Pointer(&w.y), 8); w.flag.Store(true) },
			func(w *words) {
				if w.flag.Load() {
					w.y.Store(1)
				}
			}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if f := oneEach(t, test.f, test.g); test.race == "" {
				require.Nil(t, f)
			} else {
				require.NotNil(t, f)
				require.Equal(t, explore.Race, f.Kind)
				require.Equal(t, 0, f.Preemptions)
				require.EqualError(t, f.Err, "data race: "+test.race)
			}
		})
	}
}

// A word is a pointer or a number, for all goroutines and in any order of accesses.
func TestMixed(t *testing.T) {
	number := func(w *words) *uintptr { return (*uintptr)(unsafe.Pointer(&w.data)) }
	pointer := func(w *words) *unsafe.Pointer { return (*unsafe.Pointer)(unsafe.Pointer(&w.data)) }
	for _, test := range []struct {
		name string
		f, g func(w *words)
		err  string
	}{
		{"read as a number",
			func(w *words) { explore.StorePointer(pointer(w), nil) },
			func(w *words) { explore.LoadUintptr(number(w)) },
			"a word that was accessed as a pointer is now accessed as a number"},
		{"read as a pointer",
			func(w *words) { explore.StoreUintptr(number(w), 1) },
			func(w *words) { explore.LoadPointer(pointer(w)) },
			"a word that was accessed as a number is now accessed as a pointer"},
		{"written by one goroutine, last",
			func(w *words) { explore.LoadPointer(pointer(w)); explore.CompareAndSwapUintptr(number(w), 0, 1) },
			func(*words) {},
			"a word that was accessed as a pointer is now accessed as a number"},
		{"always a pointer",
			func(w *words) { explore.StorePointer(pointer(w), nil) },
			func(w *words) { explore.LoadPointer(pointer(w)) }, ""},
		{"always a number",
			func(w *words) { w.x.Store(1); w.x.LockBits(2); w.mu.Lock(); w.x.Add(4); w.mu.Unlock() },
			func(w *words) { w.x.WaitClear(2); w.mu.TryLock() }, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if f := oneEach(t, test.f, test.g); test.err == "" {
				require.Nil(t, f)
			} else {
				require.NotNil(t, f)
				require.Equal(t, explore.Mixed, f.Kind)
				require.EqualError(t, f.Err, test.err)
				last := f.Steps[len(f.Steps)-1]
				require.Contains(t, last.Text, "access of memory as a ")
				require.Contains(t, last.Site.File, "accesses_test.go")
			}
		})
	}
}
