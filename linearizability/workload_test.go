package linearizability

import (
	"math/rand/v2"
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
		recorded := w.name != "owned" && w.name != "lone"
		for runs := 0; runs < 5 || recorded && runs < 500 && overlaps <= 50; runs++ { // the processors may be busy
			require.NoError(t, w.run(s), w.name)
		}
		require.NotZero(t, s.Histories.Load(), w.name)
		require.NotZero(t, s.Operations.Load(), w.name)
		if !recorded {
			continue
		}
		require.Greater(t, overlaps, 50, w.name)
		for _, kind := range w.needs {
			require.NotZero(t, seen[kind], w.name)
		}
		if w.name == "whole" {
			require.NotZero(t, ended)
			for _, kind := range model.Kinds() {
				require.NotZero(t, seen[kind], kind)
			}
		}
		t.Log(w.name, overlaps, seen)
	}
}
