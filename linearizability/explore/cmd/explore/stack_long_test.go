//go:build long

package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// deep copies structures with pointers at every depth of a stack that grows, with what is not
// a pointer where the copies will be.
const deep = imports + `
type record struct {
	a, b, c *int
	s       string
	n       [8]uintptr
}

//go:noinline
func fill(v uintptr) (sum uintptr) {
	var garbage [24]uintptr
	for i := range garbage {
		garbage[i] = v
	}
	for _, v := range garbage {
		sum += v
	}
	return sum
}

//go:noinline
func copied(r *record, list []record) []record { return append(list, *r) }

//go:noinline
func level(depth int, r *record, list []record) {
	fill(0x44)
	list = copied(r, list[:0])
	if depth > 0 {
		level(depth-1, r, list)
	}
}

func TestDeep(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		r := &record{a: new(int), s: "x"}
		done := make(chan int)
		for i := range 3 {
			go func() {
				level(500, r, nil)
				done <- i
			}()
		}
		for range 3 {
			<-done
		}
	})
}
`

// The goal: the compiler's calls that announce accesses may come where what is to be a
// pointer is not one yet, and the stack may grow or be scanned there.
func TestStacksGrowWhereAccessesAreAnnounced(t *testing.T) {
	w := newWorkspace(t, map[string]string{"m_test.go": deep})
	stdout, _, status := w.explore("test", "-executions=5", "-allow-partial", ".")
	assert.Equal(t, ok, status)
	assert.NotContains(t, stdout, "fatal error")
}
