package explore

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model"
)

// A slotMap is a small map: a lock around two slots. Loads do not take the lock. A slot
// is a word with the key, plus one, in its upper half, and the value in the lower.
type slotMap struct {
	mu     Mutex
	slots  [2]Uint64
	missed Uint64 // a Load has found nothing
	bug    string
}

func (m *slotMap) find(key int) (slot *Uint64, value int, ok bool) {
	for i := range m.slots {
		if w := m.slots[i].Load(); w>>32 == uint64(key+1) {
			return &m.slots[i], int(w & (1<<32 - 1)), true
		}
	}
	return nil, 0, false
}

func (m *slotMap) Load(key int) (int, bool) {
	_, value, ok := m.find(key)
	if !ok && m.bug == "lock taken twice" {
		m.missed.Store(1)
	}
	return value, ok
}

// update decides about an entry under the lock.
func (m *slotMap) update(key int, decide func(old int, ok bool) (value int, keep bool)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	slot, old, ok := m.find(key)
	value, keep := decide(old, ok)
	switch {
	case !keep && ok:
		slot.Store(0)
	case keep:
		for i := range m.slots {
			if slot == nil && m.slots[i].Load() == 0 {
				slot = &m.slots[i]
			}
		}
		slot.Store(uint64(key+1)<<32 | uint64(value))
	}
}

func (m *slotMap) LoadAndDelete(key int) (value int, loaded bool) {
	if m.bug == "unlocked delete" {
		slot, value, ok := m.find(key)
		if ok {
			slot.Store(0)
		}
		return value, ok
	}
	m.update(key, func(old int, ok bool) (int, bool) {
		value, loaded = old, ok
		return 0, false
	})
	if m.bug == "lock taken twice" && loaded && m.missed.Load() != 0 {
		m.mu.Lock()
		m.mu.Lock()
	}
	return value, loaded
}

func (m *slotMap) methods() model.Methods[int, int] {
	return model.Methods[int, int]{
		Load:          m.Load,
		LoadAndDelete: m.LoadAndDelete,
		Store:         func(key, value int) { m.update(key, func(int, bool) (int, bool) { return value, true }) },
		Delete:        func(key int) { m.update(key, func(int, bool) (int, bool) { return 0, false }) },
		LoadOrStore: func(key, value int) (actual int, loaded bool) {
			m.update(key, func(old int, ok bool) (int, bool) {
				if actual, loaded = value, ok; ok {
					actual = old
				}
				return actual, true
			})
			return actual, loaded
		},
		Range: func(f func(int, int) bool) {
			for key := range 2 {
				if value, ok := m.Load(key); ok && !f(key, value) {
					return
				}
			}
		},
	}
}

func slotMaps(bug string) func() model.Map[int, int] {
	return func() model.Map[int, int] { return model.Adapt((&slotMap{bug: bug}).methods()) }
}

func itself(i int) int { return i }

func exploreSlots(t *testing.T, bug string, change func(*session), shapes ...[]int) *fakeTB {
	s, tb := sessionFor(t)
	change(s)
	newMapExplorer(s, slotMaps(bug), nil, itself, itself, mapOptions{shapes: shapes}).exploreAll()
	return tb
}

// The goal: all clients of a right map pass, and the report says how many there are.
func TestMap(t *testing.T) {
	tb := exploreSlots(t, "", func(*session) {}, []int{1, 1})
	require.Empty(t, tb.errors)
	all := strings.Join(tb.logs, "\n")
	require.Regexp(t, `clients of 1\+1 calls: (\d+) of \d+`, all)
	require.Contains(t, all, "exhausted")
	require.NotContains(t, all, "not exhausted")
}

// The goal: a bug is found, and its replay string reproduces it.
func TestMapFails(t *testing.T) {
	tb := exploreSlots(t, "unlocked delete", func(*session) {}, []int{1, 1})
	require.Len(t, tb.errors, 1)
	require.Contains(t, tb.errors[0], "LoadAndDelete")
	require.Contains(t, tb.errors[0], "the history is not possible")
	_, replay, ok := strings.Cut(tb.errors[0], "replay: ")
	require.True(t, ok)
	replay, _, _ = strings.Cut(replay, "\n")
	again := exploreSlots(t, "unlocked delete", func(s *session) { s.config.Replay = replay })
	require.Len(t, again.errors, 1)
	require.Contains(t, again.errors[0], replay)
	right := exploreSlots(t, "", func(s *session) { s.config.Replay = replay })
	require.Empty(t, right.errors)
	require.True(t, right.skipped)
}

