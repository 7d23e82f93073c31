package explore_test

import (
	"fmt"
	"slices"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// chanProgram runs goroutines that share two Chans.
func chanProgram(capacity int, goroutines ...func(w *words, c, d *explore.Chan)) program {
	return program{
		Setup: newWords, IgnoreRealTime: true, AllowDeadlock: true,
		Goroutines: [][]call{do(func(w *words) string {
			c, d := explore.NewChan(capacity), explore.NewChan(capacity)
			for _, f := range goroutines[1:] {
				explore.Go(func() { f(w, c, d) })
			}
			goroutines[0](w, c, d)
			return ""
		})},
	}
}

// The goal: a Chan orders what Go's memory model says, and nothing else. An execution
// shows a race in any order.
func TestChanRaces(t *testing.T) {
	type pipe = *explore.Chan
	write := func(w *words) { explore.PlainWrite(unsafe.Pointer(&w.data), 8) }
	send := func(c pipe) *explore.ChanCase { return &explore.ChanCase{Chan: c, Send: true, Value: 1} }
	recv := func(c pipe) *explore.ChanCase { return &explore.ChanCase{Chan: c} }
	for _, test := range []struct {
		name     string
		capacity int
		races    bool
		f, g     func(w *words, c, d pipe)
	}{
		{"a send and its receive", 0, false, func(w *words, c, _ pipe) { write(w); c.Send(1) }, func(w *words, c, _ pipe) { c.Recv(); write(w) }},
		{"through a buffer", 1, false, func(w *words, c, _ pipe) { write(w); c.Send(1) }, func(w *words, c, _ pipe) { c.Recv(); write(w) }},
		{"a receive and its send", 0, false, func(w *words, c, _ pipe) { c.Send(1); write(w) }, func(w *words, c, _ pipe) { write(w); c.Recv() }},
		{"not with a buffer", 1, true, func(w *words, c, _ pipe) { c.Send(1); write(w) }, func(w *words, c, _ pipe) { write(w); c.Recv() }},
		{"a receive and the next send", 1, false, func(w *words, c, _ pipe) { c.Send(1); c.Send(2); write(w) }, func(w *words, c, _ pipe) { write(w); c.Recv() }},
		{"two sends", 2, true, func(w *words, c, _ pipe) { write(w); c.Send(1) }, func(w *words, c, _ pipe) { c.Send(1); write(w) }},
		{"two receives", 2, true, func(w *words, c, _ pipe) { c.Send(1); c.Send(1); c.Recv(); write(w) }, func(w *words, c, _ pipe) { write(w); c.Recv() }},
		{"a close", 1, false, func(w *words, c, _ pipe) { write(w); c.Close() }, func(w *words, c, _ pipe) { c.Recv(); write(w) }},
		{"not the other way", 1, true, func(w *words, c, _ pipe) { c.Close(); write(w) }, func(w *words, c, _ pipe) { write(w); c.Recv() }},
		{"selects that meet", 0, false,
			func(w *words, c, d pipe) { write(w); explore.Select(false, send(c), recv(d)) },
			func(w *words, c, d pipe) { explore.Select(false, send(d), recv(c)); write(w) }},
		{"a len", 1, true, func(w *words, c, _ pipe) { write(w); c.Send(1) }, func(w *words, c, _ pipe) { c.Len(); write(w) }},
		{"a default", 0, true,
			func(w *words, c, d pipe) { write(w); explore.Select(true, send(c), recv(d)) },
			func(w *words, c, d pipe) { explore.Select(true, send(c), recv(d)); write(w) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := explore.Explore(t.Context(), chanProgram(test.capacity, test.f, test.g), explore.Options{})
			require.Equal(t, test.races, r.Failure != nil, "%v", r)
			if test.races {
				require.Equal(t, explore.Race, r.Failure.Kind)
				require.Zero(t, r.Executions, "%v", r)
			} else {
				require.True(t, r.Exhausted)
			}
		})
	}
}

// The goal: each value that is sent arrives once, with the right ok, whether the receiver
// or the sender comes first or waits, alone or in a select; what a Close leaves is
// received, and what waited for it goes on.
func TestChanValues(t *testing.T) {
	type pipe = *explore.Chan
	recv := func(c pipe) string { return fmt.Sprint(c.Recv()) }
	choose := func(c, d pipe) string {
		k, l := &explore.ChanCase{Chan: c}, &explore.ChanCase{Chan: d}
		if explore.Select(false, k, l) == 0 {
			return fmt.Sprint("c ", k.Value, k.OK)
		}
		return fmt.Sprint("d ", l.Value, l.OK)
	}
	for _, test := range []struct {
		name     string
		capacity int
		want     []string
		f, g     func(c, d pipe) string
	}{
		{"a rendezvous", 0, []string{" 7 true"},
			func(c, _ pipe) string { c.Send(7); return "" },
			func(c, _ pipe) string { return recv(c) }},
		{"a buffer", 1, []string{" 7 true 8 true 9 true"},
			func(c, _ pipe) string { c.Send(7); c.Send(8); c.Send(9); return "" },
			func(c, _ pipe) string { return recv(c) + " " + recv(c) + " " + recv(c) }},
		{"a Close", 0, []string{" <nil> false"},
			func(c, _ pipe) string { c.Close(); return "" },
			func(c, _ pipe) string { return recv(c) }},
		{"a Close after a Send", 1, []string{" 7 true <nil> false"},
			func(c, _ pipe) string { c.Send(7); c.Close(); return "" },
			func(c, _ pipe) string { return recv(c) + " " + recv(c) }},
		{"a select of a Send", 0, []string{" d 7 true"},
			func(_, d pipe) string { d.Send(7); return "" },
			func(c, d pipe) string { return choose(c, d) }},
		{"a select of a Close", 0, []string{" d <nil> false"},
			func(_, d pipe) string { d.Close(); return "" },
			func(c, d pipe) string { return choose(c, d) }},
		{"a select that sends", 0, []string{"1 7 true"},
			func(c, d pipe) string {
				return fmt.Sprint(explore.Select(false, &explore.ChanCase{Chan: d, Send: true, Value: 6}, &explore.ChanCase{Chan: c, Send: true, Value: 7}))
			},
			func(c, _ pipe) string { return recv(c) }},
		{"two selects", 0, []string{"1 c 7 true", "0 d 6 true"},
			func(c, d pipe) string {
				return fmt.Sprint(explore.Select(false, &explore.ChanCase{Chan: d, Send: true, Value: 6}, &explore.ChanCase{Chan: c, Send: true, Value: 7}))
			},
			func(c, d pipe) string { return choose(c, d) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			p := explore.Program[*[2]string, string]{
				Setup: func() *[2]string { return new([2]string) }, IgnoreRealTime: true,
				Goroutines: [][]explore.Call[*[2]string, string]{{{Do: func(s *[2]string) string {
					c, d := explore.NewChan(test.capacity), explore.NewChan(test.capacity)
					explore.Go(func() { s[1] = test.g(c, d) })
					s[0] = test.f(c, d)
					return ""
				}}}},
				Check: func(s *[2]string, _ []explore.Op[string]) error {
					got = append(got, s[0]+" "+s[1])
					return nil
				},
			}
			r := explore.Explore(t.Context(), p, explore.Options{})
			require.Nil(t, r.Failure, "%v", r)
			require.True(t, r.Exhausted)
			slices.Sort(got)
			require.ElementsMatch(t, test.want, slices.Compact(got))
		})
	}
}

// The goal: operations of channels that have nothing to do with each other are not
// ordered, and an operation that need not wait is one step.
func TestChanSteps(t *testing.T) {
	for _, test := range []struct {
		name              string
		capacity          int
		executions, depth int
		goroutines        []func(w *words, c, d *explore.Chan)
	}{
		{"two sends to a buffer", 2, 2, 3, []func(w *words, c, d *explore.Chan){
			func(_ *words, c, _ *explore.Chan) { c.Send(1) },
			func(_ *words, c, _ *explore.Chan) { c.Send(2) },
		}},
		{"sends to two channels", 2, 1, 3, []func(w *words, c, d *explore.Chan){
			func(_ *words, c, _ *explore.Chan) { c.Send(1) },
			func(_ *words, _, d *explore.Chan) { d.Send(2) },
		}},
		{"a rendezvous", 0, 2, 4, []func(w *words, c, d *explore.Chan){
			func(_ *words, c, _ *explore.Chan) { c.Send(1) },
			func(_ *words, c, _ *explore.Chan) { c.Recv() },
		}},
		{"defaults", 0, 1, 7, []func(w *words, c, d *explore.Chan){
			func(_ *words, c, d *explore.Chan) {
				explore.Select(true, &explore.ChanCase{Chan: c}, &explore.ChanCase{Chan: d})
			},
			func(_ *words, c, d *explore.Chan) {
				explore.Select(true, &explore.ChanCase{Chan: d}, &explore.ChanCase{Chan: c})
			},
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := chanProgram(test.capacity, test.goroutines...)
			p.AllowDeadlock = false
			r := explore.Explore(t.Context(), p, explore.Options{})
			require.Nil(t, r.Failure)
			require.True(t, r.Exhausted)
			require.EqualValues(t, test.executions, r.Executions)
			require.Equal(t, test.depth, r.MaxDepth)
		})
	}
}

// The goal: a loop of selects with a default is taken to spin.
func TestChanSpins(t *testing.T) {
	p := chanProgram(0,
		func(_ *words, c, d *explore.Chan) {
			for explore.Select(true, &explore.ChanCase{Chan: c}, &explore.ChanCase{Chan: d}) < 0 {
			}
		},
		func(_ *words, c, d *explore.Chan) { d.Len(); c.Len(); d.Send(1) })
	r := explore.Explore(t.Context(), p, explore.Options{SpinAfter: 2})
	require.Nil(t, r.Failure, "%v", r)
	require.True(t, r.Exhausted)
	require.NotEmpty(t, r.Spins)
}

// The goal: a table shows what a select does.
func TestChanTable(t *testing.T) {
	p := chanProgram(0,
		func(_ *words, c, d *explore.Chan) {
			explore.Select(false, &explore.ChanCase{Chan: c}, &explore.ChanCase{Chan: d})
		},
		func(_ *words, _, d *explore.Chan) { d.Send(1); d.Len(); d.Close(); d.Send(2) })
	f := failure(t, p, explore.Options{Search: explore.Bounded})
	require.ErrorContains(t, f.Err, "send on closed channel")
	want := []string{
		"Go: goroutine 1", "select of x1, keeps others out", "select of x2, waits", "end of operation of x1, waits",
		"send to x2, keeps others out", "select of x3: it goes on", "end of operation of x2", "len of x2, which is 0", "close x2", "send to x2",
	}
	var have []string
	for _, s := range f.Steps {
		have = append(have, s.Text)
	}
	require.Equal(t, want, have)

	p.AllowDeadlock = false
	p.Goroutines[0][0].Do = func(*words) string { explore.NewChan(0).Recv(); return "" }
	require.ErrorContains(t, failure(t, p, explore.Options{}), "goroutine 0 waits in receive from x0")
	p.Goroutines[0][0].Do = func(*words) string { explore.Select(false, new(explore.ChanCase)); return "" }
	require.ErrorContains(t, failure(t, p, explore.Options{}), "goroutine 0 waits in select of x0")
}

// The goal: Setup makes and fills Chans, and Check empties them.
func TestChanInSetup(t *testing.T) {
	p := explore.Program[*explore.Chan, string]{
		Setup: func() *explore.Chan {
			c := explore.NewChan(3)
			c.Send(1)
			c.Send(2)
			c.Recv()
			return c
		},
		Check: func(c *explore.Chan, _ []explore.Op[string]) error {
			if n := c.Len(); n != 2 {
				return fmt.Errorf("%d items", n)
			}
			one, _ := c.Recv()
			two := &explore.ChanCase{Chan: c}
			explore.Select(false, two)
			if none := explore.Select(true, &explore.ChanCase{Chan: c}); one != 2 || two.Value != 3 || none != -1 {
				return fmt.Errorf("%v, %v, %v", one, two.Value, none)
			}
			c.Close()
			return nil
		},
		Goroutines: [][]explore.Call[*explore.Chan, string]{
			{{Do: func(c *explore.Chan) string { c.Send(3); return "" }}},
			{{Do: func(c *explore.Chan) string { c.Len(); return "" }}},
		},
	}
	r := explore.Explore(t.Context(), p, explore.Options{})
	require.Nil(t, r.Failure, "%v", r)
	require.EqualValues(t, 2, r.Executions)
	p.Setup = func() *explore.Chan { c := explore.NewChan(0); c.Recv(); return c }
	r = explore.Explore(t.Context(), p, explore.Options{})
	require.ErrorContains(t, r.Failure, "would wait forever")
}

// A Chan is for the goroutines of a Program.
func TestChanOutside(t *testing.T) {
	for i, f := range []func(){
		func() { explore.NewChan(1) },
		func() { explore.Select(true) },
		func() { explore.NewPolledChan(0, 0, nil).Send(1) },
	} {
		require.Panics(t, f, fmt.Sprint(i))
	}
}
