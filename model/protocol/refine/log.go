package refine

import (
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// An opKind is what an access does.
type opKind uint8

const (
	opOther opKind = iota
	opLoad
	opStore
	opCompareAndSwap
	opAdd
	opLock // Lock or TryLock
	opUnlock
	opPlainWrite
)

var opKinds = map[string]opKind{
	"Load": opLoad, "WaitClear": opLoad, "Store": opStore, "CompareAndSwap": opCompareAndSwap, "Add": opAdd,
	"Lock": opLock, "TryLock": opLock, "Unlock": opUnlock, "PlainWrite": opPlainWrite,
}

// An access is a step of the execution, with the place in the map that it is to.
type access struct {
	g             int
	begins        bool
	op            opKind
	name          string
	addr          uintptr
	before, after uint64
	words         []uint64
	site          explore.Site
	place
}

// changes reports whether the access changed the word.
func (e *access) changes() bool { return e.before != e.after }

// Access takes note of an access. It is meant for explore.Options.EachAccess.
func (f *Follower) Access(a *explore.Access) {
	e := access{g: a.Goroutine, begins: a.Begins, op: opKinds[a.Op], name: a.Op, addr: a.Addr, before: a.Before, after: a.After, site: a.Site}
	if a.Words != nil {
		from := len(f.arena)
		f.arena = append(f.arena, a.Words...)
		e.words = f.arena[from:len(f.arena):len(f.arena)]
	}
	f.log = append(f.log, e)
}