// The goal: a deadlock is reported as one. Its history lacks the call that has not
// returned, a deletion, so a Load that misses seems to be wrong.
func TestMapDeadlocks(t *testing.T) {
	tb := exploreSlots(t, "lock taken twice", func(*session) {}, []int{1, 1})
	require.Len(t, tb.errors, 1)
	require.Contains(t, tb.errors[0], "deadlock")
	require.NotContains(t, tb.errors[0], "the history is not possible")
}

// The goal: of every class of clients that are equal except for names at least one is
// explored, and clients survive being encoded.
func TestMapClients(t *testing.T) {
	all := mapCalls(slotMaps("")(), nil)
	kept := map[string]bool{}
	for _, shape := range [][]int{{1, 1}, {2, 1}} {
		list, ok := mapClients(all, shape, true)
		require.True(t, ok)
		colliding := 0
		for i := range list.len() {
			c := list.at(i)
			require.False(t, kept[c.encode()], "a client comes twice")
			kept[c.encode()] = true
			decoded, err := decodeMapClient(c.encode(), all)
			require.NoError(t, err)
			require.Equal(t, c, decoded)
			if c.collide {
				require.True(t, c.uses(1))
				colliding++
			}
		}
		require.Equal(t, len(list.two), colliding)
		require.NotZero(t, colliding)
	}
	swapKeys := func(c mapClient) mapClient {
		d := mapClient{full: c.full, collide: c.collide}
		for _, list := range c.calls {
			list = slices.Clone(list)
			for i := range list {
				if list[i].key >= 0 {
					list[i].key = 1 - list[i].key
				}
			}
			d.calls = append(d.calls, list)
		}
		return d
	}
	swapGoroutines := func(c mapClient) mapClient {
		d := mapClient{full: c.full, collide: c.collide, calls: slices.Clone(c.calls)}
		if len(d.calls[0]) == len(d.calls[1]) {
			slices.Reverse(d.calls)
		}
		return d
	}
	for _, shape := range [][]int{{1, 1}, {2, 1}} {
		combinations := &mapClientList{all: all, shape: shape}
		for n := range 2 * pow(len(all), calls(shape)) {
			c := combinations.client(uint32(n))
			writes := slices.ContainsFunc(slices.Concat(c.calls...), mapCall.writes)
			for _, c.collide = range []bool{false, true} {
				class := []mapClient{c, swapGoroutines(c)}
				if !c.full {
					class = append(class, swapKeys(c), swapKeys(swapGoroutines(c)))
				}
				found := slices.ContainsFunc(class, func(d mapClient) bool { return kept[d.encode()] })
				require.Equal(t, writes && (!c.collide || c.uses(0) && c.uses(1) || c.full && c.uses(1)), found, c.encode())
			}
		}
	}
	_, ok := mapClients(all, []int{4, 4}, false)
	require.False(t, ok)
	for _, s := range []string{"", "m2-0a-1a", "m0", "m0-0a-99a", "m0-x-1a", "m0-0-1a", "m0-0a-"} {
		_, err := decodeMapClient(s, all)
		require.Error(t, err, s)
	}
}

func pow(x, n int) int {
	p := 1
	for range n {
		p *= x
	}
	return p
}

// The goal: a map that the explorer does not see is reported.
func TestMapUnseen(t *testing.T) {
	s, tb := sessionFor(t)
	newMap := func() model.Map[int, int] { return model.NewSyncMap[int, int]() }
	newMapExplorer(s, newMap, nil, itself, itself, mapOptions{shapes: [][]int{{1, 1}}}).exploreAll()
	require.Empty(t, tb.errors)
	require.Contains(t, strings.Join(tb.logs, "\n"), "not seen: any access of Store")
}
