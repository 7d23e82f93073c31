package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestReadme checks that the quick start of the README runs and prints what it
// says, that every command it and DEVELOPMENT.md name has the packages, tags
// and fuzz targets that it needs, and that links lead somewhere.
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
	for _, target := range regexp.MustCompile(`-fuzz (\w+) .*(\./\w+)`).FindAllStringSubmatch(text, -1) {
		commands++
		list := exec.Command("go", "test", "-list", "^"+target[1]+"$", target[2])
		list.Dir = ".."
		out, err := list.CombinedOutput()
		require.NoError(t, err, string(out))
		require.Contains(t, string(out), target[1]+"\n")
	}
}
