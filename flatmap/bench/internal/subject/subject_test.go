package subject

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
)

// Every loop of every implementation must do what its comment says; otherwise its
// time means nothing.
func TestMaps(t *testing.T) {
	word := func(i int) uint64 { return uint64(i) * 0x9e3779b97f4a7c15 }
	mixed(t, "uint64", OfUint64, word)
	mixed(t, "int", OfInt, func(i int) int { return i })
	mixed(t, "string", OfString, func(i int) string { return fmt.Sprint("key ", i) })
	basic(t, "struct32", OfStruct32, 1, func(i int) Struct32 { return Struct32{A: 1, D: word(i)} })
	basic(t, "interface", OfInterface, 1, func(i int) any { return i })
	basic(t, "value64", OfValue64, 1, word)
	basic(t, "value1k", OfValue1K, 1, word)
	basic(t, "set", OfSet, 0, word)
}

const entries = 5_000

func keysOf[K any](key func(i int) K) []K {
	keys := make([]K, 2*entries)
	for i, j := range rand.Perm(len(keys)) {
		keys[i] = key(j)
	}
	return keys
}

// sum returns the sum of n values. With weight 0 it returns the number of keys.
func sum(n, weight int) uint64 { return uint64(n + weight*(n*(n-1)/2-n)) }

func basic[K any](t *testing.T, name string, impls []Impl[K], weight int, key func(i int) K) {
	keys := keysOf(key)
	present, absent := keys[:entries], keys[entries:]
	for _, impl := range impls {
		for _, capacity := range []int{0, entries} {
			t.Run(fmt.Sprintf("%s/%s/%d", name, impl.Name, capacity), func(t *testing.T) {
				m := impl.New(capacity)
				same(t, "Range of an empty map", m.Range(), 0)
				m.StoreAll(present)
				m.StoreAll(present)
				same(t, "LoadAll", m.LoadAll(present), sum(entries, weight))
				same(t, "LoadAll of absent keys", m.LoadAll(absent), 0)
				same(t, "Range", m.Range(), sum(entries, weight))
				m.DeleteAll(present[100:])
				same(t, "LoadAll after DeleteAll", m.LoadAll(keys), sum(100, weight))
				same(t, "Range after DeleteAll", m.Range(), sum(100, weight))
			})
		}
	}
}

func mixed[K any](t *testing.T, name string, impls []Impl[K], key func(i int) K) {
	basic(t, name, impls, 1, key)
	keys := keysOf(key)
	for _, impl := range impls {
		t.Run(fmt.Sprintf("%s/%s", name, impl.Name), func(t *testing.T) {
			m := impl.New(0).(Mixed[K])
			took := make([]uint32, len(keys))
			m.StoreTimed(keys, took)
			all := sum(len(keys), 1)
			same(t, "LoadAll after StoreTimed", m.LoadAll(keys), all)
			for i, ns := range took {
				if ns == 0 {
					t.Fatalf("Store %d took no time", i)
				}
			}
			same(t, "LoadChain", m.LoadChain(keys), all)

			r, again := Rand(1), Rand(1)
			want := uint64(0)
			for range 1_000 {
				want += again.Next() & (1<<32 - 1) * uint64(len(keys)) >> 32
			}
			same(t, "Mix of Loads", m.Mix(keys, &r, Reads(100), 1_000), want)
			m.Mix(keys, &r, Reads(0), 20*len(keys))
			left := m.LoadAll(keys)
			same(t, "Range after a Mix", m.Range(), left)
			if left < all/3 || left > all-all/3 { // half of the keys are present in the long run
				t.Errorf("a Mix of Stores and Deletes left %d of %d", left, all)
			}
			serial(t, m)
			if !impl.Serial {
				parallel(t, m, keys)
			}
		})
	}
}

// serial checks the loops that only some types have.
func serial(t *testing.T, m any) {
	if m, ok := m.(interface {
		Map[uint64]
		Seed
	}); ok {
		m.StoreSeq(1<<40, 1<<40+100)
		before := m.Range()
		same(t, "LoadSeq", m.LoadSeq(1<<40, 1<<40+100), 100<<40+4950)
		m.DeleteSeq(1<<40, 1<<40+100)
		same(t, "Range after DeleteSeq", m.Range(), before-(100<<40+4950))
		m.StoreSeq(0, 5)
		same(t, "Steps", m.Steps(0, 10, 5), 0+1+2+3+4+0+1)
		same(t, "LoadSeq after Steps", m.LoadSeq(7, 10), 7+8+9)
	}
	if m, ok := m.(interface {
		Map[uint64]
		Counter
	}); ok {
		before, r := m.Range(), Rand(1)
		m.Count([]uint64{1 << 41, 1<<41 + 1}, &r, 1_000)
		same(t, "Range after Count", m.Range(), before+1_000)
	}
}

// parallel stores from a second goroutine while the first iterates over the map.
func parallel[K any](t *testing.T, m Mixed[K], keys []K) {
	m.StoreAll(keys)
	want := m.Range()
	var stop Flag
	var updater sync.WaitGroup
	updater.Go(func() {
		r := Rand(2)
		m.Update(keys, &r, &stop)
	})
	got := m.Range()
	stop.Store(true)
	updater.Wait()
	same(t, "Range during Update", got, want)
	same(t, "Range after Update", m.Range(), want)
}

func same(t *testing.T, what string, got, want uint64) {
	t.Helper()
	if got != want {
		t.Errorf("%s: sum %d, want %d", what, got, want)
	}
}

func TestArray(t *testing.T) {
	keys := keysOf(func(i int) uint64 { return uint64(i) * 7 })
	a := NewArray(len(keys))
	a.StoreAll(keys)
	same(t, "LoadAll", a.LoadAll(keys), sum(len(keys), 1))
	same(t, "LoadChain", a.LoadChain(keys), sum(len(keys), 1))
}

func TestReads(t *testing.T) {
	for _, c := range []struct {
		percent int
		want    Mix
	}{{100, Mix{1000, 1000}}, {99, Mix{990, 995}}, {75, Mix{750, 875}}, {0, Mix{0, 500}}} {
		if got := Reads(c.percent); got != c.want {
			t.Errorf("Reads(%d) = %v, want %v", c.percent, got, c.want)
		}
	}
}
