package stress_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// chained is a correct map except for its Range. It keeps entries in a list of
// slots and fills the first free slot, so that an entry that is deleted and stored
// again may move to a later slot. Range reads the slots three at a time, and shows
// them without the lock, as published maps did with the buckets of a chain.
type chained struct {
	mu    sync.Mutex
	slots []slot
	twice *atomic.Int64 // how often Range has shown a key twice
}

type slot struct {
	key   int
	value value
	used  bool
}

func (m *chained) find(key int) int {
	return slices.IndexFunc(m.slots, func(s slot) bool { return s.used && s.key == key })
}

func (m *chained) Load(key int) (value, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := m.find(key); i >= 0 {
		return m.slots[i].value, true
	}
	return value{}, false
}

func (m *chained) Store(key int, v value) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := m.find(key)
	if i < 0 {
		i = slices.IndexFunc(m.slots, func(s slot) bool { return !s.used })
	}
	if i < 0 {
		i = len(m.slots)
		m.slots = append(m.slots, slot{})
	}
	m.slots[i] = slot{key, v, true}
}

func (m *chained) Delete(key int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i := m.find(key); i >= 0 {
		m.slots[i] = slot{}
	}
}

func (m *chained) Range(f func(int, value) bool) {
	shown := make(map[int]bool)
	for i := 0; ; i += 3 {
		m.mu.Lock()
		if i >= len(m.slots) {
			m.mu.Unlock()
			return
		}
		bucket := slices.Clone(m.slots[i:min(i+3, len(m.slots))])
		m.mu.Unlock()
		for _, s := range bucket {
			if !s.used {
				continue
			}
			if shown[s.key] {
				m.twice.Add(1)
			}
			if shown[s.key] = true; !f(s.key, s.value) {
				return
			}
		}
	}
}

// An iteration over the places of entries shows an entry twice if it has moved.
// That takes many entries that move, and slow iterations.
func TestSweepsRejectMovingEntries(t *testing.T) {
	var twice atomic.Int64
	_, err := stress.Run(t.Context(), func() model.Map[int, value] {
		m := &chained{twice: &twice}
		return model.Adapt(model.Methods[int, value]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range})
	}, stress.WithWorkloads("sweeps"), stress.WithBudget(20*time.Second))
	require.ErrorContains(t, err, "twice")
	require.NotZero(t, twice.Load())
}
