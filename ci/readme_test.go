package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/ci/report"
)

// TestReadme checks that the README is short, and that the words next to the
// table of speeds agree with it. It also checks that the packages and fuzz
// targets of the commands that the README and DEVELOPMENT.md name are there, and
// the flags of `go run ./ci`, and the folders, and that links lead somewhere.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	guide, err := os.ReadFile("../DEVELOPMENT.md")
	require.NoError(t, err)

	lines := strings.Split(strings.TrimSuffix(string(readme), "\n"), "\n")
	require.LessOrEqual(t, len(lines), 120, "the README is for somebody who has two minutes")
	for i, line := range lines {
		require.False(t, strings.HasPrefix(line, "|") && len(line) >= 140, "README.md:%d: %d characters in a table", i+1, len(line))
	}
	require.NotContains(t, string(readme), "<br>")
	checkSpeeds(t, string(readme))

	text := string(readme) + string(guide)
	for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(text, -1) {
		path := filepath.Join("..", link[1])
		if filepath.Ext(path) == "" {
			path = filepath.Join(path, "doc.go") // a package
		}
		require.FileExists(t, path)
	}
	checkFolders(t, string(guide))
	commands := 0
	for _, dir := range regexp.MustCompile(` (\./[a-z/]+)`).FindAllStringSubmatch(text, -1) {
		commands++
		require.DirExists(t, filepath.Join("..", dir[1]))
	}
	require.Greater(t, commands, 10)
	for _, target := range regexp.MustCompile(`-fuzz (\S+) .*\./(\w+)`).FindAllStringSubmatch(text, -1) {
		commands++
		names, err := fuzzTargets(filepath.Join("..", target[2]))
		require.NoError(t, err)
		requireOne(t, target[1], names)
	}
	comment, err := os.ReadFile("../fuzz/doc.go")
	require.NoError(t, err)
	pattern := regexp.MustCompile(`-fuzz=(\S+)`).FindSubmatch(comment)
	require.NotNil(t, pattern, "package fuzz says how to run a target")
	var names []string
	for _, f := range regexp.MustCompile(`func (Fuzz\w+)`).FindAllSubmatch(comment, -1) {
		names = append(names, string(f[1]))
	}
	requireOne(t, string(pattern[1]), names)
	for _, command := range regexp.MustCompile(`go run \./ci( -[^#\x60\n]*)`).FindAllStringSubmatch(text, -1) {
		commands++
		args := strings.Fields(strings.NewReplacer("i/n", "0/2").Replace(command[1]))
		for i, arg := range args {
			if filepath.Ext(arg) == ".json" || filepath.Ext(arg) == ".html" {
				args[i] = filepath.Join(t.TempDir(), arg)
			}
		}
		_, err := parse(args, t.Output())
		require.NoError(t, err, command[0])
	}
}

// requireOne checks that a pattern of the option -fuzz matches one of the targets:
// go test refuses to fuzz more.
func requireOne(t *testing.T, pattern string, targets []string) {
	re, err := regexp.Compile(strings.Trim(pattern, "'"))
	require.NoError(t, err)
	matches := slices.DeleteFunc(slices.Clone(targets), func(name string) bool { return !re.MatchString(name) })
	require.Len(t, matches, 1, "-fuzz %s, of %v", pattern, targets)
}

