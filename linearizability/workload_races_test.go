package linearizability

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model"
)

// The judge of races agrees with the checker, for all pairs of operations and for all
// results that are among the values.
func TestRacesAreJudgedRight(t *testing.T) {
	possible := 0
	results := func(kind model.Kind) (list []Event[int, int]) {
		for _, ok := range []bool{false, true} {
			for result := range 4 {
				if !ok && result > 1 {
					continue
				}
				e := Event[int, int]{Kind: kind, Value: 2, Old: 1, Result: result, OK: ok}
				switch kind {
				case model.Store, model.Delete:
					e.Result, e.OK = 0, false
				case model.Contains, model.CompareAndSwap, model.CompareAndDelete:
					e.Result = 0
				}
				list = append(list, e)
			}
		}
		return list
	}
	for _, first := range []model.Kind{model.Store, model.Delete} {
		for _, x := range racing {
			for _, y := range racing {
				for _, a := range results(x) {
					for _, b := range results(y) {
						before := Event[int, int]{Kind: first, Value: 1, Call: 1, Return: 2}
						after := Event[int, int]{Kind: model.Load, Call: 7, Return: 8, Result: 3, OK: true}
						a.Call, a.Return, b.Call, b.Return = 3, 5, 4, 6
						b.Client = 1
						if b.Value != 0 {
							b.Value = 3
						}
						if (a.Result+b.Result)%2 == 0 {
							after.Result, after.OK = 0, false
						}
						fits := inOrder(&before, &a, &b, &after) || inOrder(&before, &b, &a, &after)
						h := History[int, int]{before, a, b, after}
						require.Equal(t, Check(h) == nil, fits, "%v", h)
						if fits {
							possible++
						}
					}
				}
			}
		}
	}
	require.Greater(t, possible, 100)
}

// Each of two goroutines comes before the other one as often, by as much.
func TestDelay(t *testing.T) {
	sums, delays := [2]int{}, map[int]bool{}
	for i := range 41 {
		for number := range sums {
			sums[number] += max(0, delay(i, number))
			delays[delay(i, number)] = true
		}
		require.Equal(t, delay(i, 0), delay(i+41, 0))
		require.Equal(t, delay(i, 0), -delay(i, 1))
	}
	require.Equal(t, sums[0], sums[1])
	require.Len(t, delays, 41)
}
