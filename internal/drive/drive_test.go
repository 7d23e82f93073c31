package drive

import (
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// settings returns options for one round of two settings.
func settings() Options {
	return Options{Rounds: 1, Procs: []int{1}, GOGC: []int{100, 50}, Watchdog: time.Minute, Seed: 7, Seeded: true}
}

// Every workload that is chosen and fits runs once for each setting and round,
// with a seed that no other turn has.
func TestRounds(t *testing.T) {
	o := settings()
	o.Rounds = 2
	o.Names = []string{"a", "c"}
	var turns []int
	seeds := make(map[[2]uint64]bool)
	rounds := 0
	r := Runner{Options: o, Package: "drive",
		Turn: func(t *Turn) {
			turns = append(turns, t.Workload)
			seeds[t.Seed] = true
			t.Operations.Add(1)
		},
		AfterRound: func() error { rounds++; return nil }}
	before, gogc := runtime.GOMAXPROCS(0), GOGC()
	require.NoError(t, r.Run(t.Context(), []Workload{{Name: "a"}, {Name: "b"}, {Name: "c"}, {Name: "d", Unfit: "no Len"}}))
	require.Equal(t, []int{0, 2, 0, 2, 0, 2, 0, 2}, turns)
	require.Len(t, seeds, 8)
	require.Equal(t, 2, rounds)
	require.Equal(t, 8, r.Operations)
	require.Equal(t, 4, r.ByWorkload[2].Turns)
	require.Empty(t, r.Skipped, "it was not to run")
	require.Equal(t, before, runtime.GOMAXPROCS(0))
	require.Equal(t, gogc, GOGC())
}

// What must hold after a round is checked after the last one, too, if the budget
// passes in the middle of it.
func TestAfterRound(t *testing.T) {
	o := settings()
	o.Rounds, o.Budget = 0, 20*time.Millisecond
	left := errors.New("something is left")
	turns := 0
	r := Runner{Options: o, Package: "drive",
		Turn: func(*Turn) {
			turns++
			for began := time.Now(); time.Since(began) <= o.Budget; runtime.Gosched() { // until it has passed
			}
		},
		AfterRound: func() error { return left }}
	require.ErrorIs(t, r.Run(t.Context(), []Workload{{Name: "a"}}), left)
	require.Equal(t, 1, turns)
}

// A goroutine that fails may leave others waiting: both are reported, with the
// name of the package once.
func TestFailAndHang(t *testing.T) {
	o := settings()
	o.Watchdog = 10 * time.Millisecond
	release := make(chan struct{})
	defer close(release)
	r := Runner{Options: o, Package: "drive", Turn: func(t *Turn) {
		t.Fail(errors.New("drive: first"))
		t.Fail(errors.New("second"))
		<-release
	}}
	err := r.Run(t.Context(), []Workload{{Name: "a"}})
	require.ErrorIs(t, err, ErrHung)
	require.ErrorContains(t, err, "drive: workload a, seed 7, round 0, GOMAXPROCS ")
	require.ErrorContains(t, err, "GOGC 100: first\n")
	require.ErrorContains(t, err, `to run this workload again: drive.WithWorkloads("a"), drive.WithSeed(7), drive.WithProcs(1)`)
	require.ErrorContains(t, err, "TestFailAndHang")
}

// A panic and a call of runtime.Goexit fail a turn.
func TestGuard(t *testing.T) {
	for want, turn := range map[string]func(){
		"the map panicked: boom":        func() { panic("boom") },
		"the map called runtime.Goexit": runtime.Goexit,
	} {
		r := Runner{Options: settings(), Package: "drive", Turn: func(*Turn) { turn() }}
		require.ErrorContains(t, r.Run(t.Context(), []Workload{{Name: "a"}}), want)
	}
}

// Options with which nothing would run are errors.
func TestOptions(t *testing.T) {
	for want, change := range map[string]func(*Options){
		`WithWorkloads: unknown workload "x" (have a, b)`:      func(o *Options) { o.Names = []string{"x"} },
		"nothing to run: no workload fits the map: b (no Len)": func(o *Options) { o.Names = []string{"b"} },
		"nothing to run: WithRounds(0) without WithBudget":     func(o *Options) { o.Rounds = 0 },
		"nothing to run: WithProcs: no values":                 func(o *Options) { o.Procs = nil },
		"nothing to run: WithGOGC: no values":                  func(o *Options) { o.GOGC = nil },
	} {
		o := settings()
		change(&o)
		r := Runner{Options: o, Package: "drive", Turn: func(*Turn) { t.Error("it runs") }}
		require.EqualError(t, r.Run(t.Context(), []Workload{{Name: "a"}, {Name: "b", Unfit: "no Len"}}), "drive: "+want)
	}
}
