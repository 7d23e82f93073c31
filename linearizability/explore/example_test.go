package explore_test

import (
	"context"
	"fmt"
	"unsafe"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A Ring is a queue between two goroutines, one that puts and one that takes. It is the
// structure to check. Its atomics are those of package explore. (In production code
// they would be aliases, which a build tag switches between sync/atomic and explore.)
// The slots are plain memory, so their accesses are announced.
type Ring struct {
	head, tail explore.Uint64 // taken and put so far
	slots      [2]int
	careless   bool // the bug
}

// Put appends v, and reports whether there was room.
func (r *Ring) Put(v int) bool {
	tail := r.tail.Load()
	if tail-r.head.Load() == uint64(len(r.slots)) {
		return false
	}
	if r.careless {
		r.tail.Store(tail + 1)
	}
	slot := &r.slots[tail%uint64(len(r.slots))]
	explore.PlainWrite(unsafe.Pointer(slot), unsafe.Sizeof(*slot))
	*slot = v
	if !r.careless {
		r.tail.Store(tail + 1)
	}
	return true
}

// Take removes the oldest value, and returns -1 if there is none.
func (r *Ring) Take() int {
	head := r.head.Load()
	if head == r.tail.Load() {
		return -1
	}
	slot := &r.slots[head%uint64(len(r.slots))]
	explore.PlainRead(unsafe.Pointer(slot), unsafe.Sizeof(*slot))
	v := *slot
	r.head.Store(head + 1)
	return v
}

// exploreRing makes every execution of three Puts concurrent with three Takes.
func exploreRing(careless bool) *explore.Report {
	put := func(v int) explore.Call[*Ring, int] {
		return explore.Call[*Ring, int]{Name: fmt.Sprintf("Put(%d)", v), Do: func(r *Ring) int {
			if !r.Put(v) {
				return -1
			}
			return v
		}}
	}
	take := explore.Call[*Ring, int]{Name: "Take()", Do: (*Ring).Take}
	program := explore.Program[*Ring, int]{
		Setup: func() *Ring {
			r := &Ring{careless: careless}
			explore.Name(unsafe.Pointer(&r.head), "head")
			explore.Name(unsafe.Pointer(&r.tail), "tail")
			explore.Name(unsafe.Pointer(&r.slots[0]), "slots[0]")
			explore.Name(unsafe.Pointer(&r.slots[1]), "slots[1]")
			return r
		},
		Goroutines: [][]explore.Call[*Ring, int]{{put(1), put(2), put(3)}, {take, take, take}},
		Check: func(r *Ring, history []explore.Op[int]) error {
			// Values come out in the order of the Puts that succeeded.
			var in, out []int
			for _, op := range history {
				switch {
				case op.Result < 0:
				case op.Call == "Take()":
					out = append(out, op.Result)
				default:
					in = append(in, op.Result)
				}
			}
			for v := r.Take(); v >= 0; v = r.Take() {
				out = append(out, v)
			}
			if fmt.Sprint(in) != fmt.Sprint(out) {
				return fmt.Errorf("put %v, took %v", in, out)
			}
			// A Take finds nothing only if the queue is empty: the value of every
			// Put that returned before the Take was invoked must have been taken.
			for i, take := range history {
				if take.Call != "Take()" || take.Result >= 0 {
					continue
				}
				before := 0
				for j, op := range history {
					switch {
					case op.Result < 0:
					case op.Call != "Take()" && op.Returned < take.Invoked:
						before++
					case op.Call == "Take()" && j < i:
						before--
					}
				}
				if before > 0 {
					return fmt.Errorf("Take found nothing of %d", before)
				}
			}
			return nil
		},
	}
	return explore.Explore(context.Background(), program, explore.Options{})
}

// A queue is explored in all its executions, first with a bug, then without.
func Example() {
	r := exploreRing(true)
	f := r.Failure
	fmt.Printf("%v, after %d preemptions:\n", f.Err, f.Preemptions)
	for _, s := range f.Steps {
		fmt.Printf("  goroutine %d, %s: %s\n", s.Goroutine, s.Call, s.Text)
	}

	r = exploreRing(false)
	fmt.Println("without the bug:", r.Failure == nil, r.Exhausted, r.Executions, "executions")
	// Output:
	// data race: the plain read of goroutine 1 is not ordered with the plain write of goroutine 0, after 0 preemptions:
	//   goroutine 0, Put(1): tail.Load() = 0
	//   goroutine 0, Put(1): head.Load() = 0
	//   goroutine 0, Put(1): tail.Store(1)
	//   goroutine 0, Put(1): plain write of slots[0], 8 bytes
	//   goroutine 0, Put(2): tail.Load() = 1
	//   goroutine 0, Put(2): head.Load() = 0
	//   goroutine 0, Put(2): tail.Store(2)
	//   goroutine 0, Put(2): plain write of slots[1], 8 bytes
	//   goroutine 0, Put(3): tail.Load() = 2
	//   goroutine 0, Put(3): head.Load() = 0
	//   goroutine 1, Take(): head.Load() = 0
	//   goroutine 1, Take(): tail.Load() = 2
	//   goroutine 1, Take(): plain read of slots[0], 8 bytes
	//   goroutine 1, Take(): head.Store(1)
	//   goroutine 1, Take(): head.Load() = 1
	//   goroutine 1, Take(): tail.Load() = 2
	//   goroutine 1, Take(): plain read of slots[1], 8 bytes
	// without the bug: true true 572 executions
}
