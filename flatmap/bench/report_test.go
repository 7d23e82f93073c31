package main

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/cli"
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

// benchstat's own parser reads what -raw prints.
func TestRaw(t *testing.T) {
	r := planted(1)
	r.Machine = cli.ThisMachine()
	var raw bytes.Buffer
	require.NoError(t, r.printRaw(&raw))
	samples := 0
	seen := map[string]bool{}
	reader := benchfmt.NewReader(&raw, "raw.txt")
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
			for _, s := range c.Samples {
				want += len(s.Values)
			}
		}
	}
	require.Equal(t, want, samples)
}

// What is stored is what was measured: no digit is added or lost, and nothing
// that can be computed is stored.
func TestStore(t *testing.T) {
	dir := t.TempDir()
	r := planted(1)
	r.Machine = cli.ThisMachine()
	odd := Cell{Op: "hit"}.With("method", "Load, a=b").With("procs", 2)
	odd.Add("flatmap", 123456.789)
	odd.Add("flatmap", 0.00123456)
	odd.Add("flatmap", 0)
	r.Rows[0].Cells = append(r.Rows[0].Cells, odd)
	require.Equal(t, []float64{123500, 0.001235, 0}, odd.Values("flatmap"))
	require.NoError(t, r.save(dir))
	again, err := load(dir)
	require.NoError(t, err)
	require.Equal(t, r, again)

	data, err := os.ReadFile(filepath.Join(dir, resultsFile))
	require.NoError(t, err)
	lines := 1
	for _, row := range r.Rows {
		lines++
		for _, c := range row.Cells {
			lines += 1 + len(c.Samples)
		}
	}
	require.Equal(t, lines, bytes.Count(data, []byte("\n")), "a line for each row, cell and list of samples")
	require.ErrorContains(t, new(Param).UnmarshalText([]byte("procs")), `"procs" is not key=value`)
}

func TestRender(t *testing.T) {
	dir := t.TempDir()
	readme, all := filepath.Join(dir, "README.md"), filepath.Join(dir, "charts")
	require.NoError(t, os.WriteFile(readme, []byte("before\n"+blockBegin+"\nstale text\n"+blockEnd+"\nafter\n"), 0o644))
	r := planted(4)
	require.NoError(t, render(r, &settings{out: dir, readme: readme}))

	results, err := os.ReadFile(filepath.Join(dir, "RESULTS.md"))
	require.NoError(t, err)
	require.Contains(t, string(results), "**LOSS**")
	require.NotContains(t, string(results), "<br>")
	checkCharts(t, filepath.Join(dir, "results"), 1)
	require.NoDirExists(t, all)
	links := regexp.MustCompile(`\]\((results/[^)]*)\)`).FindAllSubmatch(results, -1)
	require.Len(t, links, 1)
	require.FileExists(t, filepath.Join(dir, string(links[0][1])))

	require.NoError(t, render(r, &settings{out: dir, charts: all}))
	checkCharts(t, filepath.Join(dir, "results"), 1)
	checkCharts(t, all, 8)

	text, err := os.ReadFile(readme)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "before\n"+blockBegin+"\n"), string(text))
	require.True(t, strings.HasSuffix(string(text), blockEnd+"\nafter\n"), string(text))
	require.NotContains(t, string(text), "stale text")

	require.NoError(t, os.WriteFile(readme, []byte("no block"), 0o644))
	require.ErrorContains(t, insertBlock(readme, nil), blockBegin)
	require.ErrorContains(t, insertBlock(filepath.Join(dir, "none"), nil), "none")
}

// checkCharts checks that a folder has so many charts, all of them XML with a
// line of flatmap.
func checkCharts(t *testing.T, dir string, want int) {
	t.Helper()
	svgs, err := filepath.Glob(filepath.Join(dir, "*.svg"))
	require.NoError(t, err)
	require.Len(t, svgs, want)
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
}

