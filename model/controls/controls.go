package controls

import (
	"fmt"
	"hash/maphash"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/model"
)

// A Layer is a part of the verification suite, named after its package.
type Layer string

// The layers that take any map.
const (
	Model           Layer = "model"
	Linearizability Layer = "linearizability"
	Stress          Layer = "stress"
	Fuzz            Layer = "fuzz"
)

// Faults returns every fault but [None], in order.
func Faults() []Fault {
	all := make([]Fault, numFaults-1)
	for i := range all {
		all[i] = Fault(i + 1)
	}
	return all
}

// String returns the name of f.
func (f Fault) String() string {
	if f < numFaults {
		return faults[f].name
	}
	return fmt.Sprintf("Fault(%d)", uint8(f))
}

// Breaks says in a sentence what a map with fault f does wrong.
func (f Fault) Breaks() string { return faults[f].breaks }

// Layers returns the layers that are expected to reject a map with fault f.
func (f Fault) Layers() []Layer { return faults[f].layers }

// A Broken makes maps that have one fault, and counts how often it took effect.
type Broken[K comparable, V any] struct{ fault *fault }

// Break returns a maker of maps with fault f.
func Break[K comparable, V any](f Fault) *Broken[K, V] {
	return &Broken[K, V]{&fault{Fault: f, closed: make(chan struct{})}}
}

// New returns an empty map. The map implements [model.Map] and all of its
// companions.
func (b *Broken[K, V]) New() model.Map[K, V] { return b.Hashed(nil) }

// Hashed is New for a map that hashes its keys with the given function.
func (b *Broken[K, V]) Hashed(hasher func(maphash.Seed, K) uint64) model.Map[K, V] {
	return wrap(newBase[K, V](b.fault, hasher))
}

// Fired returns how often the fault has taken effect, in all maps.
func (b *Broken[K, V]) Fired() int { return int(b.fault.fired.Load()) }

// Close turns the fault off and undoes the damage that would outlive the maps:
// it releases the locks and ends the goroutines that were leaked.
func (b *Broken[K, V]) Close() {
	b.fault.mu.Lock()
	defer b.fault.mu.Unlock()
	if b.fault.off.Swap(true) {
		return
	}
	close(b.fault.closed)
	for _, mu := range b.fault.leaked {
		mu.Unlock()
	}
}

// A fault is what all maps of a Broken share.
type fault struct {
	Fault
	fired  atomic.Int64
	off    atomic.Bool
	closed chan struct{}

	mu     sync.Mutex
	leaked []*sync.Mutex // which nobody will unlock
}

// has reports whether the map has the given fault.
func (f *fault) has(which Fault) bool { return f.Fault == which && !f.off.Load() }

// fire counts that the fault took effect.
func (f *fault) fire() { f.fired.Add(1) }

// window gives other goroutines a chance to come between.
func (f *fault) window() {
	runtime.Gosched()
	runtime.Gosched()
}
