package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/stretchr/testify/require"
)

// Every workload runs with little work. Workloads check the values they read.
func TestWorkloads(t *testing.T) {
	r := &runner{rounds: 1}
	measured := func(cells []Cell, err error) {
		t.Helper()
		require.NoError(t, err)
		require.NotEmpty(t, cells)
		for _, c := range cells {
			require.Contains(t, c.Impls(), subjectName, c.ID())
			for _, s := range c.Samples {
				for _, v := range s.Values {
					require.False(t, v < 0 || v == 0 && c.Op != "allocs", "%s: %v", c.Name(s.Impl), v)
				}
			}
		}
	}
	for _, w := range seedWorkloads {
		w.iters = 1
		measured(w.measure(r))
	}
	measured(hits(r, 1_000))
	measured(grow(r, 1_000))
	measured(collections(r, 1_000))
	measured(allocations(r))
	for _, warm := range []bool{true, false} {
		w := mixRow{n: 100, procs: 2, warm: warm}
		measured(mixes(r, "string", stringKeys(w.n), concurrent(subject.OfString), w))
	}
	c, err := rangeCell(r, "int", intKeys(100), concurrent(subject.OfInt), 1)
	measured([]Cell{c}, err)
	for _, w := range typeRows() {
		measured(w.measure(r))
	}
}

// Oversubscription has a separate test, since it makes many threads.
func TestOversubscribe(t *testing.T) {
	r := &runner{rounds: 1}
	for _, measure := range []func(*runner) ([]Cell, error){oversubMix, oversubHold} {
		cells, err := measure(r)
		require.NoError(t, err)
		require.Len(t, cells, len(factors(false)))
	}
}

func TestHeapOf(t *testing.T) {
	require.InDelta(t, 1<<20, heapOf(func() any { return new([1 << 20]byte) }), 1<<16)
}

// lossy is a map that stores nothing.
type lossy struct{ seedMap }

func (lossy) StoreAll([]uint64)                    {}
func (lossy) StoreSeq(lo, hi uint64)               {}
func (m lossy) Count([]uint64, *subject.Rand, int) {}

// A wrong map must not get a figure.
func TestWrongMaps(t *testing.T) {
	bad := subject.Impl[uint64]{Name: "lossy", New: func(int) subject.Map[uint64] {
		return lossy{subject.OfUint64[0].New(0).(seedMap)}
	}}
	for _, w := range seedWorkloads {
		if w.sum == 0 {
			continue // writes only
		}
		_, err := w.sample(bad)
		require.ErrorContains(t, err, "lossy: sum of the values read is", w.op)
	}
	_, err := operations(&runner{rounds: 1}, "uint64", randomWords(100), []subject.Impl[uint64]{bad})
	require.ErrorContains(t, err, "lossy, hit")
	_, err = timeCounts(lossy{}, func() uint64 { return 0 }, 2, 10)
	require.ErrorContains(t, err, "20 increments left a sum of 0")
}

func TestRows(t *testing.T) {
	all := rows()
	names := map[string]bool{}
	for _, w := range all {
		require.False(t, names[w.name], w.name)
		names[w.name] = true
	}
	count := func(patterns string, full bool) int {
		chosen, err := choose(all, patterns, full)
		require.NoError(t, err)
		return len(chosen)
	}
	require.Equal(t, len(all), count("", true))
	require.Less(t, count("", false), len(all))
	require.Equal(t, 4, count("seed", false))
	require.Equal(t, 1, count("seed/mixed", false))
	require.Equal(t, 5, count("seed/mixed,hits,hits/1M,gc/*M", false))
	require.Equal(t, 4, count("mix/int/1M", false))
	for _, bad := range []string{"sed", "seed/", "seed,", "mix/int/1", "["} {
		_, err := choose(all, bad, false)
		require.ErrorContains(t, err, "-rows", bad)
	}
}

func TestUsage(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "torn", "results"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "torn", resultsFile), []byte("{"), 0o644))
	other := &Results{Machine: cli.Machine{CPU: "another"}}
	require.NoError(t, other.save(filepath.Join(dir, "other")))
	for _, c := range []struct{ args, want string }{
		{"-rows none", `no row matches "none"`},
		{"-speed 3", "flag provided but not defined: -speed"},
		{"-rounds -1", "-rounds is negative: -1"},
		{"seed", `unexpected argument "seed"`},
		{"-paths none", `no path matches "none"`},
		{"-paths (", "missing closing )"},
		{"-paths . -rows seed", "-paths goes with -rounds alone"},
		{"-render -out=", "need stored results: -out is empty"},
		{"-raw -out=", "need stored results: -out is empty"},
		{"-rows allocs -out " + file, "not a directory"},
		{"-rows allocs -out " + filepath.Join(dir, "torn"), "results.json: unexpected end"},
		{"-rows allocs -out " + filepath.Join(dir, "other"), "results of another machine"},
		{"-render -out " + dir + " -readme " + file, "missing the lines " + blockBegin},
	} {
		var out, log bytes.Buffer
		err := run(strings.Fields(c.args), &out, &log)
		require.Error(t, err, c.args)
		require.Contains(t, err.Error()+log.String(), c.want, c.args)
		require.Empty(t, out.String(), c.args)
	}
	var out bytes.Buffer
	require.ErrorIs(t, run([]string{"-help"}, &out, &out), flag.ErrHelp)
}

// A row that is measured again replaces its result; the others keep theirs.
func TestMerge(t *testing.T) {
	dir := t.TempDir()
	bench := func(args string) (stdout, stderr string) {
		t.Helper()
		var out, log bytes.Buffer
		require.NoError(t, run(append(strings.Fields(args), "-out", dir), &out, &log))
		return out.String(), log.String()
	}
	out, _ := bench("-rows types/set -rounds 1")
	require.Contains(t, out, "types/set (short, 1 rounds")
	bench("-rows allocs -rounds 1")
	bench("-rows types/set -rounds 2")
	r, err := load(dir)
	require.NoError(t, err)
	require.Len(t, r.Rows, 2)
	require.Equal(t, cli.ThisMachine(), r.Machine)
	require.Equal(t, "allocs", r.Rows[0].Name)
	require.Equal(t, 2, r.find("types/set").rounds())

	out, log := bench("-rows types/set,allocs -resume")
	require.NotContains(t, out+log, "types/set")
	out, _ = bench("-list -rows types")
	require.Regexp(t, `types/set +\d+ s short`, out)
	before, err := os.ReadFile(filepath.Join(dir, "RESULTS.md"))
	require.NoError(t, err)
	out, _ = bench("-raw")
	require.Regexp(t, `(?m)^BenchmarkMap/impl=flatmap/op=hit/keys=set/n=10000/procs=1 \d+ \S+ ns/op$`, out)
	bench("-render")
	after, err := os.ReadFile(filepath.Join(dir, "RESULTS.md"))
	require.NoError(t, err)
	require.Equal(t, string(before), string(after))
	require.Contains(t, string(after), "### types/set")
}
