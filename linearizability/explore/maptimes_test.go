package explore

import (
	"iter"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// An Insert, and a Compute that finds nothing to remove, happen at some time in their
// calls, not at the beginning. The goal: Map accepts a map in which they look at the map
// before they take the lock.
func TestMapTimesOfCallbacks(t *testing.T) {
	newMap := func() model.Map[int, int] {
		m := &slotMap{}
		methods := m.methods()
		methods.Insert = func(pairs iter.Seq2[int, int]) {
			m.slots[0].Load()
			for key, value := range pairs {
				m.update(key, func(int, bool) (int, bool) { return value, true })
			}
		}
		methods.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (value int, ok bool) {
			m.slots[0].Load()
			m.update(key, func(old int, loaded bool) (int, bool) {
				v, op := f(old, loaded)
				switch op {
				case flatmap.Set:
					value, ok = v, true
				case flatmap.Keep:
					value, ok = old, loaded
				default:
					value, ok = 0, false
				}
				return value, ok
			})
			return value, ok
		}
		return model.Adapt(methods)
	}
	for _, kind := range []model.Kind{model.Insert, model.Compute} {
		s, tb := sessionFor(t)
		newMapExplorer(s, newMap, nil, itself, itself, mapOptions{
			kinds:  []model.Kind{kind, model.Load, model.Store, model.LoadAndDelete},
			shapes: [][]int{{1, 1}, {2, 1}},
		}).exploreAll()
		require.Empty(t, tb.errors, kind)
		require.NotContains(t, strings.Join(tb.logs, "\n"), "not exhausted", kind)
	}
}

// The goal: clients of two keys are explored in maps in which keys collide, too, and a
// bug that only they have is found and replayed.
func TestMapColliding(t *testing.T) {
	explored := func(replay string) *fakeTB {
		s, tb := sessionFor(t)
		s.config.Replay = replay
		newMapExplorer(s, slotMaps(""), slotMaps("unlocked delete"), itself, itself, mapOptions{
			kinds:  []model.Kind{model.Load, model.Store, model.Delete, model.LoadAndDelete},
			shapes: [][]int{{2, 1}},
		}).exploreAll()
		return tb
	}
	tb := explored("")
	require.Len(t, tb.errors, 1)
	require.Contains(t, strings.Join(tb.logs, "\n"), "with keys that collide")
	_, replay, ok := strings.Cut(tb.errors[0], "replay: ")
	require.True(t, ok)
	replay, _, _ = strings.Cut(replay, "\n")
	require.Regexp(t, "^c[01]-", replay)
	again := explored(replay)
	require.Len(t, again.errors, 1)
	require.Contains(t, again.errors[0], replay)
}
