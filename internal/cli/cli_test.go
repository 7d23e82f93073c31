package cli

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestShardFlag checks what the flag -shard takes, and that a refused value
// changes nothing.
func TestShardFlag(t *testing.T) {
	var s Shard
	require.NoError(t, s.Set("2/3"))
	require.Equal(t, Shard{2, 3}, s)
	for _, bad := range []string{"", "1", "3/3", "-1/2", "0/0", "0/2x", "x0/2", "0/2/3", "0 /2"} {
		require.ErrorContains(t, s.Set(bad), "must be i/n with 0 <= i < n", bad)
		require.Equal(t, "2/3", s.String())
	}
}

// TestShards checks that the parts of a shard are disjoint and together have what
// the shard has.
func TestShards(t *testing.T) {
	s := Shard{1, 3}
	for i := range 100 {
		parts := 0
		for part := range 4 {
			if s.Part(part, 4).Has(i) {
				parts++
			}
		}
		if s.Has(i) {
			require.Equal(t, 1, parts, i)
		} else {
			require.Zero(t, parts, i)
		}
		require.True(t, Whole.Has(i))
	}
}

// TestOutput checks that the first error of printing becomes the exit status,
// unless the command failed for another reason.
func TestOutput(t *testing.T) {
	var stderr strings.Builder
	o := NewOutput(&stderr)
	require.Zero(t, o.Status(0, "command", &stderr))
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	require.NoError(t, err)
	defer full.Close()
	o = NewOutput(full)
	_, err = io.WriteString(o, "x")
	require.Error(t, err)
	require.ErrorIs(t, o.Err(), err)
	require.Equal(t, StatusUndone, o.Status(0, "command", &stderr))
	require.Contains(t, stderr.String(), "command: write /dev/full: no space left")
	require.Equal(t, StatusViolation, o.Status(StatusViolation, "command", &stderr))
}

// TestText checks how numbers are printed.
func TestText(t *testing.T) {
	for n, want := range map[int]string{0: "0 cores", 1: "1 core", -1: "-1 cores", 999: "999 cores", 1000: "1,000 cores", -999: "-999 cores", -123456: "-123,456 cores", 1234567: "1,234,567 cores"} {
		require.Equal(t, want, Plural(n, "core"))
		require.Equal(t, want, Plural(n, "cores"))
	}
	require.Equal(t, "2 kinds of map", Plural(2, "kinds of map"))
	require.Equal(t, "-calls 'Load,Store' a", Quoted([]string{"-calls", "Load,Store", "a"}))
}

// TestMachine checks that a machine is described in one line, with or without
// the name of its processor.
func TestMachine(t *testing.T) {
	m := ThisMachine()
	require.Equal(t, runtime.NumCPU(), m.Cores)
	require.Contains(t, m.String(), runtime.GOOS+"/"+runtime.GOARCH+", "+runtime.Version())
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil && strings.Contains(string(text), "model name") {
		require.NotEmpty(t, m.CPU)
		require.Contains(t, string(text), m.CPU)
	}
	require.Equal(t, "linux/arm64, go1.26, 2 cores", Machine{OS: "linux", Arch: "arm64", Go: "go1.26", Cores: 2}.String())
}

// TestRevision checks that reports next to the sources do not count as changes
// of them.
func TestRevision(t *testing.T) {
	dir := t.TempDir()
	git := func(args ...string) {
		args = append([]string{"-C", dir, "-c", "user.name=a", "-c", "user.email=a@example.com"}, args...)
		out, err := exec.Command("git", args...).CombinedOutput()
		require.NoError(t, err, string(out))
	}
	write := func(name, text string) {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o700))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600))
	}
	git("init", "-q")
	write("a.go", "package a")
	git("add", ".")
	git("commit", "-qm", "a")
	write("part 0.json", "{}")
	revision, changed := Revision(dir)
	require.Len(t, revision, 40)
	require.False(t, changed)
	write("b/b b.go", "package b")
	_, changed = Revision(dir)
	require.True(t, changed)
	git("add", ".")
	git("commit", "-qm", "b")
	write("a.go", "package b")
	_, changed = Revision(dir)
	require.True(t, changed)
	_, changed = Revision(os.DevNull)
	require.False(t, changed)
}

// TestWriteFile checks that a file that cannot be written is an error, and that
// nothing is left except the file that was there before.
func TestWriteFile(t *testing.T) {
	dir := t.TempDir()
	file := dir + "/file"
	require.NoError(t, Writable(file))
	require.NoFileExists(t, file)
	require.NoError(t, WriteFile(file, Bytes([]byte("text"))))
	before, err := os.ReadFile(file)
	require.NoError(t, err)

	full := errors.New("full")
	require.ErrorIs(t, WriteFile(file, func(w io.Writer) error {
		_, err := io.WriteString(w, "half a")
		return errors.Join(err, full)
	}), full)
	after, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, before, after)
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, entries, 1, "a temporary file is left")

	require.Error(t, Writable(dir+"/none/file"))
	require.Error(t, Writable(dir), "a folder")
	require.NoError(t, Writable("/dev/full"))
	require.ErrorContains(t, WriteFile("/dev/full", Bytes([]byte("text"))), "no space left on device")
	info, err := os.Stat("/dev/full")
	require.NoError(t, err)
	require.False(t, info.Mode().IsRegular(), "the device was replaced")
}
