//go:build !invariants && !purego && !asan

package flatmap_test

import (
	"runtime"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestSmallMaps checks how many bytes a map with few words takes, all that it
// allocates included, however many processors there are.
func TestSmallMaps(t *testing.T) {
	for _, procs := range []int{1, 2, 16, 64} {
		old := runtime.GOMAXPROCS(procs)
		for _, test := range []struct{ entries, most int }{{0, 100}, {1, 1400}, {8, 1400}, {24, 1450}} {
			const n = 2000
			maps := make([]*flatmap.Map[int, int], n)
			before := heapInUse()
			for i := range maps {
				maps[i] = flatmap.New[int, int]()
				for k := range test.entries {
					maps[i].Store(k, k)
				}
			}
			bytes := int(heapInUse()-before) / n
			t.Logf("%d processors: a map with %d entries takes %d bytes", procs, test.entries, bytes)
			if bytes > test.most {
				t.Errorf("%d processors: a map with %d entries takes %d bytes, more than %d", procs, test.entries, bytes, test.most)
			}
			runtime.KeepAlive(maps)
		}
		runtime.GOMAXPROCS(old)
	}
}

func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var s runtime.MemStats
	runtime.ReadMemStats(&s)
	return s.HeapAlloc
}
