package report

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func shard(index, of int) cli.Shard { return cli.Shard{Index: index, Of: of} }

// sample returns a report of one shard of two layers, all of whose figures are
// in proportion to n.
func sample(shard cli.Shard, n int) *Report {
	table := NewTable("suites", "text suite", "count executions", "most longest", "seconds seconds", "rate executions")
	table.Add("2x1", 100*n, n, 0.5*float64(n))
	if n > 1 {
		table.Add("3x1", n, 7, 1.0)
	}
	return &Report{
		Schema: Schema, Revision: "abc", Commands: []string{"go run ./ci"}, Seed: 7, Budget: 60,
		Started: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Seconds: 10,
		Machines: []cli.Machine{{OS: "linux", Arch: "amd64", Go: "go1.26", Cores: 2}},
		Layers: []Layer{
			{Name: "explore", What: "interleavings", Command: "go run ./ci -only explore", Shards: []cli.Shard{shard}, Verdict: Holds,
				Seconds: 2, Counts: []Count{{"executions", 101 * n}, {"clients", n}}, Tables: []Table{table}},
			{Name: "race", What: "the race detector", Command: "go run ./ci -only race", Verdict: LeftOut, Reason: "for want of time"},
		},
	}
}

// TestMerge checks that the parts of a work add up to the whole.
func TestMerge(t *testing.T) {
	whole, err := Merge(sample(shard(1, 2), 3), sample(shard(0, 2), 1))
	require.NoError(t, err)
	require.Equal(t, Holds, whole.Verdict())
	require.Equal(t, 20.0, whole.Seconds)
	require.Equal(t, []string{"go run ./ci", "go run ./ci"}, whole.Commands)
	require.Len(t, whole.Machines, 1)
	require.Len(t, whole.Layers, 2)
	l := whole.Layers[0]
	require.Equal(t, []cli.Shard{shard(0, 2), shard(1, 2)}, l.Shards)
	require.Equal(t, []Count{{"executions", 404}, {"clients", 4}}, l.Counts)
	require.Equal(t, 4.0, l.Seconds)
	require.Equal(t, [][]any{{"2x1", 400.0, 3.0, 2.0, 200.0}, {"3x1", 3.0, 7.0, 1.0, 3.0}}, l.Tables[0].Rows)

	// The parts are as they were.
	part := sample(shard(0, 2), 1)
	_, err = Merge(part, sample(shard(1, 2), 1))
	require.NoError(t, err)
	require.Equal(t, sample(shard(0, 2), 1), part)
}

// TestMergeVerdicts checks that what is bad about one part is bad about the
// whole, and that a part that is missing is not passed over.
func TestMergeVerdicts(t *testing.T) {
	bad := sample(shard(1, 2), 1)
	bad.Layers[0].Verdict, bad.Layers[0].Violation = Violated, &Violation{Title: "wrong"}
	whole, err := Merge(sample(shard(0, 2), 1), bad)
	require.NoError(t, err)
	require.Equal(t, Violated, whole.Verdict())
	require.Equal(t, "wrong", whole.Layers[0].Violation.Title)

	whole, err = Merge(sample(shard(0, 3), 1), sample(shard(2, 3), 1))
	require.NoError(t, err)
	require.Equal(t, Interrupted, whole.Verdict())
	require.Equal(t, "2 of 3 shards are there", whole.Layers[0].Reason)

	late, failed := sample(shard(0, 2), 1), sample(shard(1, 2), 1)
	late.Layers[0].Verdict, late.Layers[0].Reason = Interrupted, "it was interrupted"
	failed.Layers[0].Verdict, failed.Layers[0].Reason = Failed, "there is no compiler"
	for _, parts := range [][]*Report{{late, failed}, {failed, late}} {
		whole, err = Merge(parts...)
		require.NoError(t, err)
		require.Equal(t, Failed, whole.Layers[0].Verdict)
		require.Equal(t, "there is no compiler", whole.Layers[0].Reason, "that of the worst")
	}

	later := sample(shard(0, 2), 1)
	later.Layers[1] = Layer{Name: "race", Shards: []cli.Shard{shard(0, 1)}, Verdict: Holds}
	whole, err = Merge(sample(shard(1, 2), 1), later)
	require.NoError(t, err)
	require.Equal(t, Holds, whole.Layers[1].Verdict, "left out by one, done by another")
}

// TestMergeRefuses checks that what does not belong together is not merged.
func TestMergeRefuses(t *testing.T) {
	refuses := func(want string, change func(*Report)) {
		other := sample(shard(1, 2), 1)
		change(other)
		_, err := Merge(sample(shard(0, 2), 1), other)
		require.ErrorContains(t, err, want)
	}
	refuses("has seed 8, not 7", func(r *Report) { r.Seed = 8 })
	refuses(`is about revision "def", not "abc"`, func(r *Report) { r.Revision = "def" })
	refuses(`is about revision "abc with changes", not "abc"`, func(r *Report) { r.Changed = true })
	refuses("shard 0/2 is there twice", func(r *Report) { r.Layers[0].Shards[0].Index = 0 })
	refuses("shards 0/2 and 2/3 have different totals", func(r *Report) { r.Layers[0].Shards[0] = shard(2, 3) })
	refuses("has other columns", func(r *Report) { r.Layers[0].Tables[0].Columns[0].Name = "set" })
	_, err := Merge()
	require.ErrorContains(t, err, "no reports")
}

// TestRead checks that a report comes back as it was, and that other text
// is refused.
func TestRead(t *testing.T) {
	r := sample(shard(0, 1), 2)
	r.Layers[1] = Layer{Name: "model", Shards: []cli.Shard{shard(0, 1)}, Verdict: Violated, Violation: &Violation{
		Title: "t", Text: "x", Repeat: "r", Trace: &Trace{Goroutines: []string{"Load(k0)"}, Steps: []wire.Step{{Number: 1, Text: "a"}}}}}
	var b bytes.Buffer
	require.NoError(t, r.Write(&b))
	again, err := Read(bytes.NewReader(b.Bytes()))
	require.NoError(t, err)
	require.Equal(t, r, again)

	for _, c := range []struct{ old, new, want string }{
		{`"schema":1`, `"schema":2`, "it has schema 2, want 1"},
		{`"seed":7`, `"seed":"7"`, "not a report"},
		{`"seed":7`, `"speed":7`, "unknown field"},
		{`"verdict":"holds"`, `"verdict":"fine"`, `unknown verdict "fine"`},
		{`"verdict":"violated"`, `"verdict":"holds"`, "but a violation is there: true"},
		{`"kind":"most"`, `"kind":"least"`, `unknown column kind "least"`},
		{`"of":"executions"`, `"of":"histories"`, `is a rate of nothing`},
		{`"2x1",200`, `"2x1","many"`, `row 1 has no number for "executions"`},
		{`"2x1",`, "", "row 1 has 4 cells for 5 columns"},
		{`"goroutine":0`, `"goroutine":3`, "step 1 is of goroutine 3"},
		{`"index":0`, `"index":1`, "no shard 1/1"},
		{`{"schema"`, `[]{"schema"`, "not a report"},
	} {
		text := strings.Replace(b.String(), c.old, c.new, 1)
		require.NotEqual(t, b.String(), text, c.old)
		_, err := Read(strings.NewReader(text))
		require.ErrorContains(t, err, c.want, c.new)
	}
	_, err = Read(strings.NewReader(b.String() + "x"))
	require.ErrorContains(t, err, "not a report")
	_, err = Read(strings.NewReader(b.String()[:100]))
	require.ErrorContains(t, err, "not a report")
}
