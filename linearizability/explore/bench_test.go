package explore_test

import (
	"testing"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A bucket is a hash bucket like those of a real map: two slots, a word with
// tags and a lock bit, and a version that readers check.
type bucket struct {
	meta, version explore.Uint64
	keys, values  [2]explore.Uint64
}

const bucketLocked = 1 << 63

func (b *bucket) load(key uint64) (value uint64, ok bool) {
	for {
		version := b.version.Load()
		meta := b.meta.Load()
		retry := false
		for i := range b.keys {
			if meta>>(8*i)&0xff == 0 {
				continue
			}
			k, v := b.keys[i].Load(), b.values[i].Load()
			if b.version.Load() != version {
				retry = true
				break
			}
			if k == key {
				return v, true
			}
		}
		if !retry {
			return 0, false
		}
	}
}

func (b *bucket) lock() uint64 {
	for {
		meta := b.meta.WaitClear(bucketLocked)
		if b.meta.CompareAndSwap(meta, meta|bucketLocked) {
			return meta
		}
	}
}

func (b *bucket) store(key, value uint64) {
	meta := b.lock()
	free := -1
	for i := range b.keys {
		if meta>>(8*i)&0xff == 0 {
			free = i
		} else if b.keys[i].Load() == key {
			b.values[i].Store(value)
			b.meta.Store(meta)
			return
		}
	}
	b.version.Add(1)
	b.keys[free].Store(key)
	b.values[free].Store(value)
	b.meta.Store(meta | 1<<(8*free))
}

func (b *bucket) remove(key uint64) {
	meta := b.lock()
	for i := range b.keys {
		if meta>>(8*i)&0xff != 0 && b.keys[i].Load() == key {
			meta &^= 0xff << (8 * i)
		}
	}
	b.meta.Store(meta)
}

// bucketCalls are a store, a remove and a load of a key.
func bucketCalls(key uint64) (store, remove, load explore.Call[*bucket, uint64]) {
	type call = explore.Call[*bucket, uint64]
	return call{Name: "store", Do: func(b *bucket) uint64 { b.store(key, key+10); return 0 }},
		call{Name: "remove", Do: func(b *bucket) uint64 { b.remove(key); return 0 }},
		call{Name: "load", Do: func(b *bucket) uint64 { v, _ := b.load(key); return v }}
}

// BenchmarkExecutions repeatedly explores a client of two goroutines with two calls
// each.
func BenchmarkExecutions(b *testing.B) {
	store, remove, load := bucketCalls(1)
	store2, _, _ := bucketCalls(2)
	type calls = []explore.Call[*bucket, uint64]
	for _, c := range []struct {
		name       string
		goroutines []calls
	}{
		{"calls=2x1", []calls{{store}, {load}}},
		{"calls=2x2", []calls{{store, remove}, {store2, load}}},
		{"calls=3x1", []calls{{store}, {remove}, {load}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			p := explore.Program[*bucket, uint64]{
				Setup:      func() *bucket { x := new(bucket); x.store(1, 10); return x },
				Goroutines: c.goroutines,
				Check:      func(*bucket, []explore.Op[uint64]) error { return nil },
			}
			var executions, redundant, steps uint64
			depth := 0
			b.ReportAllocs()
			for b.Loop() {
				r := explore.Explore(b.Context(), p, explore.Options{})
				if !r.Exhausted {
					b.Fatal(r)
				}
				executions += r.Executions
				redundant += r.Redundant
				steps += r.Steps
				depth = r.MaxDepth
			}
			s := b.Elapsed().Seconds()
			b.ReportMetric(float64(executions)/s, "traces/s")
			b.ReportMetric(float64(executions+redundant)/s, "executions/s")
			b.ReportMetric(float64(steps)/s, "steps/s")
			b.ReportMetric(float64(depth), "steps")
			b.ReportMetric(float64(executions)/float64(b.N), "traces")
		})
	}
}
