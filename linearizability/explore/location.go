package explore

import "math/bits"

// A location is a word that was accessed through this package's atomics or locks in
// the current execution. Locations are numbered in the order in which they were first
// announced. Two executions that share a prefix therefore have the same numbers,
// wherever the allocator put the words.
type location struct {
	pin     address // also keeps the memory from being used again
	width   uint8
	content content

	// For the order of dependent events: indices into the trail.
	readers   set // goroutines that have read since the last write
	lastWrite int32
	reads     [MaxGoroutines]int32 // the last read of each reader

	// For Spin: how many writes changed the value, in all and by goroutine.
	changes    uint32
	ownChanges clock

	// For data races: see datarace.go.
	released                  clock
	atomicReads, atomicWrites clock
}

// A content is the kind of value that a location holds. It never changes, since the
// garbage collector must always see a pointer as a pointer, and nothing else.
type content uint8

const (
	anything content = iota // not accessed yet
	numbers
	pointers
)

// String returns the singular.
func (c content) String() string { return [...]string{"", "number", "pointer"}[c] }

// othersChanges returns how often goroutines other than g changed the value.
func (l *location) othersChanges(g int) uint32 { return l.changes - l.ownChanges[g] }

// locate returns the number of the location at a. A new location gets a new number.
func (e *engine) locate(a address, width uint8) int32 {
	s := e.byAddress.find(number(a))
	if s.generation == e.byAddress.generation {
		return s.id
	}
	id := int32(len(e.locations))
	e.byAddress.put(s, number(a), id)
	if len(e.locations) < cap(e.locations) {
		e.locations = e.locations[:id+1]
	} else {
		e.locations = append(e.locations, location{})
	}
	e.locations[id].begin(a, width, e.n)
	return id
}

// begin makes l a new location, for n goroutines.
func (l *location) begin(a address, width uint8, n int) {
	l.pin, l.width, l.content = a, width, anything
	l.readers, l.lastWrite = 0, -1
	l.changes = 0
	for g := range n {
		l.admit(g)
	}
}

// admit adds goroutine g.
func (l *location) admit(g int) {
	g &= MaxGoroutines - 1
	l.ownChanges[g], l.released[g], l.atomicReads[g], l.atomicWrites[g] = 0, 0, 0, 0
}

// An addressTable is a hash table with open addressing that can be cleared in constant
// time: only entries of the current generation count.
type addressTable struct {
	slots      []addressSlot // a power of two of them, at most a quarter in use
	used       int
	generation uint32
}

type addressSlot struct {
	key        uintptr
	generation uint32
	id         int32
}

func (t *addressTable) reset() {
	t.used = 0
	t.generation++
	if t.generation == 0 || t.slots == nil {
		t.slots = make([]addressSlot, max(256, len(t.slots)))
		t.generation = 1
	}
}

// find returns the slot of key, or the empty slot where it would go.
func (t *addressTable) find(key uintptr) *addressSlot {
	mask := uint64(len(t.slots) - 1)
	h := uint64(key) * 0x9e3779b97f4a7c15
	for i := h >> (64 - uint(bits.Len64(mask))); ; i++ {
		s := &t.slots[i&mask]
		if s.generation != t.generation || s.key == key {
			return s
		}
	}
}

// put fills s, the empty slot that find returned for key.
func (t *addressTable) put(s *addressSlot, key uintptr, id int32) {
	*s = addressSlot{key, t.generation, id}
	if t.used++; 4*t.used <= len(t.slots) {
		return
	}
	old := t.slots
	t.slots = make([]addressSlot, 2*len(old))
	for _, s := range old {
		if s.generation == t.generation {
			*t.find(s.key) = s
		}
	}
}
