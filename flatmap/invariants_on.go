//go:build invariants

package flatmap

import (
	"bytes"
	"fmt"
	"hash/maphash"
	"runtime"
	"strconv"
	"sync"
)

// With the build tag invariants every mutation is checked against the numbered
// invariants of design.go, and a violation panics. The checks read what the
// chain's lock protects, and add no atomic step that a reader could notice.

const checked = true

func violated(format string, args ...any) {
	panic("flatmap: invariant violated: " + fmt.Sprintf(format, args...))
}

// A writerWitness remembers the version up to which readers have to
// start again.
type writerWitness struct{ version uint64 }

// A resizeWitness remembers what each chain held when it moved.
type resizeWitness struct {
	mu     sync.Mutex
	frozen map[uint64]uint64
}

// checkChain checks the locked chain as it is and as unlock will publish it.
func (w *writer[K, V]) checkChain() {
	w.witness.version = w.root.version.Load()
	if w.meta&flagLocked == 0 {
		violated("chain %d is written without its lock", w.chain)
	}
	if w.meta&lentBits != 0 {
		violated("I7: the lock of chain %d is held and lent", w.chain)
	}
	if _, err := w.t.checkChain(w.chain, w.meta&^flagLocked, map[K]bool{}); err != nil {
		violated("%v", err)
	}
}

// checkFilled checks I2 after a free slot of a bucket with meta m was filled.
func (w *writer[K, V]) checkFilled(m uint64) {
	if _, empty := freeSlots(m); !empty && !w.t.pointers {
		w.checkAdvanced()
	}
}

// checkAdvanced checks I2 after words were changed that a reader may be copying:
// the version must have advanced since the last time this was called.
func (w *writer[K, V]) checkAdvanced() {
	v := w.root.version.Load()
	if v <= w.witness.version {
		violated("I2: chain %d changes a used slot at version %d", w.chain, v)
	}
	w.witness.version = v
}

// freeze remembers what a chain holds as it moves.
func (r *resize[K, V]) freeze(chain, meta uint64) {
	r.witness.mu.Lock()
	defer r.witness.mu.Unlock()
	if r.witness.frozen == nil {
		r.witness.frozen = make(map[uint64]uint64)
	}
	r.witness.frozen[chain] = r.src.fingerprint(chain, meta)
}

// checkFrozen checks I4 for all chains that held entries when they moved.
func (r *resize[K, V]) checkFrozen() {
	r.witness.mu.Lock()
	defer r.witness.mu.Unlock()
	for chain, was := range r.witness.frozen {
		if is := r.src.fingerprint(chain, r.src.root(chain).meta.Load()); is != was {
			violated("I4: chain %d changed after it had moved", chain)
		}
	}
}

// fingerprint hashes all words of a chain except its flags.
func (t *table[K, V]) fingerprint(chain, meta uint64) uint64 {
	var h maphash.Hash
	h.SetSeed(anySeed)
	root := t.root(chain)
	maphash.WriteComparable(&h, root.version.Load())
	for b, m := root, meta; b != nil; b, m = t.after(chain, b, m) {
		maphash.WriteComparable(&h, m&^(flagLocked|flagMoved))
		for s := fullSlots(m); s != 0; s = s.rest() {
			h.Write(asBytes(slotAt[K, V](b, s.first())))
		}
	}
	return h.Sum64()
}

// checkHold checks that a hold can end: a key that differs from itself is never found again.
func checkHold(key any) {
	if key != key {
		violated("I7: key %v is held, and differs from itself", key)
	}
}

// inCallback holds the goroutines that run a callback, with their maps and keys.
var inCallback sync.Map

type callbackKey struct {
	goroutine uint64
	m, key    any
}

// A key that differs from itself could not be found again. None is waited for.
func enterCallback(m, key any) {
	if key == key {
		inCallback.Store(callbackKey{goroutineID(), m, key}, true)
	}
}

func leaveCallback(m, key any) { inCallback.Delete(callbackKey{goroutineID(), m, key}) }

// checkWait panics if a callback is about to wait for itself, since it writes its own
// key.
func checkWait(m, key any) {
	if _, ok := inCallback.Load(callbackKey{goroutineID(), m, key}); ok {
		panic("flatmap: a function called by Compute, LoadOrCompute or Retain must not write the key that it is called for")
	}
}

// checkClear panics if a callback is about to wait for itself, since it clears the map.
func checkClear(m any) {
	g := goroutineID()
	inCallback.Range(func(k, _ any) bool {
		if k := k.(callbackKey); k.goroutine == g && k.m == m {
			panic("flatmap: a function called by Compute, LoadOrCompute or Retain must not clear the same map")
		}
		return true
	})
}

// goroutineID reads the number in the first line of a stack trace.
func goroutineID() uint64 {
	var buf [64]byte
	field := bytes.Fields(buf[:runtime.Stack(buf[:], false)])[1]
	id, err := strconv.ParseUint(string(field), 10, 64)
	if err != nil {
		panic(err)
	}
	return id
}
