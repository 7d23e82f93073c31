package linearizability

import (
	"flag"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
)

var monitored = flag.Int("monitored", 0, "random histories for the monitor; 0 for the default")

// randomActs returns acts on one key which a correct map can do one after another
// with each value written once, except that the results of some are changed. Some
// acts fall outside of what the monitor decides if odd is true.
func randomActs(rng *rand.Rand, odd bool) (first state, acts []act) {
	n := 1 + rng.IntN(10)
	stamps := rng.Perm(2 * n)
	length := 1 + rng.IntN(2*n)
	now, fresh := state(rng.IntN(2)), state(1)
	first = now
	only := -1 // few kinds make conflicts
	if rng.IntN(3) == 0 {
		only = rng.IntN(8)
	}
	for i := range n {
		point := int64(4*i + 100)
		a := act{call: point - int64(rng.IntN(4*length)), ret: point + int64(rng.IntN(4*length)), before: condition(now), after: same}
		if rng.IntN(2) == 0 { // different stamps
			x, y := stamps[2*i], stamps[2*i+1]
			a.call, a.ret = int64(min(x, y)), int64(max(x, y))
		}
		fresh++
		kind := rng.IntN(8)
		if only >= 0 && rng.IntN(2) == 0 {
			kind = only
		}
		switch kind {
		case 0, 1: // Load
		case 2: // Store
			a.before, a.after = anything, fresh
		case 3: // Delete
			a.before, a.after = anything, absent
		case 4: // Swap
			a.after = fresh
		case 5: // LoadAndDelete
			a.after = absent
		case 6: // LoadOrStore
			if now == absent {
				a.after = fresh
			}
		case 7: // CompareAndSwap or Contains
			if !odd {
				break
			}
			switch rng.IntN(3) {
			case 0:
				a.before = not(state(1 + rng.IntN(int(fresh))))
			case 1:
				a.before = present
			case 2:
				a.before, a.after = anything, state(1+rng.IntN(int(fresh)))
			}
		}
		if now2, ok := a.next(now); ok {
			now = now2
		}
		acts = append(acts, a)
	}
	for range rng.IntN(3) {
		a := &acts[rng.IntN(n)]
		if a.before >= 0 {
			a.before = condition(rng.IntN(int(fresh) + 1))
		}
	}
	return first, acts
}

// The monitor agrees with porcupine, also where some writes may not have happened.
func TestMonitorAgrees(t *testing.T) {
	n := effort.Unraced(20_000, 100_000)
	if *monitored > 0 {
		n = *monitored
	}
	seed := uint64(time.Now().UnixNano())
	rng := rand.New(rand.NewPCG(2, seed))
	var m monitor
	count := make(map[verdict]int)
	for i := range n {
		odd := i%4 == 0
		first, acts := randomActs(rng, odd)
		m0 := keyModel(first)
		if i%3 == 0 { // what minimize makes of writes that no act needs
			n := newNeeds(acts)
			for j := range acts {
				a := &acts[j]
				a.optional = a.after != same && !n.needed(a) && rng.IntN(2) == 0
			}
			m0 = lenientModel(first)
		}
		want := impossible
		if porcupine.CheckOperations(m0, operations(acts)) {
			want = possible
		}
		got := m.decide(first, acts)
		count[got]++
		if got == undecided {
			require.True(t, odd || i%3 == 0, "%+v", acts)
			continue
		}
		require.Equal(t, want, got, "seed %d, first %d: %+v", seed, first, acts)
	}
	t.Log(count)
	require.Greater(t, count[possible], n/5)
	require.Greater(t, count[impossible], n/5)
	require.Greater(t, count[undecided], n/50)
}
