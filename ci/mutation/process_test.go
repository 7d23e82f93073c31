package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/internal/cli"
	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// TestContain checks the ways in which a program can end. What loops is never
// blocked, and what sleeps takes no processor time.
func TestContain(t *testing.T) {
	t.Parallel() // they wait
	l := limit{blocked: time.Minute, cpu: time.Minute}
	for _, test := range []struct {
		name, script, how, detail string
		limit                     limit
	}{
		{"pass", "exit 0", passed, "", l},
		{"fail", "echo '--- FAIL: TestThis'; exit 1", failed, "--- FAIL: TestThis", l},
		{"crash", "echo 'fatal error: sync: unlock of unlocked mutex'; exit 2", crashed, "fatal error: sync: unlock of unlocked mutex", l},
		{"deadlock", "echo 'fatal error: all goroutines are asleep - deadlock!'; exit 2", hung, "fatal error: all goroutines are asleep - deadlock!", l},
		{"loop", "while :; do :; done", hung, "no end after 1s of processor time", limit{blocked: lookEvery, cpu: time.Second}},
		{"wait", "sleep 600", hung, "blocked for 400ms", limit{blocked: 2 * lookEvery, cpu: time.Minute}},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, err := contain(t.Context(), "", nil, test.limit, "sh", "-c", test.script)
			require.NoError(t, err)
			require.Equal(t, test.how, e.how)
			require.Equal(t, test.detail, e.detail)
		})
	}
	_, err := contain(t.Context(), "/nowhere", nil, l, "sh", "-c", "exit 0")
	require.Error(t, err)
}

// TestContainKillsChildren checks that nothing is left of a program that
// hangs, its children included.
func TestContainKillsChildren(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "child")
	script := `sleep 600 & echo $! > "` + name + `.new"; mv "` + name + `.new" "` + name + `"; wait`
	e, err := contain(t.Context(), "", nil, limit{blocked: effort.Brief(time.Second, 3*time.Second), cpu: time.Minute}, "sh", "-c", script)
	require.NoError(t, err)
	require.Equal(t, hung, e.how)
	text, err := os.ReadFile(name)
	require.NoError(t, err)
	child, err := strconv.Atoi(strings.TrimSpace(string(text)))
	require.NoError(t, err)
	require.Eventually(t, func() bool { return gone(child) }, 10*time.Second, 10*time.Millisecond)
}

// TestEndedIsNotBlocked checks that a program which has ended counts as such, also if nobody
// has waited for it yet.
func TestEndedIsNotBlocked(t *testing.T) {
	c := exec.Command("sh", "-c", "exit 0")
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	require.NoError(t, c.Start())
	require.Eventually(t, func() bool { return gone(c.Process.Pid) }, 10*time.Second, time.Millisecond)
	require.False(t, isBlocked(c.Process.Pid))
	require.NoError(t, c.Wait())
	require.False(t, isBlocked(c.Process.Pid))
}

// gone reports whether a process has ended; it may be waiting for its parent
// to take note.
func gone(pid int) bool {
	if syscall.Kill(pid, 0) != nil {
		return true
	}
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	return err != nil || strings.Contains(string(text), ") Z ")
}

// TestCommandLine checks that what makes no sense is refused.
func TestCommandLine(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-shard 2/2", "-shard"},
		{"-shard x", "-shard"},
		{"-class odd", "-class"},
		{"-layers odd", `no layer "odd" (have rapid, `},
		{"-budget -1s", "-budget"},
		{"-jobs 0", "-jobs"},
		{"-merge", "-merge needs"},
		{"-merge /nowhere", "nowhere"},
		{"extra", "unexpected argument"},
		{"-sample -1", "-sample is -1"},
		{"-race", "-race needs -packages"},
		{"-packages ./x -layers unit", "-layers is of the map's layers"},
		{"-packages ./nowhere", "nowhere"},
		{"-only (", "parsing regexp"},
		{"-only nothing-like-this", "no mutant"},
		{"-no-such-flag", "not defined"},
	} {
		var out, stderr bytes.Buffer
		require.Equal(t, cli.StatusUndone, run(t.Context(), strings.Fields(test.args), &out, &stderr), test.args)
		require.Contains(t, stderr.String(), test.want)
	}
}

// TestSummary checks the figures of results that are made up.
func TestSummary(t *testing.T) {
	results := []Result{
		{Mutant: Mutant{ID: "a", Class: concurrency}, Verdict: killed, By: "unit", How: failed},
		{Mutant: Mutant{ID: "b", Class: concurrency}, Verdict: killed, By: "explorer", How: hung, Layers: map[string]string{"unit": passed, "explorer": hung}},
		{Mutant: Mutant{ID: "c", Class: general}, Verdict: killed, By: "unit", How: failed, Layers: map[string]string{"unit": failed, "explorer": failed}},
		{Mutant: Mutant{ID: "d", Class: general}, Verdict: survived},
		{Mutant: Mutant{ID: "e", Class: general}, Verdict: equivalent},
		{Mutant: Mutant{ID: "f", Class: general}, Verdict: refuted},
		{Mutant: Mutant{ID: "g", Class: general}, Verdict: unfinished},
	}
	s := summarize(results, 9)
	require.Equal(t, 7, s.Mutants)
	require.Equal(t, map[string]int{concurrency: 2, general: 5}, s.Class)
	require.Equal(t, []int{3, 1, 1, 1, 1, 9, 1}, []int{s.Killed, s.Survived, s.Equivalent, s.Refuted, s.Unfinished, s.Stillborn, s.Hangs})
	require.Equal(t, map[string]int{"unit": 2, "explorer": 1}, s.First)
	require.Equal(t, map[string]int{"unit": 1, "explorer": 2}, s.By)
	require.Equal(t, map[string]int{"explorer": 1}, s.Alone)
	require.Equal(t, []string{"d", "f"}, s.Survivors)
	require.Equal(t, wire.Tally{Mutants: 5, Killed: 1, Open: 1, Equivalent: 1, Refuted: 1, Unfinished: 1}, s.Tally[general])
	require.InDelta(t, 0.75, s.score(), 1e-9)
}
