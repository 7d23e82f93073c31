package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/ci/report"
)

// TestReadme checks that the quick start of the README runs and prints what it
// says, that the packages and fuzz targets of the commands that it and
// DEVELOPMENT.md name are there, and the flags of `go run ./ci`, and that links
// lead somewhere.
func TestReadme(t *testing.T) {
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	guide, err := os.ReadFile("../DEVELOPMENT.md")
	require.NoError(t, err)

	program := regexp.MustCompile("(?s)```go\n(package main.*?)```").FindSubmatch(readme)
	require.NotNil(t, program)
	file := filepath.Join(t.TempDir(), "main.go")
	require.NoError(t, os.WriteFile(file, program[1], 0o600))
	run := exec.Command("go", "run", file)
	run.Dir = ".."
	out, err := run.CombinedOutput()
	require.NoError(t, err, string(out))
	says := regexp.MustCompile(`// (2 true 1)\n`).FindSubmatch(program[1])
	require.NotNil(t, says)
	require.True(t, strings.HasSuffix(string(out), string(says[1])+"\n"), string(out))

	text := string(readme) + string(guide)
	for _, link := range regexp.MustCompile(`\]\(([^)]+)\)`).FindAllStringSubmatch(text, -1) {
		path := filepath.Join("..", link[1])
		if filepath.Ext(path) == "" {
			path = filepath.Join(path, "doc.go") // a package
		}
		require.FileExists(t, path)
	}
	commands := 0
	for _, dir := range regexp.MustCompile(` (\./[a-z/]+)`).FindAllStringSubmatch(text, -1) {
		commands++
		require.DirExists(t, filepath.Join("..", dir[1]))
	}
	require.Greater(t, commands, 10)
	for _, target := range regexp.MustCompile(`-fuzz (\w+) .*\./(\w+)`).FindAllStringSubmatch(text, -1) {
		commands++
		names, err := fuzzTargets(filepath.Join("..", target[2]))
		require.NoError(t, err)
		require.Contains(t, names, target[1])
	}
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
