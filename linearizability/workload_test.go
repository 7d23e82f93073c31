package linearizability

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

// The workloads call every method, and calls overlap: otherwise they would find
// nothing.
func TestWorkloadsReachEverything(t *testing.T) {
	for _, w := range workloads[int, int]() {
		seen := make(map[model.Kind]int)
		overlaps, ended := 0, 0
		s := &stage[int, int]{
			Turn:   new(drive.Turn),
			newMap: func() model.Map[int, int] { return model.NewMutex[int, int]() },
			key:    func(i int) int { return i },
			value:  func(i int) int { return i },
			rng:    rand.New(rand.NewPCG(1, 2)),
			check: func(h History[int, int]) error {
				latest := int64(0)
				for _, e := range h {
					seen[e.Kind]++
					if e.Call < latest {
						overlaps++
					}
					if e.Ended {
						ended++
					}
					latest = max(latest, e.Return)
				}
				return nil
			},
		}
		kinds := w.needs
		if w.name == "whole" {
			kinds = model.Kinds()
		}
		all := func() bool {
			missing := slices.ContainsFunc(kinds, func(k model.Kind) bool { return seen[k] == 0 })
			return overlaps > 50 && !missing && (ended > 0 || w.name != "whole")
		}
		recorded := !slices.Contains([]string{"owned", "lone", "moves", "races", "tokens"}, w.name)
		for runs := 0; runs == 0 || recorded && runs < 500 && !all(); runs++ { // the processors may be busy
			require.NoError(t, w.run(s), w.name)
		}
		require.NotZero(t, s.Histories.Load(), w.name)
		require.NotZero(t, s.Operations.Load(), w.name)
		if !recorded {
			continue
		}
		require.Greater(t, overlaps, 50, w.name)
		for _, kind := range kinds {
			require.NotZero(t, seen[kind], "%s: %v", w.name, kind)
		}
		if w.name == "whole" {
			require.NotZero(t, ended)
		}
		t.Log(w.name, overlaps, seen)
	}
}
