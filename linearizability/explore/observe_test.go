package explore_test

import (
	"context"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A published is a pair of words that is written plainly, and a flag that publishes it.
type published struct {
	pair [2]uint64
	flag explore.Uint64
}

// TestEachAccess checks that every access of every execution is reported, in order and
// with its values, and nothing else.
func TestEachAccess(t *testing.T) {
	type seen struct {
		goroutine     int
		begins        bool
		op            string
		before, after uint64
		words         int
	}
	var log []seen
	var last []uint64
	executions, accesses := 0, uint64(0)
	x := &published{}
	call := func(name string, do func(*published) uint64) explore.Call[*published, uint64] {
		return explore.Call[*published, uint64]{Name: name, Do: do}
	}
	p := explore.Program[*published, uint64]{
		Setup: func() *published {
			log, last = nil, nil
			*x = published{}
			x.flag.Store(7) // not reported
			x.flag.Store(0)
			return x
		},
		Goroutines: [][]explore.Call[*published, uint64]{
			{call("publish", func(x *published) uint64 {
				explore.PlainWrite(unsafe.Pointer(&x.pair), unsafe.Sizeof(x.pair))
				x.pair = [2]uint64{3, 4}
				x.flag.Store(1)
				return 0
			}), call("unpublish", func(x *published) uint64 { return x.flag.Swap(0) })},
			{call("read", func(x *published) uint64 { return x.flag.Load() })},
		},
		Check: func(x *published, history []explore.Op[uint64]) error {
			executions++
			read := history[2].Result
			want := []seen{
				{0, false, "PlainWrite", 0, 0, 2},
				{0, true, "Store", 0, 1, 0},
				{0, true, "Swap", 1, 0, 0},
			}
			place := 1 // of the read, if it found the flag
			for i, a := range log {
				if a.goroutine == 1 {
					require.Equal(t, seen{1, true, "Load", read, read, 0}, a)
					log = append(log[:i:i], log[i+1:]...)
					place = i
					break
				}
			}
			require.Equal(t, want, log)
			require.Equal(t, read == 1, place == 2, "a read right after the store, and no other, finds it")
			require.Equal(t, []uint64{3, 4}, last)
			return nil
		},
	}
	for _, sites := range []bool{false, true} {
		executions = 0
		o := explore.Options{EachAccess: func(a *explore.Access) {
			if a.Words == nil {
				accesses++
				require.Equal(t, uintptr(unsafe.Pointer(&x.flag)), a.Addr)
			} else {
				require.Equal(t, uintptr(unsafe.Pointer(&x.pair)), a.Addr)
				last = append([]uint64{}, a.Words...)
			}
			log = append(log, seen{a.Goroutine, a.Begins, a.Op, a.Before, a.After, len(a.Words)})
			require.Equal(t, sites, a.Site.Line != 0, "the site of %v", a)
			if sites {
				require.Equal(t, "observe_test.go", a.Site.String()[:len("observe_test.go")])
			}
		}}
		if sites {
			o.Coverage = &explore.Coverage{}
		}
		accesses = 0
		report := explore.Explore(context.Background(), p, o)
		require.Nil(t, report.Failure)
		require.True(t, report.Exhausted)
		require.Equal(t, 3, executions)
		require.Equal(t, report.Steps, accesses)
	}
}