// The summary shows the largest cell of up to 100,000 entries, the fastest
// implementation in bold, and nothing where nothing was measured.
func TestSummary(t *testing.T) {
	small, large, huge := Cell{Op: "hit", N: 1_000}, Cell{Op: "hit", N: 100_000}, Cell{Op: "hit", N: 1_000_000}
	for _, c := range []*Cell{&small, &large, &huge} {
		c.Add("flatmap", float64(c.N))
		c.Add("xsync", 12.34)
		c.Add("haxmap", 1)
	}
	mixed := Cell{Op: "mix", N: 100}.With("reads", 90).With("map", "warm").With("procs", 2)
	mixed.Add("flatmap", 7)
	mixed.Add("sync.Map", 7)
	other := Cell{Op: "mix", N: 1_000}.With("reads", 75).With("map", "warm").With("procs", 2)
	other.Add("flatmap", 1)
	r := &Results{Machine: cli.Machine{CPU: "a processor", Cores: 3, Go: "go0", OS: "plan9", Arch: "amd64"}, Rows: []Row{
		{Name: "types/uint64", Cells: []Cell{small, large, huge}}, {Name: "mix/int/100/p2/warm", Cells: []Cell{mixed, other}},
	}}
	require.Equal(t, blockBegin+`
Median ns/op on plan9/amd64, go0, a processor, 3 cores; the fastest in bold; written by `+"`go run -C flatmap/bench . -readme ../../README.md`"+`.

| operation | entries | flatmap | xsync | sync.Map | map + RWMutex | Go map, no lock |
| --- | --- | --- | --- | --- | --- | --- |
| Load, key present | 100k | 100000 | **12.3** |  |  |  |
| 90% Load, 5% Store, 5% Delete, 2 goroutines | 100 | **7.00** |  | **7.00** |  |  |
`+blockEnd, string(r.summary()))
}

// The stored results are as the program writes them, and the reports in the
// repository are those of the stored results.
func TestReportsAreCurrent(t *testing.T) {
	r, err := load(".")
	require.NoError(t, err)
	dir := t.TempDir()
	require.NoError(t, r.save(dir))
	stored, err := os.ReadFile(resultsFile)
	require.NoError(t, err)
	saved, err := os.ReadFile(filepath.Join(dir, resultsFile))
	require.NoError(t, err)
	require.True(t, bytes.Equal(saved, stored), "%s is not as the program writes it", resultsFile)
	const again = "not current: run go run -C flatmap/bench . -render -readme ../../README.md"
	results, err := os.ReadFile("RESULTS.md")
	require.NoError(t, err)
	require.Equal(t, string(r.markdown("results/"+readmeChart)), string(results), again)
	name := filepath.Join("..", "..", "README.md")
	readme, err := os.ReadFile(name)
	require.NoError(t, err)
	require.LessOrEqual(t, bytes.Count(r.summary(), []byte("\n"))+1, 14, "lines for a reader in a hurry")
	want, err := replaceBlock(name, readme, r.summary())
	require.NoError(t, err)
	require.Equal(t, string(want), string(readme), again)
	for _, c := range r.charts() {
		if c.file == readmeChart {
			want, err := c.svg()
			require.NoError(t, err)
			got, err := os.ReadFile(filepath.Join("results", readmeChart))
			require.NoError(t, err)
			require.True(t, bytes.Equal(want, got), again)
		}
	}
	for i := range summaryLines {
		require.NotNil(t, r.summaryCell(i), summaryLines[i].what)
	}
}

// Reports name the command that measures each row for as long as it was measured:
// not the long command if a row was measured for a shorter time.
func TestCommand(t *testing.T) {
	r := &Results{Rows: []Row{{Mode: modeFull}, {Mode: modeFull}}}
	require.Contains(t, string(r.summary()), "`go run -C flatmap/bench . -full -readme ../../README.md`")
	require.Contains(t, string(r.markdown("")), "`go run -C flatmap/bench . -full`")
	r.Rows[0].Mode = modeShort
	require.Contains(t, string(r.summary()), "`go run -C flatmap/bench . -readme ../../README.md`")
	require.Contains(t, string(r.markdown("")), "`go run -C flatmap/bench .`")
}
