package subject

import "math/bits"

// NewArray returns the limit that maps of word-sized entries are compared with: a
// bare array of keys and values, probed linearly, at most half full. It is for one
// goroutine and cannot grow or delete.
func NewArray(capacity int) *Array {
	n := 1 << bits.Len(uint(2*capacity-1))
	return &Array{cells: make([]cell, n), shift: 64 - bits.Len(uint(n-1))}
}

// An Array is a bare array probe.
type Array struct {
	cells []cell
	shift int
}

type cell struct{ key, value uint64 } // keys are stored plus 1; 0 marks an empty cell

func (a *Array) at(k uint64) int { return int((k * 0x9e3779b97f4a7c15) >> a.shift) }

// StoreAll stores i under keys[i]. The keys are all different.
func (a *Array) StoreAll(keys []uint64) {
	mask := len(a.cells) - 1
	for i, k := range keys {
		at := a.at(k)
		for a.cells[at].key != 0 {
			at = (at + 1) & mask
		}
		a.cells[at] = cell{k + 1, uint64(i)}
	}
}

// LoadAll returns the sum of the values of keys, which are all present.
func (a *Array) LoadAll(keys []uint64) (sum uint64) {
	cells, mask := a.cells, len(a.cells)-1
	for _, k := range keys {
		at := a.at(k) & mask
		for cells[at].key != k+1 {
			at = (at + 1) & mask
		}
		sum += cells[at].value
	}
	return sum
}

// LoadChain is LoadAll, and every Load needs the result of the one before.
func (a *Array) LoadChain(keys []uint64) (sum uint64) {
	cells, mask, zero := a.cells, len(a.cells)-1, zero
	for i := range keys {
		k := keys[uint64(i)+sum*zero]
		at := a.at(k) & mask
		for cells[at].key != k+1 {
			at = (at + 1) & mask
		}
		sum += cells[at].value
	}
	return sum
}
