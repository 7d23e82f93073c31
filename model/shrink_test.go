package model

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

type stuck struct {
	*Mutex[int, int]
	stick func()
}

func (m stuck) Load(int) (int, bool) {
	m.stick()
	return 0, false
}

// A hang that uses a processor differs from one that waits.
func TestWaits(t *testing.T) {
	var over atomic.Bool
	release := make(chan struct{})
	defer func() { over.Store(true); close(release) }()
	hang := func(stick func()) *Failure[int, int] {
		newMap := func() Map[int, int] { return stuck{NewMutex[int, int](), stick} }
		f := run(newMap, Program[int, int]{{Kind: Load}}, 50*time.Millisecond, nil)
		require.ErrorIs(t, f, ErrHung)
		return f
	}
	require.False(t, (&Failure[int, int]{Reason: errStopped}).waits())
	require.True(t, hang(func() { <-release }).waits())
	require.False(t, hang(func() {
		for !over.Load() {
		}
	}).waits())
}

// shrunk returns what becomes of a program that ends with a Len, which is wrong if fails
// says so of the calls before it.
func shrunk(t *testing.T, p program, fails func(calls string) bool) program {
	t.Helper()
	newMap := changed(func(m *Methods[int, int]) {
		calls, load, compute := "", m.Load, m.Compute
		m.Load = func(key int) (int, bool) {
			calls += fmt.Sprintf(" %d.", key)
			return load(key)
		}
		m.Compute = func(key int, f func(int, bool) (int, flatmap.Op)) (int, bool) {
			calls += " compute"
			defer func() {
				if p := recover(); p != nil {
					calls += " panics"
					panic(p)
				}
			}()
			return compute(key, f)
		}
		m.Len = func() int {
			if fails(calls) {
				return -1
			}
			return len(maps.Collect(m.All()))
		}
	})
	c := checker[int, int]{newMap: newMap, options: newOptions(nil), smallest: &Failure[int, int]{Program: append(p, Op[int, int]{Kind: Len}), Reason: errors.New("want 0")}}
	c.shrink()
	last := len(c.smallest.Program) - 1
	require.Equal(t, Len, c.smallest.Program[last].Kind)
	require.EqualError(t, c.smallest.Reason, "want 0")
	return c.smallest.Program[:last]
}

// A program is shrunk until nothing can be left out, in whatever order.
func TestShrink(t *testing.T) {
	type op = Op[int, int]
	calls := func(calls string, of ...string) bool {
		return !slices.ContainsFunc(of, func(call string) bool { return !strings.Contains(calls, " "+call) })
	}
	var long program
	for key := range 60 {
		long = append(long, op{Key: key})
	}
	require.Equal(t, program{{Key: 7}, {Key: 31}, {Key: 59}}, shrunk(t, long, func(s string) bool { return calls(s, "7.", "31.", "59.") }))
	require.Equal(t, program{{Key: 3}}, shrunk(t, program{{Key: 1}, {Key: 3}, {Key: 2}}, func(s string) bool {
		return calls(s, "3.") && (calls(s, "1.") || !calls(s, "2.")) // the first can go only after the second
	}))
	ends := op{Kind: Compute, Key: 2, Exit: Panic, Inner: []op{{}, {Key: 9}}, Present: Decision[int]{Op: flatmap.Set}, Absent: Decision[int]{Op: flatmap.Remove}}
	require.Equal(t, program{{Kind: Compute, Key: 2, Inner: []op{{Key: 9}}}}, shrunk(t, program{{Key: 1}, ends}, func(s string) bool {
		return calls(s, "compute", "9.") && (calls(s, "1.") || !calls(s, "panics")) // the first can go only after a part of the second
	}))
}

// To shrink takes no longer than its budget.
func TestShrinkBudget(t *testing.T) {
	t.Parallel() // it waits
	var long program
	for key := range 400 {
		long = append(long, Op[int, int]{Key: key})
	}
	tries := 0
	shrunk(t, long, func(calls string) bool {
		tries++
		time.Sleep(20 * time.Millisecond)
		return strings.Count(calls, ".") == len(long)
	})
	require.Less(t, tries, len(long)/2)
}

type program = Program[int, int]
