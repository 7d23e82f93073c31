//go:build go1.27

package flatmap_test

import (
	"fmt"
	"hash/maphash"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// byLength hashes strings by their length. Its Equal, which the map does not call, panics.
type byLength struct{ calls *int }

func (h byLength) Hash(state *maphash.Hash, s string) {
	*h.calls++
	maphash.WriteComparable(state, len(s))
}

func (byLength) Equal(string, string) bool { panic("Equal was called") }

// TestWithMapHasher checks that the map calls a maphash.Hasher for its hashes only, and
// that it allocates nothing for that.
func TestWithMapHasher(t *testing.T) {
	calls := 0
	m := flatmap.New[string, int](flatmap.WithMapHasher(byLength{&calls}))
	for i := range 300 {
		m.Store(fmt.Sprint(i), i)
	}
	for i := range 300 {
		if v, ok := m.Load(fmt.Sprint(i)); !ok || v != i {
			t.Fatalf("key %d: got %d, %t", i, v, ok)
		}
	}
	if calls < 600 {
		t.Errorf("%d calls of Hash for 600 operations", calls)
	}
	if n := testing.AllocsPerRun(100, func() { m.Load("17") }); n != 0 {
		t.Errorf("a Load allocates %g times", n)
	}
	// With few hashes keys share few chains: with one for each length there are three.
	if s := m.Stats(); s.LongestChain < 10 {
		t.Errorf("the longest chain has %d buckets: keys of one length do not share a chain", s.LongestChain)
	}
	defer func() {
		if got, want := recover(), "flatmap: WithMapHasher: nil hasher"; got != want {
			t.Errorf("panic %v, want %v", got, want)
		}
	}()
	flatmap.WithMapHasher[string](nil)
}

func ExampleWithMapHasher() {
	m := flatmap.New[string, int](flatmap.WithMapHasher(maphash.ComparableHasher[string]{}))
	m.Store("a", 1)
	fmt.Println(m.Load("a"))
	// Output: 1 true
}
