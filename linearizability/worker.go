package linearizability

import (
	"errors"
	"math/rand/v2"
	"runtime"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// A worker is one goroutine of a trial.
type worker[K, V comparable] struct {
	*trial[K, V]
	*Client[K, V]
	number int
	rng    *rand.Rand
	wrote  int // values so far
}

// fresh returns a value that was never written in this history.
func (w *worker[K, V]) fresh() V {
	w.wrote++
	return w.value(w.wrote*len(w.workers) + w.number)
}

// recent returns a value that was written recently, and is often in the map.
func (w *worker[K, V]) recent() V {
	back := w.rng.IntN(3)
	return w.value(max(1, w.wrote-back)*len(w.workers) + w.rng.IntN(len(w.workers)))
}

// pause yields once in three calls.
func (w *worker[K, V]) pause() {
	if w.rng.IntN(3) == 0 {
		runtime.Gosched()
	}
}

// errCallback is what callbacks panic with.
var errCallback = errors.New("the callback panics on purpose")

// maybePanic panics once in sixteen calls. Callbacks call it.
func (w *worker[K, V]) maybePanic() {
	if w.rng.IntN(16) == 0 && !w.plain {
		w.Panics.Add(1)
		panic(errCallback)
	}
}

// survive recovers from the panic of a callback.
func survive() {
	if p := recover(); p != nil && p != any(errCallback) {
		panic(p)
	}
}

// operate calls the method that kind names, or Load if the map lacks it. The key
// of a method on a single key is number i. Callbacks yield and sometimes panic.
func (w *worker[K, V]) operate(kind model.Kind, i int) {
	if !w.kinds[kind] {
		kind = model.Load
	}
	key := w.key(i)
	defer survive()
	switch kind {
	case model.Load:
		w.Load(key)
	case model.Contains:
		w.Contains(key)
	case model.Store:
		w.Store(key, w.fresh())
	case model.Swap:
		w.Swap(key, w.fresh())
	case model.LoadOrStore:
		w.LoadOrStore(key, w.fresh())
	case model.LoadAndDelete:
		w.LoadAndDelete(key)
	case model.Delete:
		w.Delete(key)
	case model.CompareAndSwap:
		old := w.recent()
		if w.rng.IntN(2) == 0 {
			old, _ = w.Load(key)
		}
		w.CompareAndSwap(key, old, w.fresh())
	case model.CompareAndDelete:
		old := w.recent()
		if w.rng.IntN(2) == 0 {
			old, _ = w.Load(key)
		}
		w.CompareAndDelete(key, old)
	case model.LoadOrCompute:
		w.LoadOrCompute(key, func() V {
			w.pause()
			w.maybePanic()
			return w.fresh()
		})
	case model.Compute:
		w.Compute(key, func(V, bool) (V, flatmap.Op) {
			w.pause()
			w.maybePanic()
			return w.fresh(), flatmap.Op(w.rng.IntN(3))
		})
	default:
		w.operateOnAll(kind)
	}
}

// remove removes a key, with LoadAndDelete if the map has it.
func (w *worker[K, V]) remove(key K) {
	if w.kinds[model.LoadAndDelete] {
		w.LoadAndDelete(key)
	} else {
		w.Delete(key)
	}
}

// operateOnAll calls a method on the whole map.
func (w *worker[K, V]) operateOnAll(kind model.Kind) {
	stop := -1
	if w.rng.IntN(4) == 0 {
		stop = w.rng.IntN(8)
	}
	more := func() bool {
		stop--
		w.pause()
		return stop != -1
	}
	switch kind {
	case model.Clear:
		w.Clear()
	case model.Len:
		w.Len()
	case model.Range:
		w.Range(func(K, V) bool { return more() })
	case model.All:
		for range w.All() {
			if !more() {
				break
			}
		}
	case model.Keys:
		for range w.Keys() {
			if !more() {
				break
			}
		}
	case model.Values:
		for range w.Values() {
			if !more() {
				break
			}
		}
	case model.Retain:
		w.Retain(func(_ K, value *V) bool {
			w.pause()
			w.maybePanic()
			switch w.rng.IntN(4) {
			case 0:
				return false
			case 1:
				*value = w.fresh()
			}
			return true
		})
	case model.Insert:
		w.Insert(func(yield func(K, V) bool) {
			for range 3 {
				if !yield(w.key(w.rng.IntN(w.used)), w.fresh()) {
					return
				}
			}
		})
	}
}
