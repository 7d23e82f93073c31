//go:build !explore

package flatmap

import "testing"

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
	const goroutines, each = 2, 500
	for range 40 {
		table := New[int, int](WithCapacity(1)).table.Load()
		var got [goroutines][each]given
		var asking []func()
		for g := range got {
			asking = append(asking, func() {
				for i := range each {
					link, b := table.newOverflow()
					got[g][i] = given{link, b}
				}
			})
		}
		atOnce(asking...)
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
