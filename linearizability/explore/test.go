package explore

import "testing"

// Test explores an ordinary test. Under
//
//	go tool explore test
//
// it runs body, and the goroutines that body starts, under every interleaving. It fails
// t if one of them is wrong: if it reports an error to its [T], panics, has a data race,
// leaves goroutines waiting for each other, or leaves goroutines waiting after body has
// returned. If there are more than a few executions, Test makes those with at most 0, 1
// and 2 preemptions first, and random ones in between, then all others. It stops after a
// minute, and reports whether it made all of them. See [Iterative].
//
// Under plain go test, Test runs body many times with the scheduler of the runtime.
//
// body runs again and again, so it must make its state itself. It must be
// deterministic except for the order of the steps of its goroutines.
func Test(t *testing.T, body func(*T)) {
	t.Helper()
	s := newSession(t)
	if !s.rewritten {
		s.repeat(body)
		return
	}
	s.finish(exploreIn(s, testProgram(t, body)))
}

// testProgram returns the program that runs body.
func testProgram(t testing.TB, body func(*T)) Program[*T, struct{}] {
	return Program[*T, struct{}]{
		Setup: func() *T { return &T{TB: t} },
		Goroutines: [][]Call[*T, struct{}]{{{Name: t.Name(), Do: func(x *T) (none struct{}) {
			x.e = active()
			x.run(body)
			return none
		}}}},
		Check:          func(x *T, _ []Op[struct{}]) error { return x.err() },
		IgnoreRealTime: true,
	}
}
