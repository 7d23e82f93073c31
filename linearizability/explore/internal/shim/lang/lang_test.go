package lang

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// outcomes explores body and returns what it may return, sorted.
func outcomes(t *testing.T, body func() string) (list []string, r *explore.Report) {
	t.Helper()
	found := map[string]bool{}
	r = explore.Explore(context.Background(), explore.Program[*string, struct{}]{
		Setup: func() *string { return new(string) },
		Goroutines: [][]explore.Call[*string, struct{}]{{{Do: func(s *string) (none struct{}) {
			*s = body()
			return
		}}}},
		Check: func(s *string, _ []explore.Op[struct{}]) error {
			found[*s] = true
			return nil
		},
		IgnoreRealTime: true,
	}, explore.Options{})
	if r.Failure == nil {
		require.True(t, r.Exhausted)
	}
	return slices.Sorted(maps.Keys(found)), r
}

func TestChannels(t *testing.T) {
	for _, c := range []struct {
		name string
		body func() string
		want string
	}{
		{"rendezvous", func() string {
			c := MakeChan(make(chan int))
			Go(func() { Send(c)(1) })
			return fmt.Sprint(Recv(c))
		}, "1"},
		{"two senders", func() string {
			c := MakeChan(make(chan int))
			Go(func() { Send(c)(1) })
			Go(func() { Send(c)(2) })
			return fmt.Sprint(Recv(c), Recv(c))
		}, "1 2, 2 1"},
		{"two senders into a buffer", func() string {
			c := MakeChan(make(chan int, 2))
			Go(func() { Send(c)(1) })
			Go(func() { Send(c)(2) })
			return fmt.Sprint(Recv(c), Recv(c), LenChan(c))
		}, "1 2 0, 2 1 0"},
		{"a buffer is a queue", func() string {
			c := MakeChan(make(chan int, 1))
			Go(func() { Send(c)(1); Send(c)(2); Close(c) })
			var all []int
			for loop, v := RangeChan(c); loop.Next(&v); {
				all = append(all, v)
			}
			v, ok := Recv2(c)
			return fmt.Sprint(all, v, ok)
		}, "[1 2] 0 false"},
		{"len", func() string {
			c := MakeChan(make(chan int, 2))
			Go(func() { Send(c)(1) })
			return fmt.Sprint(LenChan(c))
		}, "0, 1"},
		{"select with a default", func() string {
			c := MakeChan(make(chan int))
			Go(func() { Close(c) })
			r := CaseRecv(c)
			return fmt.Sprint(Select(true, r), r.OK)
		}, "-1 false, 0 false"},
		{"select of two", func() string {
			a, b := MakeChan(make(chan int)), MakeChan(make(chan string, 1))
			Go(func() { Send(a)(1) })
			Go(func() { Send(b)("x") })
			r, s := CaseRecv(a), CaseRecv(b)
			first := Select(false, r, s)
			return fmt.Sprint(first, Select(false, CaseRecv(a), CaseRecv(b)), r.Value, s.Value)
		}, "0 1 1, 1 0 0x"},
		{"select that sends", func() string {
			c := MakeChan(make(chan int))
			got := MakeChan(make(chan int, 1))
			Go(func() { Send(got)(Recv(c)) })
			Select(false, CaseSend(c)(3))
			return fmt.Sprint(Recv(got))
		}, "3"},
		{"selects that meet", func() string {
			a, b := MakeChan(make(chan int)), MakeChan(make(chan int))
			got := MakeChan(make(chan int, 1))
			Go(func() { r := CaseRecv(b); Send(got)(Select(false, CaseSend(a)(3), r) + r.Value) })
			r := CaseRecv(a)
			i := Select(false, r, CaseSend(b)(4))
			return fmt.Sprint(i, r.Value, Recv(got))
		}, "0 3 0"},
		{"selects that meet, with a context each", func() string {
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			c := MakeChan(make(chan int))
			Go(func() { Select(false, CaseSend(c)(3), CaseRecv(ctx.Done())) })
			r := CaseRecv(c)
			return fmt.Sprint(Select(false, CaseRecv(ctx.Done()), r), r.Value)
		}, "1 3"},
		{"a select that a context ends", func() string {
			ctx, cancel := context.WithCancel(context.Background())
			Go(cancel)
			r := CaseRecv(ctx.Done())
			i := Select(false, CaseRecv(MakeChan(make(chan int))), r)
			return fmt.Sprint(i, r.OK)
		}, "1 false"},
		{"a select with a default while an item is always there", func() string {
			a, b := MakeChan(make(chan int, 1)), MakeChan(make(chan int, 1))
			Send(b)(1)
			Go(func() { Send(a)(1); Recv(b) })
			i := Select(true, CaseRecv(a), CaseRecv(b))
			if i == 1 {
				Send(b)(2)
			}
			return fmt.Sprint(i)
		}, "0, 1"},
		{"a loop of selects with a default", func() string {
			a, b := MakeChan(make(chan int)), MakeChan(make(chan int))
			Go(func() { Close(b) })
			for Select(true, CaseRecv(a), CaseRecv(b)) < 0 {
				GoschedInLoop()
			}
			return "ended"
		}, "ended"},
		{"an item that two selects wait for", func() string {
			a, b := MakeChan(make(chan int)), MakeChan(make(chan int))
			done := MakeChan(make(chan int, 2))
			for range 2 {
				Go(func() { Send(done)(10 * Select(false, CaseRecv(a), CaseRecv(b))) })
			}
			Send(b)(1)
			Close(a)
			return fmt.Sprint(Recv(done) + Recv(done))
		}, "10"},
		{"an item for one that has found another", func() string {
			a, b := MakeChan(make(chan int)), MakeChan(make(chan int))
			got := MakeChan(make(chan int, 1))
			Go(func() { r, s := CaseRecv(a), CaseRecv(b); Select(false, r, s); Send(got)(r.Value + s.Value) })
			Send(a)(1)
			return fmt.Sprint(Select(true, CaseSend(b)(2)), Recv(got))
		}, "-1 1"},
		{"two cases of one channel", func() string {
			c := MakeChan(make(chan int))
			done := MakeChan(make(chan int, 1))
			Go(func() { Send(done)(Select(false, CaseSend(c)(1), CaseRecv(c), CaseRecv(c))) })
			v := Recv(c)
			return fmt.Sprint(v, Recv(done))
		}, "1 0"},
		{"nil channels", func() string {
			c := MakeChan(make(chan int, 1))
			return fmt.Sprint(Select(false, CaseRecv((chan int)(nil)), CaseSend((chan int)(nil))(1), CaseSend(c)(1)),
				Select(true, CaseRecv((chan int)(nil))))
		}, "2 -1"},
		{"a close wakes those that send", func() string {
			c := MakeChan(make(chan int))
			got := MakeChan(make(chan string, 1))
			Go(func() { Send(got)(message(func() { Send(c)(1) })) })
			Close(c)
			return Recv(got)
		}, "send on closed channel"},
		{"send on a closed channel", func() string {
			c := MakeChan(make(chan int, 1))
			Close(c)
			return message(func() { Send(c)(1) }) + message(func() { Close(c) })
		}, "send on closed channelclose of closed channel"},
		{"a channel that unseen code closes", func() string {
			c := make(chan int, 1)
			c <- 4
			close(c)
			v, ok := Recv2(c)
			_, again := Recv2(c)
			return fmt.Sprint(v, ok, again)
		}, "4 true false"},
		{"a context", func() string {
			ctx, cancel := context.WithCancel(context.Background())
			Go(cancel)
			_, ok := Recv2(ctx.Done())
			return fmt.Sprint(ok, ctx.Err())
		}, "false context canceled"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, r := outcomes(t, c.body)
			require.Nil(t, r.Failure, "%v", r)
			assert.Equal(t, c.want, strings.Join(got, ", "))
		})
	}
}

