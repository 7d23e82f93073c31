package model

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// A test for rapid keeps what is reported as an error, and ends where it should.
func TestQuietTB(t *testing.T) {
	end := func(f func(tb *quietTB)) (tb *quietTB, returned bool) {
		tb = &quietTB{}
		done := make(chan struct{})
		go func() {
			defer close(done)
			f(tb)
			returned = true
		}()
		<-done
		return tb, returned
	}
	for _, test := range []struct {
		f                func(tb *quietTB)
		failed, returned bool
		log              []string
	}{
		{func(tb *quietTB) { tb.Helper(); tb.Log("a"); tb.Logf("b") }, false, true, nil},
		{func(tb *quietTB) { tb.Error("a", 1); tb.Errorf("b %d", 2) }, true, true, []string{"a1", "b 2"}},
		{func(tb *quietTB) { tb.Fail() }, true, true, []string{""}},
		{func(tb *quietTB) { tb.FailNow() }, true, false, []string{""}},
		{func(tb *quietTB) { tb.Fatal("a") }, true, false, []string{"a"}},
		{func(tb *quietTB) { tb.Fatalf("a %d", 1) }, true, false, []string{"a 1"}},
		{func(tb *quietTB) { tb.SkipNow() }, false, false, nil},
		{func(tb *quietTB) { tb.Skip("a") }, false, false, nil},
		{func(tb *quietTB) { tb.Skipf("a") }, false, false, nil},
	} {
		tb, returned := end(test.f)
		require.Equal(t, test.failed, tb.Failed())
		require.Equal(t, test.returned, returned)
		require.Equal(t, test.log, tb.log)
	}
	require.Greater(t, len((&quietTB{}).Name()), 255)
}

// Progress counts the programs, and their operations, one by one.
func TestProgress(t *testing.T) {
	var seen []Progress
	require.NoError(t, Check(func() Map[int, int] { return NewMutex[int, int]() }, WithKinds(Load), WithProgress(func(p Progress) { seen = append(seen, p) })))
	require.NotEmpty(t, seen)
	for i, p := range seen {
		require.Equal(t, i+1, p.Programs)
		require.True(t, i == 0 || p.Operations > seen[i-1].Operations)
	}
}

// The stacks of a hang are of the goroutine that hangs, and of those that the map has started.
func TestStacksOfMap(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	newMap := func() Map[int, int] {
		return stuck{NewMutex[int, int](), func() {
			go backgroundWork(release)
			runtime.Gosched()
			<-release
		}}
	}
	f := run(newMap, Program[int, int]{{Kind: Store}, {Kind: Load}}, 50*time.Millisecond, Program[int, int]{{Kind: Len}})
	require.ErrorIs(t, f, ErrHung)
	require.Equal(t, ErrHung.Error()+": no result after 50ms", f.Reason.Error())
	require.Len(t, f.Program, 2)
	require.Len(t, f.Results, 1)
	own, others, _ := strings.Cut(f.Stacks, "\n\n")
	require.Contains(t, own, "stuck.Load")
	require.Contains(t, others, "backgroundWork")
	require.NotContains(t, others, "stuck.Load")
}

func backgroundWork(release chan struct{}) { <-release }
