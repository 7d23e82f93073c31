package verified_test

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/internal/kinds/verified"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/stress"
)

var (
	// rounds is for longer runs: go test ./internal/kinds/verified -run Linearizability -rounds 1000
	rounds = flag.Int("rounds", 1, "how often each workload runs for each GOMAXPROCS in TestLinearizability")
	soak   = flag.Duration("soak", 0, "how long TestSoak runs; with -v it prints a line a second")
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// with returns the kinds that a layer takes.
func with(takes func(kinds.Kind) bool) (list []kinds.Kind) {
	for _, k := range verified.Kinds {
		if takes(k) {
			list = append(list, k)
		}
	}
	return list
}

func stressed(k kinds.Kind) bool { return k.Stress != nil }

// The histories of the map are linearizable. (The layers' own tests run them on
// the reference and on sync.Map.)
func TestLinearizability(t *testing.T) {
	list := with(func(k kinds.Kind) bool { return k.Linearizability != nil })
	if testing.Short() {
		list = list[:1]
	}
	procs := linearizability.WithProcs(effort.Of([]int{2}, []int{1, 2, 4})...)
	for _, k := range list {
		t.Run(k.Name, func(t *testing.T) {
			_, err := k.Linearizability(t.Context(), linearizability.WithRounds(*rounds), procs)
			require.NoError(t, err)
		})
	}
}

// The map passes the stress test, with many different values.
func TestStress(t *testing.T) {
	opts := []stress.Option{stress.WithBurst(effort.Of(4*time.Millisecond, 15*time.Millisecond))}
	if testing.Short() {
		opts = []stress.Option{stress.WithBurst(2 * time.Millisecond), stress.WithGOGC(1), stress.WithProcs(2)}
	}
	for _, k := range with(stressed) {
		t.Run(k.Name, func(t *testing.T) {
			report, err := k.Stress(t.Context(), opts...)
			require.NoError(t, err)
			t.Log(report)
		})
	}
}

// TestSoak runs the stress test on all kinds in turn, a few seconds each, for the
// duration of the flag -soak.
func TestSoak(t *testing.T) {
	if *soak == 0 {
		t.Skip("set -soak to the duration, and -timeout to a longer one")
	}
	list := with(stressed)
	start, total := time.Now(), 0
	for i := 0; time.Since(start) < *soak; i++ {
		k := list[i%len(list)]
		var last stress.Progress
		report, err := k.Stress(t.Context(), stress.WithBudget(min(5*time.Second, *soak-time.Since(start))),
			stress.WithProgress(func(p stress.Progress) {
				rate := float64(p.Operations-last.Operations) / (p.Elapsed - last.Elapsed).Seconds() / 1e6
				last = p
				t.Logf("%6.0fs %6.2fM operations/s %8.1fM in all  %s", time.Since(start).Seconds(), rate,
					float64(total+p.Operations)/1e6, k.Name)
			}))
		require.NoError(t, err, k.Name)
		total += report.Operations
	}
}

// The map calls the hash function of WithHasher, for keys with a fast path and
// others.
func TestHashers(t *testing.T) {
	for _, k := range with(stressed) {
		require.NoError(t, k.Hasher(), k.Name)
	}
}
