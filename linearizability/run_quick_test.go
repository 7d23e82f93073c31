package linearizability_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// A probing map has linear probing, and inserts the entries after one that is deleted
// again, as textbooks do. A reader takes no lock. It validates what it finds with a version, and what it does
// not find only if careful is set.
type probing struct {
	mu      sync.Mutex
	careful bool
	table   atomic.Pointer[probingTable]
}

type probingTable struct {
	version atomic.Uint64
	n       int
	slots   []struct{ key, value atomic.Int64 } // a key is one more than in the map
}

func newProbingTable(size int) *probingTable {
	return &probingTable{slots: make([]struct{ key, value atomic.Int64 }, size)}
}

func newProbing(careful bool) model.Map[int, int] {
	m := &probing{careful: careful}
	m.table.Store(newProbingTable(16))
	return model.Adapt(model.Methods[int, int]{Load: m.load, Store: m.store, Delete: m.delete, Range: m.all})
}

func (t *probingTable) home(key int64) int {
	return int(uint64(key)*0x9e3779b97f4a7c15>>32) & (len(t.slots) - 1)
}

// find returns the place of a key, or of the empty slot after where it could be.
func (t *probingTable) find(key int64) (i int, ok bool) {
	for i = t.home(key); ; i = (i + 1) & (len(t.slots) - 1) {
		switch t.slots[i].key.Load() {
		case key:
			return i, true
		case 0:
			return i, false
		}
	}
}

func (m *probing) load(key int) (int, bool) {
	for {
		t := m.table.Load()
		before := t.version.Load()
		if before%2 == 1 {
			continue
		}
		i, ok := t.find(int64(key) + 1)
		value := t.slots[i].value.Load()
		if !ok {
			value = 0
		}
		if (!ok && !m.careful) || t.version.Load() == before && m.table.Load() == t {
			return int(value), ok
		}
	}
}

func (m *probing) store(key, value int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.table.Load()
	if 4*t.n >= 3*len(t.slots) {
		next := newProbingTable(2 * len(t.slots))
		for i := range t.slots {
			if k := t.slots[i].key.Load(); k != 0 {
				next.put(k, t.slots[i].value.Load())
			}
		}
		m.table.Store(next)
		t = next
	}
	t.version.Add(1)
	t.put(int64(key)+1, int64(value))
	t.version.Add(1)
}

func (t *probingTable) put(key, value int64) {
	i, ok := t.find(key)
	t.slots[i].value.Store(value)
	t.slots[i].key.Store(key)
	if !ok {
		t.n++
	}
}

func (m *probing) delete(key int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.table.Load()
	i, ok := t.find(int64(key) + 1)
	if !ok {
		return
	}
	t.n--
	t.version.Add(1)
	defer t.version.Add(1)
	t.slots[i].key.Store(0)
	mask := len(t.slots) - 1
	for i = (i + 1) & mask; t.slots[i].key.Load() != 0; i = (i + 1) & mask {
		key, value := t.slots[i].key.Load(), t.slots[i].value.Load()
		t.slots[i].key.Store(0)
		t.n--
		t.put(key, value)
	}
}

func (m *probing) all(f func(int, int) bool) {
	m.mu.Lock()
	t := m.table.Load()
	var entries [][2]int
	for i := range t.slots {
		if k := t.slots[i].key.Load(); k != 0 {
			entries = append(entries, [2]int{int(k - 1), int(t.slots[i].value.Load())})
		}
	}
	m.mu.Unlock()
	for _, e := range entries {
		if !f(e[0], e[1]) {
			return
		}
	}
}

// rejected has default runs reject a map. As a rule the first one does, but on a busy
// machine, on which few calls overlap, it can take some.
func rejected(t *testing.T, newMap func() model.Map[int, int], opts ...linearizability.Option) (err error) {
	for runs := 1; runs <= 50; runs++ {
		if _, err = linearizability.Run(t.Context(), newMap, opts...); err != nil {
			require.True(t, errors.Is(err, linearizability.ErrViolation) || errors.Is(err, linearizability.ErrOwned), "%v", err)
			t.Logf("in run %d: %v", runs, err)
			return err
		}
	}
	require.Fail(t, "50 runs accept the map")
	return nil
}

// A careless map stores into an entry that it has found, although a deletion may have
// removed that in the meantime.
type careless struct {
	mu      sync.Mutex
	entries map[int]*atomic.Int64
}

func (m *careless) entry(key int) *atomic.Int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.entries[key]
}

func (m *careless) store(key, value int) {
	if e := m.entry(key); e != nil {
		e.Store(int64(value))
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.entries[key] == nil {
		m.entries[key] = new(atomic.Int64)
	}
	m.entries[key].Store(int64(value))
}

func (m *careless) load(key int) (int, bool) {
	if e := m.entry(key); e != nil {
		return int(e.Load()), true
	}
	return 0, false
}

func (m *careless) loadAndDelete(key int) (int, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.entries[key]
	delete(m.entries, key)
	if e == nil {
		return 0, false
	}
	return int(e.Load()), true
}

func (m *careless) all(f func(int, int) bool) {
	for key := range 1000 {
		if value, ok := m.load(key); ok && !f(key, value) {
			return
		}
	}
}

// The workload tokens finds a map that loses a Store concurrently with a LoadAndDelete.
func TestStoreLostInDeletion(t *testing.T) {
	err := rejected(t, func() model.Map[int, int] {
		m := &careless{entries: make(map[int]*atomic.Int64)}
		return model.Adapt(model.Methods[int, int]{Load: m.load, Store: m.store, LoadAndDelete: m.loadAndDelete,
			Delete: func(key int) { m.loadAndDelete(key) }, Range: m.all})
	}, linearizability.WithWorkloads("tokens"))
	require.ErrorIs(t, err, linearizability.ErrOwned)
	require.ErrorContains(t, err, "but no LoadAndDelete returned it")
}
