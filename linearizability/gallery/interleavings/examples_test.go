//go:build bugs

package interleavings

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// Worked examples: small structures as people write them, each with a mistake.

// A stack of nodes that are numbered from 1, without a version: Treiber's, with ABA. Pop
// replaces the head by what was next to it, although that node may have left the stack
// and come back in the meantime.
type stack struct {
	head atomic.Uint32
	next [4]atomic.Uint32
}

func (s *stack) push(n uint32) {
	for {
		head := s.head.Load()
		s.next[n].Store(head)
		if s.head.CompareAndSwap(head, n) {
			return
		}
	}
}

func (s *stack) pop() uint32 {
	for {
		head := s.head.Load()
		if head == 0 || s.head.CompareAndSwap(head, s.next[head].Load()) {
			return head
		}
	}
}

func TestStackHasABA(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		s := new(stack)
		for n := range 3 {
			s.push(uint32(n + 1))
		}
		var other uint32
		wait := concurrently(func() { other = s.pop() })
		first, second := s.pop(), s.pop()
		s.push(first) // and keep the second
		wait()
		for n := s.pop(); n != 0; n = s.pop() {
			assert.NotEqual(t, second, n, "a node that was popped is in the stack")
			assert.NotEqual(t, other, n, "a node that was popped is in the stack")
		}
	})
}

// A queue for several producers and one consumer, in which a producer reads the tail and
// then replaces it, in place of one Swap.
type queue struct {
	head *node
	tail atomic.Pointer[node]
}

type node struct {
	next  atomic.Pointer[node]
	value int
}

func newQueue() *queue {
	q := &queue{head: new(node)}
	q.tail.Store(q.head)
	return q
}

func (q *queue) push(v int) {
	n := &node{value: v}
	last := q.tail.Load()
	q.tail.Store(n)
	last.next.Store(n)
}

func (q *queue) pop() (int, bool) {
	n := q.head.next.Load()
	if n == nil {
		return 0, false
	}
	q.head = n
	return n.value, true
}

func TestQueueLosesPush(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		q := newQueue()
		wait := concurrently(func() { q.push(1) })
		q.push(2)
		wait()
		_, first := q.pop()
		_, second := q.pop()
		assert.True(t, first && second, "a value is lost")
	})
}

// A ring whose producer publishes a slot before it writes it.
type ring struct {
	slots      [2]int
	head, tail atomic.Uint32
}

func (r *ring) push(v int) bool {
	tail := r.tail.Load()
	if tail-r.head.Load() == uint32(len(r.slots)) {
		return false
	}
	r.tail.Store(tail + 1)
	r.slots[tail%2] = v
	return true
}

func (r *ring) pop() (int, bool) {
	head := r.head.Load()
	if head == r.tail.Load() {
		return 0, false
	}
	v := r.slots[head%2]
	r.head.Store(head + 1)
	return v, true
}

func TestRingPublishesBeforeItWrites(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		r := new(ring)
		wait := concurrently(func() { r.push(7) })
		if v, ok := r.pop(); ok {
			assert.Equal(t, 7, v)
		}
		wait()
	})
}

// A table of two slots under a seqlock. A reader that finds its key is careful: it looks
// again if a writer was there. One that does not find it forgets to.
type table struct {
	version    atomic.Uint32
	mu         sync.Mutex
	keys, vals [2]atomic.Uint32
}

func (m *table) load(key uint32) (uint32, bool) {
	for {
		v := m.version.Load()
		for i := range m.keys {
			if m.keys[i].Load() != key {
				continue
			}
			if val := m.vals[i].Load(); v%2 == 0 && m.version.Load() == v {
				return val, true
			}
		}
		if v%2 == 0 {
			return 0, false
		}
	}
}

// move moves the entry in slot 1 to slot 0.
func (m *table) move() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.version.Add(1)
	m.vals[0].Store(m.vals[1].Load())
	m.keys[0].Store(m.keys[1].Load())
	m.keys[1].Store(0)
	m.version.Add(1)
}

func TestSeqlockDoesNotRecheckMisses(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := new(table)
		m.keys[1].Store(5)
		m.vals[1].Store(50)
		wait := concurrently(m.move)
		v, ok := m.load(5)
		assert.True(t, ok && v == 50, "the entry is there all the time")
		wait()
	})
}

func TestForgottenPlainCounter(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		var hits atomic.Int32
		misses := 0
		wait := concurrently(func() { hits.Add(1); misses++ })
		hits.Add(1)
		misses++
		wait()
	})
}
