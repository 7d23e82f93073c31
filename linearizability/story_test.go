package linearizability_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// by returns an event of a client with these stamps.
func by(client int, call, ret int64, e event) event {
	e.Client = client
	return at(call, ret, e)
}

// A minimal history shows what wrote each value, what removed each entry that is
// missing, and what overlapped these. It says what each order contradicts.
func TestStory(t *testing.T) {
	clear := event{Kind: model.Clear}
	del := event{Kind: model.Delete, Key: "a"}
	swap := func(key string, value, result int) event {
		return event{Kind: model.Swap, Key: key, Value: value, Result: result, OK: result != 0}
	}
	computed := event{Kind: model.LoadOrCompute, Key: "a", Result: 44, Steps: []step{{Call: 4, Return: 5, Key: "a", Op: flatmap.Set, New: 44}}}
	for _, test := range []struct {
		name string
		h    history
		want []string // lines, after the client and the stamps
	}{
		{"a Clear overlaps a LoadOrCompute", history{
			by(1, 1, 2, store("b", 7)),
			by(1, 3, 8, computed), by(2, 6, 10, clear),
			by(0, 11, 12, load("a", 44)), by(0, 13, 14, load("a", 0)),
		}, []string{
			"LoadOrCompute(a) = 44, false [2-3: a: nothing: Set 44]",
			"Clear()", "Load(a) = 44, true", "Load(a) = 0, false", "No order works:",
			"after Clear(), LoadOrCompute(a) = 44, false, Load(a) = 44, true: Load(a) = 0, false would find 44",
			"after LoadOrCompute(a) = 44, false, Clear(): Load(a) = 44, true would find nothing",
		}},
		{"a concurrent write of another key", history{
			by(1, 1, 4, store("a", 1)), by(2, 2, 3, store("b", 2)), by(0, 5, 6, load("b", 2)), by(0, 7, 8, load("a", 0)),
		}, []string{
			"Store(a, 1)", "Store(b, 2)", "Load(a) = 0, false", "No order works:",
			"after Store(a, 1), Store(b, 2): Load(a) = 0, false would find 1",
		}},
		{"a dropped Delete", history{
			by(1, 1, 2, store("a", 1)), by(1, 3, 4, del), by(2, 5, 6, swap("a", 2, 0)), by(0, 7, 8, load("a", 1)),
		}, []string{
			"Store(a, 1)", "Delete(a)", "Swap(a, 2) = 0, false", "Load(a) = 1, true", "No order works:",
			"after Store(a, 1), Delete(a), Swap(a, 2) = 0, false: Load(a) = 1, true would find 2",
		}},
		{"two Swaps", history{
			by(0, 1, 2, store("a", 1)), by(0, 3, 4, swap("a", 2, 1)), by(1, 5, 8, swap("a", 3, 2)), by(2, 6, 7, swap("a", 4, 2)), by(0, 9, 10, load("a", 4)),
		}, []string{
			"Store(a, 1)", "Swap(a, 2) = 1, true", "Swap(a, 3) = 2, true", "Swap(a, 4) = 2, true", "No order works:",
			"after Store(a, 1), Swap(a, 2) = 1, true, Swap(a, 3) = 2, true: Swap(a, 4) = 2, true would find 3",
			"after Store(a, 1), Swap(a, 2) = 1, true, Swap(a, 4) = 2, true: Swap(a, 3) = 2, true would find 4",
		}},
		{"a Len", history{
			by(0, 1, 2, store("a", 1)), by(0, 3, 4, store("b", 2)), by(0, 5, 6, store("c", 3)), by(0, 7, 8, store("d", 4)), by(0, 9, 10, length(2)),
		}, []string{
			"Store(b, 2)", "Store(c, 3)", "Store(d, 4)", "Len() = 2", "No order works:",
			"after Store(b, 2), Store(c, 3), Store(d, 4): Len() = 2 would count 3",
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := test.h
			for i := range 100 { // what has nothing to do with it
				h = append(h, at(int64(100+2*i), int64(101+2*i), store("z", 100+i)))
			}
			err := linearizability.Check(h)
			var v *linearizability.Violation[string, int]
			require.ErrorAs(t, err, &v)
			require.NotContains(t, err.Error(), "it contains")
			lines := strings.Split(strings.TrimSpace(err.Error()), "\n")[2:]
			for i := range lines {
				if i < len(v.History) { // without the client and the stamps
					lines[i] = strings.Join(strings.Fields(lines[i])[3:], " ")
				}
				lines[i] = strings.TrimSpace(lines[i])
			}
			require.Equal(t, test.want, lines, "%v", err)
			require.ErrorIs(t, linearizability.Check(v.History), linearizability.ErrViolation)
			require.Equal(t, h, v.Whole)

			for _, e := range v.History { // the picture names the same clients
				require.True(t, pictured(t, v, e.Client), "client %d", e.Client)
			}
		})
	}
}

// pictured reports whether the picture has a line for a client.
func pictured(t *testing.T, v linearizability.Visualizer, client int) bool {
	var page bytes.Buffer
	require.NoError(t, v.WriteHTML(&page))
	return strings.Contains(page.String(), `"ClientId":`+string(rune('0'+client)))
}