func message(f func()) (s string) {
	defer func() { s = fmt.Sprint(recover()) }()
	f()
	return "no panic"
}

func TestDeadlocks(t *testing.T) {
	for name, body := range map[string]func(){
		"nobody sends":    func() { Recv(MakeChan(make(chan int))) },
		"nobody takes":    func() { Send(MakeChan(make(chan int)))(1) },
		"a full buffer":   func() { c := MakeChan(make(chan int, 1)); Send(c)(1); Send(c)(2) },
		"a nil channel":   func() { Recv((chan int)(nil)) },
		"an empty select": func() { Block() },
		"a select":        func() { Select(false, CaseRecv(MakeChan(make(chan int))), CaseRecv(MakeChan(make(chan int)))) },
		"selects that do not meet": func() {
			a, b := MakeChan(make(chan int)), MakeChan(make(chan int))
			Go(func() { Select(false, CaseSend(a)(1), CaseSend(b)(1)) })
			Select(false, CaseSend(a)(1), CaseSend(b)(1))
		},
	} {
		_, r := outcomes(t, func() string { body(); return "" })
		if assert.NotNil(t, r.Failure, name) {
			assert.Equal(t, explore.Deadlock, r.Failure.Kind, name)
		}
	}
}

func TestWhatTheRuntimeAccessesIsAnnounced(t *testing.T) {
	m := func() map[int]int { return map[int]int{1: 2} }
	for name, body := range map[string]func(){
		"map": func() { m := m(); Go(func() { MapWrite(m)[1] = 3 }); _ = MapRead(m)[1] },
		"range": func() {
			m := m()
			Go(func() { MapWrite(m)[1] = 3 })
			for loop, _, _ := RangeMap(m); loop.Next(nil, nil); {
			}
		},
		"copy":   func() { s := make([]int, 2); Go(func() { Copy(s, []int{1}) }); SliceRead(s) },
		"append": func() { s := make([]int, 1, 4); Go(func() { Append(s, []int{1}) }); Append(s, []int{2}) },
		"grow":   func() { s := make([]int, 1); Go(func() { Copy(s, []int{1}) }); _ = append(Grow(s), 2) },
	} {
		_, r := outcomes(t, func() string { body(); return "" })
		if assert.NotNil(t, r.Failure, name) {
			assert.Equal(t, explore.Race, r.Failure.Kind, name)
		}
	}
	_, r := outcomes(t, func() string {
		s := make([]int, 2)
		Go(func() { Copy(s[:1], []int{1, 2}) })
		Copy(s[1:], []int{1, 2})
		return ""
	})
	assert.Nil(t, r.Failure, "copies to different elements")
}

