package flatmap

import "math/bits"

// A meta word has eight bytes. The lowest is for flags; byte i+1 is the tag
// of slot i, for as many slots as the bucket has:
//
//	EMPTY  0x00        never used since this table was made
//	DEAD   0x01        used once, now free (a tombstone)
//	FULL   0x80 | h7   in use, with the hash's top 7 bits
//
// The functions below look at all tags at once (SWAR). What they return has
// the top bit set in the byte of each slot that they found.

const (
	tagDead = 0x01
	tagFull = 0x80

	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
)

// Flags. All except flagLinked are in the meta of root buckets only.
const (
	flagLocked = 1 << 0 // a writer holds the chain
	flagMoved  = 1 << 1 // the chain has moved on to the next table, permanently
	flagLinked = 1 << 2 // an overflow bucket follows (in overflow buckets, too)
	flagHeld   = 1 << 7 // keys of the chain may be in the map's holds

	// Where the entry is for whose callback the lock is lent, from 1 on: a slot of
	// the root, or of the bucket after it; 0 if the lock is not lent. See lend.go.
	lentShift = 3
	lentBits  = 0xf << lentShift

	flagsOfCallbacks = lentBits | flagHeld
	flagsOfWriters   = flagLocked | flagsOfCallbacks // all that says nothing of the entries
)

// A slotSet has the top bit set in byte i+1 for each slot i in the set.
type slotSet uint64

// first returns the lowest slot of a set that is not empty.
func (s slotSet) first() uintptr { return uintptr(bits.TrailingZeros64(uint64(s))/8 - 1) }

// rest returns s without its lowest slot.
func (s slotSet) rest() slotSet { return s & (s - 1) }

func (s slotSet) len() int { return bits.OnesCount64(uint64(s)) }

// tagOf returns the tag byte of an entry with hash h.
func tagOf(h uint64) uint64 { return h>>57 | tagFull }

// matchTag returns the slots of m whose tag is the given FULL tag. A slot that
// follows a match may be in the set though its tag differs in the lowest bit
// (the subtraction borrows); it is FULL all the same, and the comparison of keys
// that must follow decides.
func matchTag(m, tag uint64) slotSet {
	x := m ^ tag*lowBits
	return slotSet((x-lowBits)&^x) & allSlots
}

// fullSlots returns the slots of m that are in use.
func fullSlots(m uint64) slotSet { return slotSet(m) & allSlots }

// emptySlots returns the slots of m that were never used.
func emptySlots(m uint64) slotSet { return slotSet(^(m | m<<7)) & allSlots }

// tagAt returns slot i's byte.
func tagAt(m uint64, i uintptr) uint64 { return m >> (8*i + 8) & 0xff }

// withTag returns m with slot i's byte set to tag.
func withTag(m uint64, i uintptr, tag uint64) uint64 {
	shift := 8*i + 8
	return m&^(0xff<<shift) | tag<<shift
}
