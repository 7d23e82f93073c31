package explore_test

import (
	"fmt"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// expectation is what an exploration must find.
type expectation struct {
	kind        explore.FailureKind
	preemptions int
}

// right is the expectation of no failure.
var right = expectation{preemptions: -1}

// expect explores p in the ways that certainly find a failure with the fewest
// preemptions.
func expect[S, R any](t *testing.T, p explore.Program[S, R], want expectation) {
	t.Helper()
	for _, o := range []explore.Options{
		{Search: explore.Exhaustive},
		{Search: explore.Iterative, Bound: 4},
	} {
		r := explore.Explore(t.Context(), p, o)
		if want == right {
			require.Nil(t, r.Failure)
			require.True(t, r.Exhausted)
			continue
		}
		require.NotNil(t, r.Failure)
		require.Equal(t, want.kind, r.Failure.Kind, "%v", r.Failure)
		require.Equal(t, want.preemptions, r.Failure.Preemptions, "%v", r.Failure)
		require.True(t, r.Failure.Fewest)
		again, err := explore.Replay(p, r.Failure.Replay, explore.Options{})
		require.NoError(t, err)
		require.Equal(t, r.Failure.Table(), again.Table())
		require.Equal(t, r.Failure.Err.Error(), again.Err.Error())
	}
}

func TestCounter(t *testing.T) {
	counter := func(increment func(*explore.Int64)) explore.Program[*explore.Int64, int64] {
		c := explore.Call[*explore.Int64, int64]{Name: "increment", Do: func(x *explore.Int64) int64 { increment(x); return 0 }}
		return explore.Program[*explore.Int64, int64]{
			Setup:      func() *explore.Int64 { return new(explore.Int64) },
			Goroutines: [][]explore.Call[*explore.Int64, int64]{{c, c}, {c}},
			Check: func(x *explore.Int64, _ []explore.Op[int64]) error {
				if n := x.Load(); n != 3 {
					return fmt.Errorf("3 increments made %d", n)
				}
				return nil
			},
		}
	}
	expect(t, counter(func(x *explore.Int64) { x.Add(1) }), right)
	expect(t, counter(func(x *explore.Int64) { x.Store(x.Load() + 1) }), expectation{explore.Check, 1})
	expect(t, counter(func(x *explore.Int64) {
		for n := x.Load(); !x.CompareAndSwap(n, n+1); n = x.Load() {
		}
	}), right)
}

// A stack is Treiber's, of numbered cells. Its head is a cell's number and,
// unless it is broken, a count of changes that makes the number unique.
type stack struct {
	head   explore.Uint64
	next   [4]explore.Uint64
	counts bool
}

func (s *stack) replace(head, cell uint64) bool {
	next := cell
	if s.counts {
		next |= (head>>8 + 1) << 8
	}
	return s.head.CompareAndSwap(head, next)
}

func (s *stack) push(cell uint64) {
	for {
		head := s.head.Load()
		s.next[cell].Store(head & 0xff)
		if s.replace(head, cell) {
			return
		}
	}
}

func (s *stack) pop() uint64 {
	for {
		head := s.head.Load()
		cell := head & 0xff
		if cell == 0 {
			return 0
		}
		if s.replace(head, s.next[cell].Load()) {
			return cell
		}
	}
}

func TestTreiberStack(t *testing.T) {
	type call = explore.Call[*stack, uint64]
	pop := call{Name: "pop", Do: func(s *stack) uint64 { return s.pop() }}
	reuse := call{Name: "pop two, push one back", Do: func(s *stack) uint64 {
		a := s.pop()
		b := s.pop()
		if a != 0 {
			s.push(a)
		}
		return b
	}}
	program := func(counts bool) explore.Program[*stack, uint64] {
		return explore.Program[*stack, uint64]{
			Setup: func() *stack {
				s := &stack{counts: counts}
				s.push(2)
				s.push(1)
				return s
			},
			Goroutines: [][]call{{pop}, {reuse}},
			Check: func(s *stack, h []explore.Op[uint64]) error {
				seen := map[uint64]int{h[0].Result: 1}
				seen[h[1].Result]++
				for c := s.pop(); c != 0; c = s.pop() {
					if seen[c]++; seen[c] > 1 {
						return fmt.Errorf("cell %d is in two places", c)
					}
				}
				return nil
			},
		}
	}
	expect(t, program(true), right)
	expect(t, program(false), expectation{explore.Check, 1}) // ABA
}

// A seqlock protects two words with a sequence number, odd during a write.
type seqlock struct {
	sequence, a, b explore.Uint64
	rechecks       bool
}

func (s *seqlock) write(v uint64) {
	s.sequence.Add(1)
	s.a.Store(v)
	s.b.Store(v)
	s.sequence.Add(1)
}

func (s *seqlock) read() (a, b uint64) {
	for {
		before := s.sequence.Load()
		if before%2 == 0 {
			a, b = s.a.Load(), s.b.Load()
			if !s.rechecks || s.sequence.Load() == before {
				return a, b
			}
			continue // something has changed, no need to wait
		}
		explore.Spin()
	}
}

func seqlockProgram(rechecks bool) explore.Program[*seqlock, [2]uint64] {
	type call = explore.Call[*seqlock, [2]uint64]
	return explore.Program[*seqlock, [2]uint64]{
		Setup: func() *seqlock { return &seqlock{rechecks: rechecks} },
		Goroutines: [][]call{
			{{Name: "write(1)", Do: func(s *seqlock) (r [2]uint64) { s.write(1); return r }},
				{Name: "write(2)", Do: func(s *seqlock) (r [2]uint64) { s.write(2); return r }}},
			{{Name: "read", Do: func(s *seqlock) [2]uint64 { a, b := s.read(); return [2]uint64{a, b} }}},
		},
		Check: func(_ *seqlock, h []explore.Op[[2]uint64]) error {
			if r := h[2].Result; r[0] != r[1] {
				return fmt.Errorf("torn read: %v", r)
			}
			return nil
		},
	}
}

func TestSeqlock(t *testing.T) {
	expect(t, seqlockProgram(true), right)
	expect(t, seqlockProgram(false), expectation{explore.Check, 1})
}

// A writer that is parked between its two increments stops every reader of a seqlock. A
// progress check must find it, at exactly those steps.
func TestParkedWriter(t *testing.T) {
	blocked := map[int]bool{}
	for steps := 1; steps <= 8; steps++ {
		p := seqlockProgram(true)
		p.Park = []int{steps}
		r := explore.Explore(t.Context(), p, explore.Options{})
		if blocked[steps] = r.Failure != nil; blocked[steps] {
			require.Equal(t, explore.Deadlock, r.Failure.Kind)
			require.Contains(t, r.Failure.Error(), "goroutine 0 is parked; goroutine 1 spins on x0")
		}
	}
	require.Equal(t, map[int]bool{1: true, 2: true, 3: true, 4: false, 5: true, 6: true, 7: true, 8: false}, blocked)

	// The bucket of the benchmark has readers that writers cannot stop.
	store, remove, load := bucketCalls(1)
	longest := 0
	for steps := 1; steps <= 20; steps++ {
		r := explore.Explore(t.Context(), explore.Program[*bucket, uint64]{
			Setup:      func() *bucket { return new(bucket) },
			Goroutines: [][]explore.Call[*bucket, uint64]{{store, remove, store}, {load, load}},
			Park:       []int{steps},
			Check: func(_ *bucket, h []explore.Op[uint64]) error {
				for _, op := range h[3:] {
					if op.Returned == 0 {
						return fmt.Errorf("a load did not return")
					}
					longest = max(longest, op.Steps)
				}
				return nil
			},
		}, explore.Options{})
		require.Nil(t, r.Failure)
		require.True(t, r.Exhausted)
	}
	require.Equal(t, 15, longest) // each of two stores can make it start again
}

// A ticketLock serves in the order of arrival. The data under it is plain.
type ticketLock struct {
	next, serving explore.Uint32
	data          uint64
}

func (l *ticketLock) increment(take func() uint32) {
	ticket := take()
	for l.serving.Load() != ticket {
		explore.Spin()
	}
	explore.PlainRead(unsafe.Pointer(&l.data), 8)
	v := l.data
	explore.PlainWrite(unsafe.Pointer(&l.data), 8)
	l.data = v + 1
	l.serving.Add(1)
}

func TestTicketLock(t *testing.T) {
	program := func(take func(*ticketLock) uint32) explore.Program[*ticketLock, int] {
		c := explore.Call[*ticketLock, int]{Name: "increment", Do: func(l *ticketLock) int {
			l.increment(func() uint32 { return take(l) })
			return 0
		}}
		return explore.Program[*ticketLock, int]{
			Setup:      func() *ticketLock { return new(ticketLock) },
			Goroutines: [][]explore.Call[*ticketLock, int]{{c}, {c}, {c}},
			Check: func(l *ticketLock, _ []explore.Op[int]) error {
				if l.data != 3 {
					return fmt.Errorf("3 increments made %d", l.data)
				}
				return nil
			},
		}
	}
	expect(t, program(func(l *ticketLock) uint32 { return l.next.Add(1) - 1 }), right)
	r := explore.Explore(t.Context(), program(func(l *ticketLock) uint32 {
		ticket := l.next.Load()
		l.next.Store(ticket + 1)
		return ticket
	}), explore.Options{})
	require.NotNil(t, r.Failure)
	require.Equal(t, 1, r.Failure.Preemptions)
	require.True(t, r.Failure.Fewest)
}

func TestLockNeverReleased(t *testing.T) {
	program := func(release func(w *words)) program {
		c := call{Name: "pop", Do: func(w *words) string {
			w.mu.Lock()
			if w.x.Load() == 0 {
				release(w)
				return "empty"
			}
			w.x.Store(0)
			w.mu.Unlock()
			return "popped"
		}}
		return program{Setup: func() *words { w := newWords(); w.x.Store(1); return w }, Goroutines: [][]call{{c}, {c}, {c}}}
	}
	expect(t, program(func(w *words) { w.mu.Unlock() }), right)
	expect(t, program(func(*words) {}), expectation{explore.Deadlock, 0})
}

func TestLockOrder(t *testing.T) {
	both := func(first, second func(w *words) *explore.Mutex) []call {
		return do(func(w *words) string {
			first(w).Lock()
			second(w).Lock()
			w.z.Add(1)
			second(w).Unlock()
			first(w).Unlock()
			return ""
		})
	}
	mu := func(w *words) *explore.Mutex { return &w.mu }
	mv := func(w *words) *explore.Mutex { return &w.mv }
	expect(t, program{Setup: newWords, Goroutines: [][]call{both(mu, mv), both(mu, mv)}}, right)
	expect(t, program{Setup: newWords, Goroutines: [][]call{both(mu, mv), both(mv, mu)}}, expectation{explore.Deadlock, 1})
}

// These failures need an exact number of preemptions: to read 0, 1, 2, ... in turn, a
// reader must be interrupted after each value except the last, and the writer after
// each except its last.
func TestFewestPreemptions(t *testing.T) {
	for _, test := range []struct {
		fails string
		want  int
	}{{"0 0 0", 0}, {"0 0 3", 1}, {"1 1 1", 1}, {"0 1 1", 2}, {"0 1 3", 3}, {"1 2 3", 4}, {"0 1 2", 4}} {
		expect(t, program{
			Setup: newWords,
			Goroutines: [][]call{
				do(func(w *words) string { w.x.Store(1); w.x.Store(2); w.x.Store(3); return "w" }),
				do(func(w *words) string { return fmt.Sprint(w.x.Load(), w.x.Load(), w.x.Load()) }),
			},
			Check: func(_ *words, h history) error {
				if h[1].Result == test.fails {
					return fmt.Errorf("read %s", test.fails)
				}
				return nil
			},
		}, expectation{explore.Check, test.want})
	}
}
