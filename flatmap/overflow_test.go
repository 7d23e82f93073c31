//go:build !explore

package flatmap

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
)

// TestTooManyOverflowBuckets checks that the number of a bucket which does not
// fit into a link is not cut off.
func TestTooManyOverflowBuckets(t *testing.T) {
	table := New[int, int](WithCapacity(1)).table.Load()
	table.linked.Store(1<<32 - 1)
	defer func() {
		const want = "flatmap: too many overflow buckets: the hasher gives too few different hashes"
		if got := recover(); got != want {
			t.Errorf("panics with %v", got)
		}
	}()
	table.newOverflow()
}

// TestOverflowBucketsAreHandedOutOnce checks that writers of different chains
// which ask for overflow buckets at once get different ones, all of which are in
// the segments that readers look into.
func TestOverflowBucketsAreHandedOutOnce(t *testing.T) {
	type given struct {
		link uint64
		b    *head
	}
	const goroutines, each = 4, 250
	for range 40 {
		table := New[int, int](WithCapacity(1)).table.Load()
		var got [goroutines][each]given
		var all sync.WaitGroup
		var ready atomic.Int32
		for g := range goroutines {
			all.Go(func() {
				for ready.Add(1); ready.Load() < goroutines; {
					runtime.Gosched()
				}
				for i := range each {
					link, b := table.newOverflow()
					got[g][i] = given{link, b}
				}
			})
		}
		all.Wait()
		taken := make(map[uint64]bool)
		for g := range got {
			for _, x := range got[g] {
				if taken[x.link] {
					t.Errorf("bucket %d is handed out twice", x.link)
				}
				taken[x.link] = true
				if table.overflowAt(x.link) != x.b {
					t.Errorf("bucket %d is not where it was handed out", x.link)
				}
			}
		}
	}
}
