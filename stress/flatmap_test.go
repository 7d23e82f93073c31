package stress_test

import (
	"flag"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/internal/kinds/verified"
	"github.com/flatmap-go/flatmap/stress"
)

var soak = flag.Duration("soak", 0, "how long TestSoak runs; with -v it prints a line a second")

// varieties are the kinds of map with many different values.
var varieties = slices.DeleteFunc(slices.Clone(verified.Kinds), func(k kinds.Kind) bool { return k.Stress == nil })

func TestFlatmap(t *testing.T) {
	opts := []stress.Option{stress.WithBurst(15 * time.Millisecond)}
	if testing.Short() {
		opts = []stress.Option{stress.WithBurst(2 * time.Millisecond), stress.WithGOGC(1), stress.WithProcs(2)}
	}
	for _, v := range varieties {
		t.Run(v.Name, func(t *testing.T) {
			report, err := v.Stress(t.Context(), opts...)
			require.NoError(t, err)
			t.Log(report)
		})
	}
}

// TestSoak runs all varieties in turn, a few seconds each, for the duration of the
// flag -soak.
func TestSoak(t *testing.T) {
	if *soak == 0 {
		t.Skip("set -soak to the duration, and -timeout to a longer one")
	}
	start, total := time.Now(), 0
	for i := 0; time.Since(start) < *soak; i++ {
		v := varieties[i%len(varieties)]
		var last stress.Progress
		report, err := v.Stress(t.Context(), stress.WithBudget(min(5*time.Second, *soak-time.Since(start))),
			stress.WithProgress(func(p stress.Progress) {
				rate := float64(p.Operations-last.Operations) / (p.Elapsed - last.Elapsed).Seconds() / 1e6
				last = p
				t.Logf("%6.0fs %6.2fM operations/s %8.1fM in all  %s", time.Since(start).Seconds(), rate,
					float64(total+p.Operations)/1e6, v.Name)
			}))
		require.NoError(t, err, v.Name)
		total += report.Operations
	}
}

// The map calls the hash function of WithHasher, for keys with a fast path and
// others.
func TestFlatmapHasher(t *testing.T) {
	for _, v := range varieties {
		require.NoError(t, v.Hasher(), v.Name)
	}
}
