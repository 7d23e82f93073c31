package flatmap_test

import (
	"fmt"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestParkedWriterStopsNoReader checks that a writer which is parked inside of
// Compute delays no reader: of the same key, of keys in its chain, or of any
// other key, present or absent. Nor does it delay iterations and Len. It holds
// for a map at rest, with one long chain, growing and shrinking, with the
// parked writer's chain on either side of the resize.
func TestParkedWriterStopsNoReader(t *testing.T) {
	parkedWriterStopsNoReader(t, "int", ints)
	parkedWriterStopsNoReader(t, "string", strs)
	parkedWriterStopsNoReader(t, "huge", hugeOnes)
}

func parkedWriterStopsNoReader[V any](t *testing.T, name string, values kind[V]) {
	for hash, h := range hashers(ints) {
		for _, key := range []int{7, 1000} { // present and absent
			t.Run(fmt.Sprintf("values=%s/hasher=%s/key=%d", name, hash, key), func(t *testing.T) {
				m := flatmap.New[int, V](hashWith(h)...)
				for i := range 60 {
					m.Store(i, values.make(i))
				}
				flatmap.Park(t, m, key)
				readEverything(t, m, 60, values)
			})
		}
	}
	for _, shrink := range []bool{false, true} {
		for _, moved := range []bool{false, true} {
			t.Run(fmt.Sprintf("values=%s/shrink=%v/moved=%v", name, shrink, moved), func(t *testing.T) {
				m, parked, n, _ := inFlight(t, shrink, values)
				if moved { // a second writer, beyond the resize
					key := parked
					for m.ChainOf(key) == m.ChainOf(parked) {
						key++
					}
					flatmap.Park(t, m, key)
				}
				readEverything(t, m, n, values)
				if !m.Stats().Resizing {
					t.Error("the resize has ended under a parked writer")
				}
			})
		}
	}
}

// readEverything calls all methods that take no lock.
func readEverything[V any](t *testing.T, m *flatmap.Map[int, V], n int, values kind[V]) {
	t.Helper()
	flatmap.Within(t, "reading next to a parked writer", func() {
		for i := range n {
			if v, ok := m.Load(i); !ok || values.number(v) != i%numKeys {
				t.Errorf("Load(%d) = %v, %v", i, v, ok)
			}
			if v, ok := m.LoadOrStore(i, values.make(0)); !ok || values.number(v) != i%numKeys {
				t.Errorf("LoadOrStore(%d) = %v, %v", i, v, ok)
			}
			if _, ok := m.LoadOrCompute(i, func() V { panic("absent") }); !ok {
				t.Errorf("LoadOrCompute(%d) is absent", i)
			}
			if v, ok := m.Load(-1 - i); ok || m.Contains(-1-i) {
				t.Errorf("Load(%d) = %v", -1-i, v)
			}
		}
		seen := make(map[int]bool)
		for k, v := range m.All() {
			if seen[k] || values.number(v) != k%numKeys {
				t.Errorf("key %d comes with %v", k, v)
			}
			seen[k] = true
		}
		if len(seen) != n || m.Len() != n {
			t.Errorf("%d keys come, Len() = %d, not %d", len(seen), m.Len(), n)
		}
		m.Stats()
	})
}

// TestParkedWriterStopsNoWriter checks that writers of other chains go on
// while one chain is locked: all writing methods, while the map is filled to
// many times its size, and emptied again. No writer may wait the resize out.
// The map must catch up with its size once the lock is free.
func TestParkedWriterStopsNoWriter(t *testing.T) {
	const n = 6000
	for _, start := range []int{0, 1000} {
		m := flatmap.New[int, string](flatmap.WithCapacity(start))
		m.Store(0, text(0))
		release := flatmap.Park(t, m, 0)
		chain, buckets := m.ChainOf(0), m.Stats().Buckets
		var others []int // keys of other chains, in this table and larger ones
		for i := 1; len(others) < n; i++ {
			if m.ChainOf(i) != chain {
				others = append(others, i)
			}
		}
		if m.Stats().Buckets != buckets {
			t.Fatal("the map has grown too early")
		}
		writeEverything(t, m, others)
		if s := m.Stats(); !s.Resizing || s.Buckets != buckets {
			t.Fatalf("no resize is waiting for the lock: %+v", s)
		}
		if m.Len() != 1 {
			t.Errorf("%d entries are left", m.Len())
		}
		flatmap.Within(t, "filling the map", func() {
			for _, i := range others {
				m.Store(i, text(i))
			}
		})
		release() // moves the chain: a goroutine that writes another does not
		flatmap.Within(t, "the end of the resize", func() {
			for m.Stats().Buckets == buckets {
				m.Store(others[0], text(others[0]))
			}
		})
		for i := range 1000 {
			m.Store(others[i], text(others[i]))
			m.Delete(-1 - i)
		}
		for i := range 1000 { // the resize is over, and others follow
			m.Store(-1-i, text(i))
		}
		for _, i := range others {
			if v, _ := m.Load(i); v != text(i) {
				t.Fatalf("Load(%d) = %q", i, v)
			}
		}
		if s := m.Stats(); m.Len() != n+1001 || s.Slots < n/4 {
			t.Errorf("%d entries, not %d; the map has not caught up: %+v", m.Len(), n+1001, s)
		}
	}
}

func writeEverything(t *testing.T, m *flatmap.Map[int, string], keys []int) {
	t.Helper()
	flatmap.Within(t, "writing next to a parked writer", func() {
		for i, key := range keys {
			switch v := text(key); i % 5 {
			case 0:
				m.Store(key, v)
			case 1:
				m.Swap(key, v)
			case 2:
				m.LoadOrStore(key, v)
			case 3:
				m.LoadOrCompute(key, func() string { return v })
			case 4:
				m.Compute(key, func(string, bool) (string, flatmap.Op) { return v, flatmap.Set })
			}
		}
		if m.Len() != len(keys)+1 {
			t.Errorf("%d entries, not %d", m.Len(), len(keys)+1)
		}
		for i, key := range keys {
			switch v := text(key); i % 4 {
			case 0:
				m.Delete(key)
			case 1:
				if w, ok := m.LoadAndDelete(key); !ok || w != v {
					t.Errorf("LoadAndDelete(%d) = %q, %v", key, w, ok)
				}
			case 2:
				if !m.CompareAndSwap(key, v, "") || !m.CompareAndDelete(key, "") {
					t.Errorf("key %d has another value", key)
				}
			case 3:
				m.Compute(key, func(string, bool) (string, flatmap.Op) { return "", flatmap.Remove })
			}
		}
	})
}

// TestParkedShrinkStopsNoWriter checks the same for a shrink, which has to
// lock two chains at once: writers of chains that neither of them merges with
// go on.
func TestParkedShrinkStopsNoWriter(t *testing.T) {
	m, parked, n, release := inFlight(t, true, strs)
	from := m.Stats().Buckets
	chain := m.ChainOf(parked)
	var others []int
	for i := n; len(others) < 500; i++ {
		if c := m.ChainOf(i); (c-chain)%uint64(flatmap.MinBuckets) != 0 { // merge in no table
			others = append(others, i)
		}
	}
	flatmap.Within(t, "writing during a shrink", func() {
		for _, i := range others {
			m.Store(i, text(i))
		}
		for _, i := range others {
			m.Delete(i)
		}
	})
	if s := m.Stats(); !s.Resizing || s.Buckets != from {
		t.Fatalf("the shrink has ended: %+v", s)
	}
	release()
	flatmap.Within(t, "the end of the shrink", func() {
		for m.Stats().Buckets == from {
			m.Store(others[0], "")
			m.Delete(others[0])
		}
	})
	readEverything(t, m, n, strs)
}

// TestWriterOfLockedChainWaits guards the tests above, which would prove
// little if parked writers held no lock: a writer of the same key does wait.
func TestWriterOfLockedChainWaits(t *testing.T) {
	var m flatmap.Map[int, int]
	release := flatmap.Park(t, &m, 1)
	stored := make(chan struct{})
	go func() {
		defer close(stored)
		m.Store(1, 2)
	}()
	flatmap.Eventually(t, "the Store asleep", func() bool { return m.Waiting() == 1 })
	if _, ok := m.Load(1); ok {
		t.Error("Store has overtaken Compute")
	}
	release()
	flatmap.Within(t, "Store", func() { <-stored })
	if v, _ := m.Load(1); v != 2 {
		t.Errorf("value %d", v)
	}
}