// checkSpeeds checks what the README says in words of the figures in its table.
func checkSpeeds(t *testing.T, readme string) {
	rows := map[string]map[string]float64{} // by operation and map
	var columns []string
	_, table, _ := strings.Cut(readme, "<!-- bench:begin -->")
	table, words, ok := strings.Cut(table, "<!-- bench:end -->")
	require.True(t, ok)
	for line := range strings.Lines(table) {
		cells := strings.Split(strings.Trim(line, "| \n"), " | ")
		if len(cells) < 3 {
			continue
		}
		if columns == nil {
			columns = cells
			continue
		}
		row := map[string]float64{}
		for i, cell := range cells {
			if ns, err := strconv.ParseFloat(strings.Trim(cell, "* |"), 64); err == nil {
				row[columns[i]] = ns
			}
		}
		rows[cells[0]] = row
	}
	for _, claim := range []struct{ words, operation, faster, slower string }{
		{"only one goroutine", "Load, key present", "Go map, no lock", "flatmap"},
		{"only one goroutine", "Store, key present", "Go map, no lock", "flatmap"},
		{"new keys come and old keys go", "Store of a new key, then Delete", "map + RWMutex", "flatmap"},
	} {
		require.Contains(t, words, claim.words)
		row := rows[claim.operation]
		require.NotZero(t, row[claim.faster], claim.operation)
		require.Less(t, row[claim.faster], row[claim.slower],
			"the README says of %q what its table does not show: rewrite the words under the table", claim.operation)
	}
}

// checkFolders checks that the folders in the table of DEVELOPMENT.md are there,
// and that it has all internal packages.
func checkFolders(t *testing.T, guide string) {
	var named []string
	for _, cell := range regexp.MustCompile(`(?m)^\| (\x60.*?) \|`).FindAllStringSubmatch(guide, -1) {
		for name := range strings.SplitSeq(cell[1], ", ") {
			name = strings.Trim(name, "`")
			require.DirExists(t, filepath.Join("..", name))
			named = append(named, name)
		}
	}
	entries, err := os.ReadDir("../internal")
	require.NoError(t, err)
	require.NotEmpty(t, entries)
	for _, entry := range entries {
		require.Contains(t, named, "internal/"+entry.Name(), "the table of folders in DEVELOPMENT.md")
	}
}

// TestGenerated checks that what `go run ./ci -update` has written is as it would
// write it now, of the same run, and that the run had the layers that there are.
func TestGenerated(t *testing.T) {
	root := ".."
	r, err := readReport(filepath.Join(root, dataFile))
	require.NoError(t, err)
	require.NoError(t, sameShape(r, layers))
	var text bytes.Buffer
	require.NoError(t, r.WriteMarkdown(&text))
	is, err := os.ReadFile(filepath.Join(root, reportFile))
	require.NoError(t, err)
	require.Equal(t, text.String(), string(is), reportFile)
	readme, err := os.ReadFile(filepath.Join(root, readmeFile))
	require.NoError(t, err)
	want, err := report.ReplaceBlock(readme, r.Summary())
	require.NoError(t, err)
	require.Equal(t, string(want), string(readme), readmeFile)
}

// TestStale checks that data of another form are not taken for those of the
// layers that there are.
func TestStale(t *testing.T) {
	list := []layer{{name: "model", what: "programs", unit: "programs", tables: []report.Table{programsTable}}}
	fresh := func() *report.Report {
		table := programsTable
		table.Add("int to int", 1, 2, 3.0)
		return &report.Report{Layers: []report.Layer{{Name: "model", What: "programs", Verdict: report.Holds,
			Counts: []report.Count{{What: "programs", N: 1}}, Tables: []report.Table{table}}}}
	}
	require.NoError(t, sameShape(fresh(), list))
	for want, change := range map[string]func(*report.Layer){
		"should be model (programs)": func(l *report.Layer) { l.Name = "models" },
		"(programmes)":               func(l *report.Layer) { l.What = "programmes" },
		"has no programs":            func(l *report.Layer) { l.Counts[0].What = "histories" },
		"of the report has no progr": func(l *report.Layer) { l.Verdict = report.LeftOut },
		"has outdated columns":       func(l *report.Layer) { l.Tables[0].Columns = l.Tables[0].Columns[1:] },
		"has no tables":              func(l *report.Layer) { l.Tables = nil },
	} {
		r := fresh()
		change(&r.Layers[0])
		require.ErrorContains(t, sameShape(r, list), want)
	}
	r := fresh()
	r.Layers[0].Verdict = report.LeftOut
	list[0].least = time.Hour
	require.NoError(t, sameShape(r, list), "a layer that needs more than the usual budget")
	require.ErrorContains(t, sameShape(&report.Report{}, list), "has 0 layers, and there are 1")
}
