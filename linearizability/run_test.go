package linearizability_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// Correct maps pass: there are no false alarms. Neither depends on its types, and
// every pair takes seconds to compile. (Package verified runs the map itself.)
func TestCorrect(t *testing.T) {
	once := linearizability.WithRounds(1)
	t.Run("Mutex", func(t *testing.T) { linearizability.Test(t, newMutex, once) })
	t.Run("SyncMap", func(t *testing.T) {
		linearizability.Test(t, func() model.Map[int, int] { return model.NewSyncMap[int, int]() }, once)
	})
}

func newMutex() model.Map[int, int] { return model.NewMutex[int, int]() }

func TestRunReports(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	var reports []linearizability.Progress
	report, err := linearizability.Run(context.Background(), newMutex,
		linearizability.WithSeed(7),
		linearizability.WithRounds(1),
		linearizability.WithProcs(2),
		linearizability.WithWorkloads("hot", "owned"),
		linearizability.WithProgress(func(p linearizability.Progress) { reports = append(reports, p) }))
	require.NoError(t, err)
	require.Equal(t, before, runtime.GOMAXPROCS(0))
	require.EqualValues(t, 7, report.Seed)
	require.Len(t, report.Workloads, 2)
	sum := 0
	for _, w := range report.Workloads {
		require.NotZero(t, w.Histories, w.Name)
		require.NotZero(t, w.Elapsed, w.Name)
		sum += w.Operations
	}
	require.Equal(t, sum, report.Operations)
	require.Greater(t, sum, 1000)
	require.Contains(t, report.String(), "seed 7")
	require.GreaterOrEqual(t, len(reports), 2)
	require.Equal(t, "hot", reports[0].Workload)
	require.Equal(t, 2*runtime.NumCPU(), reports[0].GOMAXPROCS)
	last := reports[len(reports)-1]
	require.Empty(t, last.Workload)
	require.Equal(t, report.Histories, last.Histories)
}

func TestRunBudget(t *testing.T) {
	report, err := linearizability.Run(context.Background(), newMutex, linearizability.WithRounds(1),
		linearizability.WithBudget(100*time.Millisecond), linearizability.WithWorkloads("hot"))
	require.NoError(t, err)
	require.GreaterOrEqual(t, report.Elapsed, 100*time.Millisecond)
	require.GreaterOrEqual(t, report.Histories, 12) // of the first round
}

func TestRunContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	report, err := linearizability.Run(ctx, newMutex, linearizability.WithBudget(time.Hour),
		linearizability.WithProgress(func(p linearizability.Progress) { cancel() }))
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, report.Elapsed, time.Minute)
}

func TestRunOptions(t *testing.T) {
	_, err := linearizability.Run(context.Background(), newMutex, linearizability.WithWorkloads("hottest"))
	require.ErrorContains(t, err, `"hottest"`)
	_, err = linearizability.Run(context.Background(), newMutex, linearizability.WithKeys(func(i int) string { return "" }))
	require.ErrorContains(t, err, "WithKeys")

	uncounted := func() model.Map[int, int] { return model.NewSyncMap[int, int]() }
	_, err = linearizability.Run(context.Background(), uncounted, linearizability.WithWorkloads("count"))
	require.ErrorContains(t, err, "nothing to run")
	_, err = linearizability.Run(context.Background(), newMutex, linearizability.WithProcs())
	require.ErrorContains(t, err, "WithProcs")

	report, err := linearizability.Run(context.Background(), uncounted,
		linearizability.WithRounds(1), linearizability.WithProcs(1), linearizability.WithPlainCallbacks())
	require.NoError(t, err)
	require.Equal(t, []string{"count", "callbacks", "retain"}, report.Skipped)
	names, about := linearizability.Workloads()
	require.Len(t, about, len(names))
	require.Len(t, report.Workloads, len(names)-3)
}

// The model sees no difference between a client and its map.
func TestClientIsTransparent(t *testing.T) {
	model.Test(t, func() model.Map[int, int] { return linearizability.NewRecorder(newMutex()).Client() })
	s := linearizability.NewRecorder(model.Map[int, int](model.NewSyncMap[int, int]())).Client()
	require.True(t, model.Supports[int, int](s, model.Load))
	require.False(t, model.Supports[int, int](s, model.Len))
	require.Panics(t, func() { s.Len() })
}

// failing is a test that records its failure and its log.
type failing struct {
	testing.TB
	dir    string
	text   strings.Builder
	failed bool
}

func (f *failing) Helper()             {}
func (f *failing) ArtifactDir() string { return f.dir }
func (f *failing) Logf(format string, args ...any) {
	f.text.WriteString(format)
}
func (f *failing) Fatal(args ...any) { f.failed = true }

// Test fails the test, and leaves a picture.
func TestTestFails(t *testing.T) {
	f := &failing{dir: t.TempDir()}
	linearizability.Test(f, func() model.Map[int, int] { return alwaysEmpty{model.NewMutex[int, int]()} })
	require.True(t, f.failed)
	page, err := os.ReadFile(filepath.Join(f.dir, "history.html"))
	require.NoError(t, err)
	require.Contains(t, string(page), "<html")
	require.Contains(t, f.text.String(), "(kept with go test -artifacts)")
}

// alwaysEmpty finds nothing.
type alwaysEmpty struct{ *model.Mutex[int, int] }

func (alwaysEmpty) Load(int) (int, bool) { return 0, false }
