// Package memory says where in memory the words of a map are. The map fills in a Layout
// in the build with the tag explore, and package refine reads it.
package memory

import "unsafe"

// A Layout describes a map and its tables, from the eldest to the newest.
type Layout struct {
	Regions []Region
	Current int    // the table that the map uses
	Roots   []int  // chains of each table
	Clears  []bool // whether a Clear replaces the table, or has begun to

	Slots                int     // in a bucket, of
	BucketSlots          int     // that the code counts with when it lends a lock
	Slot, Key            uintptr // bytes of a slot, and where in it the key begins; the value is first
	KeyWords, ValueWords int
	// The words of keys and values that hold pointers.
	KeyPointers, ValuePointers []bool
	Pointers                   bool // slots are wiped
	Spare                      bool // an update needs a free slot
	Fast                       bool // readers may compare keys before R4
}

// A Region is N groups of words, Stride bytes apart.
type Region struct {
	Kind   Kind
	Table  int // that it belongs to
	First  unsafe.Pointer
	N      int
	Stride uintptr
	Number int // of the first group: the link of an overflow bucket
}

// A Kind is what the words of a region are.
type Kind uint8

// The kinds of regions. The first ones are in the model.
const (
	Unknown  Kind = iota
	Table         // Map.table
	Resizing      // Map.resizing
	Next          // table.next
	Root          // root buckets
	Overflow      // overflow buckets
	Link          // links of roots

	Prev // table.prev, and so on
	Busy
	Waiters
	Linked
	TidyAt
	Segments // table.overflow
	Ticket
	Moved
	Stripes
	Parking
	Lots
	Allocating
	Spare
	Registry // heldKeys.mu
	Hold     // what goroutines wait for, and all that belongs to it
	Visit    // what a Retain announces that it visits a chain
	Client   // words of the client, not of the map
)

var names = [...]string{"no word", "table", "resizing", "next", "root", "overflow", "link", "prev", "busy", "waiters",
	"linked", "tidyAt", "segments", "ticket", "moved", "stripes", "parking", "lots", "allocating", "spare", "registry", "hold", "visit", "client"}

// String returns the name.
func (k Kind) String() string { return names[k] }

// Modelled reports whether the model has the words of such a region.
func (k Kind) Modelled() bool { return k >= Table && k <= Link }

// Reset empties l, and keeps its memory.
func (l *Layout) Reset() {
	*l = Layout{Regions: l.Regions[:0], Roots: l.Roots[:0], Clears: l.Clears[:0], KeyPointers: l.KeyPointers[:0], ValuePointers: l.ValuePointers[:0]}
}

// Add adds a region.
func (l *Layout) Add(kind Kind, table int, first unsafe.Pointer, n int, stride uintptr, number int) {
	l.Regions = append(l.Regions, Region{kind, table, first, n, stride, number})
}
