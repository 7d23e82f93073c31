package cost_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress/cost"
)

// A scanning map is a correct map, in which some operations look at as many entries as it
// ever had.
type scanning struct {
	*model.SyncMap[int, int]
	mu      sync.Mutex
	entries [][4]int
	sum     int
}

func newScanning() *scanning { return &scanning{SyncMap: model.NewSyncMap[int, int]()} }

func (m *scanning) scan() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, w := range m.entries {
		m.sum += w[0] + w[1] + w[2] + w[3]
	}
}

func (m *scanning) Store(key, value int) {
	if _, loaded := m.SyncMap.Swap(key, value); !loaded {
		m.mu.Lock()
		m.entries = append(m.entries, [4]int{key})
		m.mu.Unlock()
	}
}

// methods returns the methods of m.
func (m *scanning) methods() model.Methods[int, int] {
	return model.Methods[int, int]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range}
}

// Each pattern finds a map that is too slow only in it, or in few others.
func TestSlowRejected(t *testing.T) {
	for pattern, change := range map[string]func(m *scanning, all *model.Methods[int, int]){
		"fill": func(m *scanning, all *model.Methods[int, int]) {
			all.Store = func(key, value int) { m.scan(); m.Store(key, value) }
		},
		"drain": func(m *scanning, all *model.Methods[int, int]) {
			all.Range = func(f func(int, int) bool) { m.scan(); m.Range(f) }
		},
		"evict": func(m *scanning, all *model.Methods[int, int]) {
			all.Range = func(f func(int, int) bool) { m.scan(); m.Range(f) }
		},
		"sawtooth": func(m *scanning, all *model.Methods[int, int]) {
			all.Delete = func(key int) { m.scan(); m.Delete(key) }
		},
		"emptied": func(m *scanning, all *model.Methods[int, int]) {
			all.Range = func(f func(int, int) bool) { m.scan(); m.Range(f) }
		},
		"chain": func(m *scanning, all *model.Methods[int, int]) {
			var inside atomic.Bool
			all.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
				inside.Store(true)
				defer inside.Store(false)
				old, loaded := m.Load(key)
				f(old, loaded)
				return old, loaded
			}
			all.Load = func(key int) (int, bool) {
				if inside.Load() {
					m.scan()
				}
				return m.Load(key)
			}
		},
	} {
		t.Run(pattern, func(t *testing.T) {
			report, err := cost.Run(t.Context(), func() model.Map[int, int] {
				m := newScanning()
				all := m.methods()
				change(m, &all)
				return model.Adapt(all)
			}, cost.WithPatterns(pattern))
			require.ErrorIs(t, err, cost.ErrCost)
			require.ErrorContains(t, err, "cost: the cost of a step grows with the number of entries: "+pattern+": a step costs ")
			require.ErrorContains(t, err, "16384 entries: ")
			require.Len(t, report.Costs, 1)
			t.Log(err)
		})
	}
}

// A map that allocates more and more is rejected for its bytes.
func TestBytesRejected(t *testing.T) {
	report, err := cost.Run(t.Context(), func() model.Map[int, int] {
		m := newScanning()
		all := m.methods()
		var last []byte
		all.Store = func(key, value int) {
			m.Store(key, value)
			last = make([]byte, len(m.entries))
		}
		_ = last
		return model.Adapt(all)
	}, cost.WithPatterns("fill"), cost.WithFactor(12))
	require.ErrorIs(t, err, cost.ErrCost)
	_, bytes := report.Costs[0].Growth()
	require.Greater(t, bytes, 12.0)
}

// No step of the map becomes slower, with values that fall out of the cache either.
func TestConstantPasses(t *testing.T) {
	cost.Test(t, func() model.Map[int, [74]int] { return flatmap.New[int, [74]int]() }, cost.WithPatterns("sawtooth"))
	cost.Test(t, func() model.Map[int, int] { return flatmap.New[int, int]() })
	cost.Test(t, func() model.Map[string, int] { return flatmap.New[string, int]() })
}

// What cannot be run is an error.
func TestOptions(t *testing.T) {
	newMap := func() model.Map[int, int] { return model.NewMutex[int, int]() }
	_, err := cost.Run(t.Context(), newMap, cost.WithPatterns("x"))
	require.EqualError(t, err, `cost: WithPatterns: unknown pattern "x" (have fill, drain, evict, sawtooth, emptied, chain)`)
	_, err = cost.Run(t.Context(), newMap, cost.WithKeys(func(i int) string { return "" }))
	require.ErrorContains(t, err, "WithKeys: got a func(int) string, want a func(int) int")
	_, err = cost.Run(t.Context(), func() model.Map[bool, int] { return model.NewMutex[bool, int]() })
	require.ErrorContains(t, err, "WithKeys is needed")
	report, err := cost.Run(t.Context(), func() model.Map[int, int] { return model.Adapt(newScanning().methods()) }, cost.WithPatterns("chain"))
	require.NoError(t, err)
	require.Equal(t, []string{"chain (no Compute)"}, report.Skipped)
}