func TestNothingIsRandomInAnExploration(t *testing.T) {
	got, r := outcomes(t, func() string {
		m := map[string]int{}
		for i := range 20 {
			m[fmt.Sprint(i)] = i
		}
		var order []string
		for loop, k, _ := RangeMap(m); loop.Next(&k, nil); {
			order = append(order, k)
		}
		w := MakeChan(make(chan int))
		Go(func() { Send(w)(1) })
		Recv(w)
		return fmt.Sprint(order, Rand.Int(), RandV2.Uint64(), Uint32n(10), Now().UnixNano(), Since(Now()), NumCPU())
	})
	require.Nil(t, r.Failure)
	assert.Len(t, got, 1)
}

func TestMapLoops(t *testing.T) {
	m := map[float64]int{1: 1, 2: 2, math.NaN(): 3, math.Copysign(0, -1): 4}
	sum := 0
	for loop, _, v := RangeMap(m); loop.Next(nil, &v); {
		sum += v
	}
	assert.Equal(t, 10, sum)
	assert.Len(t, slices.Collect(Keys(m)), 4)
	assert.ElementsMatch(t, []int{1, 2, 3, 4}, slices.Collect(Values(m)))
	assert.Len(t, CloneMap(m), 4)
	assert.Nil(t, CloneMap(map[int]int(nil)))
	seen := 0
	for loop, k, _ := RangeMap(m); loop.Next(&k, nil); {
		seen++
		clear(m)
	}
	assert.Equal(t, 1, seen)
}

func TestOutsideOfExplorations(t *testing.T) {
	c := MakeChan(make(chan int, 1))
	Send(c)(1)
	r := CaseRecv(c)
	assert.Equal(t, 1, Select(false, CaseRecv(make(chan int)), r))
	assert.Equal(t, 1, r.Value)
	assert.Equal(t, -1, Select(true, CaseRecv(c)))
	assert.Equal(t, 0, Select(false, CaseSend(c)(2)))
	assert.Equal(t, 1, LenChan(c))
	assert.Equal(t, 2, Recv(c))
	<-NewTimer(1).C
	<-After(1)
	done := MakeChan(make(chan int))
	AfterFunc(1, func() { Close(done) })
	Recv(done)
	tick := NewTicker(1)
	<-tick.C
	tick.Stop()
	assert.WithinDuration(t, time.Now(), Now(), time.Minute)
	assert.Less(t, Uint32n(3), uint32(3))
	assert.Less(t, RandN(5), 5)
	assert.PanicsWithValue(t, "invalid argument to N", func() { RandN(0) })
	Sleep(1)
	SleepInLoop(1)
	Gosched()
	GoschedInLoop()
}
