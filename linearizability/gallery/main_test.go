package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// fakeVariable names a fake process, in the environment of this test binary.
const fakeVariable = "FLATMAP_GALLERY_FAKE"

// fakes are ways in which the process of an entry can end.
var fakes = map[string]func(){
	"hang": func() {
		say(note{Layer: layerModel})
		select {}
	},
	"spin": func() {
		say(note{Layer: layerStress})
		for runtime.NumGoroutine() > 0 {
		}
	},
	"panic": func() {
		say(note{Layer: layerLinearizability})
		go func() { panic("slot 7 is torn") }()
		select {}
	},
	"fatal": func() {
		say(note{Layer: layerStress})
		m := map[int]int{}
		for range 8 {
			go func() {
				for i := 0; ; i++ {
					m[i%4] = i
				}
			}()
		}
		select {}
	},
	"exit": func() { say(note{Layer: layerModel}); os.Exit(0) },
	"dumb": func() { fmt.Println("hello") },
	"finding": func() {
		say(note{Layer: layerModel})
		say(note{Layer: layerModel, Finding: "Load is wrong", Text: "at length"})
	},
	"pass": func() { say(note{Layer: layerModel}); say(note{Done: true}) },
}

func say(n note) { _ = json.NewEncoder(os.Stdout).Encode(n) }

func TestMain(m *testing.M) {
	if fake := fakes[os.Getenv(fakeVariable)]; fake != nil {
		fake()
		return
	}
	if name := os.Getenv(childVariable); name != "" {
		if err := childMain(name, os.Args[1:]); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(cli.StatusUndone)
		}
		return
	}
	os.Exit(m.Run())
}

// fake returns a launch whose process is a fake.
func fake(name string, timeout time.Duration) launch {
	return launch{timeout: timeout, budget: timeout / 2, seed: 1,
		command: func(ctx context.Context, _ string, _ time.Duration, _ uint64) *exec.Cmd {
			cmd := exec.CommandContext(ctx, os.Args[0])
			cmd.Env = append(os.Environ(), fakeVariable+"="+name)
			return cmd
		}}
}

// Whatever happens to the process of an entry is a finding of the current
// layer, or an error if nothing can be said.
func TestLaunch(t *testing.T) {
	for _, test := range []struct {
		fake    string
		layer   layer
		finding string
		err     string
	}{
		{fake: "hang", layer: layerModel, finding: "the process hangs: no end after 5s"},
		{fake: "spin", layer: layerStress, finding: "the process hangs: no end after 5s"},
		{fake: "panic", layer: layerLinearizability, finding: "the process dies: panic: slot 7 is torn"},
		{fake: "fatal", layer: layerStress, finding: "the process dies: fatal error: concurrent map writes"},
		{fake: "finding", layer: layerModel, finding: "Load is wrong"},
		{fake: "pass"},
		{fake: "exit", err: "the process has ended without a result"},
		{fake: "dumb", err: "the process has not begun"},
	} {
		t.Run(test.fake, func(t *testing.T) {
			t.Parallel()
			timeout := 20 * time.Second
			if test.fake == "hang" || test.fake == "spin" {
				timeout = 5 * time.Second
			}
			r := fake(test.fake, timeout).run(t.Context(), entry{name: "fake", kind: wire.KindBug})
			require.Equal(t, test.finding, r.Finding)
			require.Equal(t, string(test.layer), r.Layer)
			require.Equal(t, test.finding != "", r.Found)
			require.Equal(t, r.Found, r.OK)
			if test.err == "" {
				require.Empty(t, r.Error)
			} else {
				require.Contains(t, r.Error, test.err)
			}
		})
	}
}

// An entry that finds what does not bear its mark is run again with another
// seed, and is not found in the end.
func TestOtherFindings(t *testing.T) {
	seeds := make(map[uint64]bool)
	l := fake("finding", 4*time.Second)
	command := l.command
	l.command = func(ctx context.Context, name string, budget time.Duration, seed uint64) *exec.Cmd {
		require.False(t, seeds[seed], "the same seed again")
		seeds[seed] = true
		return command(ctx, name, budget, seed)
	}
	e := xsyncEntries[0]
	r := l.run(t.Context(), e)
	require.Greater(t, len(seeds), 1)
	require.Len(t, r.Others, len(seeds))
	require.False(t, r.Found)
	require.False(t, r.OK)
	require.Equal(t, "MISSED", r.verdict())
}

// An interrupt ends the run of an entry, and says nothing about the map.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := fake("hang", time.Minute).run(ctx, entry{name: "fake", kind: wire.KindBug})
	require.NotEmpty(t, r.Error)
	require.False(t, r.OK)
}

// Every entry is complete, and has a unique name.
func TestEntries(t *testing.T) {
	names := make(map[string]bool)
	for _, e := range gallery() {
		require.NoError(t, e.check())
		require.False(t, names[e.name], e.name)
		names[e.name] = true
	}
}

// command runs the command with this test binary as the processes of entries.
func command(t *testing.T, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	var out, err bytes.Buffer
	status = run(t.Context(), args, &out, &err)
	return status, out.String(), err.String()
}

// TestList checks that every name that is listed can be run, and that with its
// bug the version that fixed it is.
func TestList(t *testing.T) {
	var out bytes.Buffer
	require.Zero(t, run(t.Context(), []string{"-list"}, &out, &out))
	total := 0
	for name := range strings.Lines(out.String()) {
		entries, err := choose(gallery(), strings.TrimSpace(name))
		require.NoError(t, err)
		total += len(entries)
	}
	require.Len(t, gallery(), total)
}

// Bad arguments are reported, with status 2, and nothing is run.
func TestBadArguments(t *testing.T) {
	for _, test := range []struct{ args, says string }{
		{"-only nobody", `no entry "nobody"; there are xsync-unlock`},
		{"-nonsense", "flag provided but not defined"},
		{"extra", `unexpected argument "extra"`},
		{"-budget 0s", "must be more than 0"},
		{"-timeout 5s -budget 10s", "at least as much"},
	} {
		status, stdout, stderr := command(t, strings.Fields(test.args)...)
		require.Equal(t, cli.StatusUndone, status, test.args)
		require.Empty(t, stdout)
		require.Contains(t, stderr, test.says)
	}
}
