package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/perf/benchfmt"
)

func TestTable(t *testing.T) {
	row := Row{Name: "x"}
	for _, n := range []int{100, 2_000} {
		c := Cell{Op: "hit", Keys: "int", N: n, Unit: "ns/op"}.With("procs", 2)
		c.Add("flatmap", 10)
		c.Add("xsync", 9)
		c.Add(arrayName, 2)
		row.Cells = append(row.Cells, c)
	}
	row.Cells[1].Add("late", 20)
	require.Equal(t, [][]string{
		{"ns/op", "flatmap", "xsync", "array", "late"},
		{"n=100", "10.0", "9.00, 0.90x LOSS", "2.00, 0.20x", ""},
		{"n=2k", "10.0", "9.00, 0.90x LOSS", "2.00, 0.20x", "20.0, 2.00x"},
	}, row.table())

	slow := Cell{Op: "gc", Unit: "ns/op"}
	slow.Add("flatmap", 2_500_000)
	slow.Add("flatmap", 1_500_000)
	require.Equal(t, [][]string{{"µs/op", "flatmap"}, {"gc", "2000 ±25%"}}, (&Row{Cells: []Cell{slow}}).table())
}

// The raw file is what benchstat's own parser reads.
func TestRaw(t *testing.T) {
	r := planted(1)
	r.Machine = thisMachine()
	raw, err := r.raw()
	require.NoError(t, err)
	samples := 0
	seen := map[string]bool{}
	reader := benchfmt.NewReader(bytes.NewReader(raw), rawFile)
	for reader.Scan() {
		res, ok := reader.Result().(*benchfmt.Result)
		require.True(t, ok, reader.Result())
		samples++
		base, parts := res.Name.Parts()
		require.Equal(t, "Map", string(base))
		for i, want := range []string{"/impl=", "/op=", "/keys=", "/n="} {
			require.True(t, bytes.HasPrefix(parts[i], []byte(want)), res.Name)
		}
		seen[res.Name.String()] = true
		require.Equal(t, r.Machine.CPU, res.GetConfig("cpu"))
	}
	require.NoError(t, reader.Err())
	require.True(t, seen["Map/impl=flatmap/op=mixed/keys=/n=100"], seen)
	require.True(t, seen["Map/impl=flatmap/op=allocs/keys=/n=100/method=Load,_hit"], seen)
	want := 0
	for _, row := range r.Rows {
		for _, c := range row.Cells {
			for _, v := range c.Values {
				want += len(v)
			}
		}
	}
	require.Equal(t, want, samples)
}

func TestRender(t *testing.T) {
	dir := t.TempDir()
	readme := filepath.Join(dir, "README.md")
	require.NoError(t, os.WriteFile(readme, []byte("before\n"+blockBegin+"\nold\n"+blockEnd+"\nafter\n"), 0o644))
	r := planted(4)
	require.NoError(t, render(r, &settings{out: dir, readme: readme}))

	results, err := os.ReadFile(filepath.Join(dir, "RESULTS.md"))
	require.NoError(t, err)
	require.Contains(t, string(results), "**LOSS**")
	require.Contains(t, string(results), "results/latency.svg")
	svgs, err := filepath.Glob(filepath.Join(dir, "results", "*.svg"))
	require.NoError(t, err)
	require.Len(t, svgs, 8)
	for _, name := range svgs {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		d := xml.NewDecoder(bytes.NewReader(data))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else {
				require.NoError(t, err, name)
			}
		}
		require.Contains(t, string(data), ">flatmap<", name)
	}

	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "before\n"+blockBegin+"\n"), string(text))
	require.True(t, strings.HasSuffix(string(text), blockEnd+"\nafter\n"), string(text))
	require.NotContains(t, string(text), "old")
	require.Contains(t, string(text), "mix matrix")

	require.NoError(t, os.WriteFile(readme, []byte("no block"), 0o644))
	require.ErrorContains(t, insertBlock(readme, nil), blockBegin)
	require.ErrorContains(t, insertBlock(filepath.Join(dir, "none"), nil), "none")
}

// Reports name the command that measures as long as their rows were: not the long
// one if some were measured for shorter.
func TestCommand(t *testing.T) {
	r := &Results{Rows: []Row{{Mode: modeFull}, {Mode: modeFull}}}
	require.Contains(t, string(r.summary()), "`go run -C flatmap/bench . -full -readme ../../README.md`")
	require.Contains(t, string(r.markdown(nil)), "`go run -C flatmap/bench . -full`")
	r.Rows[0].Mode = modeShort
	require.Contains(t, string(r.summary()), "`go run -C flatmap/bench . -readme ../../README.md`")
	require.Contains(t, string(r.markdown(nil)), "`go run -C flatmap/bench .`")
}
