package m

import (
	"errors"
	"fmt"
	"hash/maphash"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// errSick is what a hasher panics with.
var errSick = errors.New("the hasher panics")

// TestPanicking has a hasher that panics for keys whose chains are to move, until a call
// ends that.
func TestPanicking(t *testing.T) {
	for _, s := range scenarios() {
		if s.shrink {
			continue
		}
		for _, sick := range []uint64{0b10, 0b11} {
			for _, calls := range [][]call{
				{{method: "Store"}, {method: "Load"}},
				{{method: "Store"}, {method: "Store", key: 1}},
				{{method: "LoadAndDelete"}, {method: "Store"}},
				{{method: "LoadAndDelete"}, {method: "Store", key: 1}},
				{{method: "Store"}, {method: "mend"}},
				{{method: "LoadAndDelete"}, {method: "Store", key: 1}, {method: "mend"}},
				{{method: "Store"}, {method: "Store", key: 1}, {method: "mend"}},
			} {
				s.panicking(t, sick, calls)
			}
		}
	}
}

// A sickMap is a map whose hasher panics for the keys that sick has a bit for.
type sickMap struct {
	*table
	sick atomic.Uint64
}

func newSickMap(s scenario, sick uint64) *sickMap {
	x := new(sickMap)
	x.table = flatmap.New[uint64, uint64](flatmap.WithHasher(func(_ maphash.Seed, k uint64) uint64 {
		for i := range s.keys {
			if k == s.keys[i] && x.sick.Load()>>i&1 != 0 {
				panic(errSick)
			}
		}
		return k
	}))
	s.setup(x.table)
	x.sick.Store(sick)
	return x
}

// check returns an error if the map is wrong after the hasher has stopped to panic. If
// deleted, key 0 must be gone.
func (x *sickMap) check(s scenario, deleted bool) error {
	x.sick.Store(0)
	if _, ok := x.Load(s.keys[0]); ok && deleted {
		return errors.New("a deleted key is back")
	}
	for range 2 {
		seen := map[uint64]bool{}
		var twice error
		x.Range(func(k, _ uint64) bool {
			if seen[k] {
				twice = fmt.Errorf("key %#x is there twice", k)
			}
			seen[k] = true
			return true
		})
		if twice != nil {
			return twice
		}
		if x.Len() != len(seen) {
			return fmt.Errorf("Len is %d, but there are %d entries", x.Len(), len(seen))
		}
		for range 24 { // to move what is left
			x.Store(word(10), 50)
		}
	}
	if x.Stats().Resizing {
		return errors.New("the resize does not end")
	}
	return nil
}

// panicking explores calls. If only key 1 is sick, and in another chain, no call on key 0
// may panic.
func (s scenario) panicking(t *testing.T, sick uint64, calls []call) {
	healthy := sick == 0b10 && strings.Contains(s.name, "two chains")
	p := explore.Program[*sickMap, result]{
		Setup: func() *sickMap { return newSickMap(s, sick) },
		Check: func(x *sickMap, history []explore.Op[result]) error {
			deleted := false
			for i, op := range history {
				if op.Result.err != "" && op.Result.err != errSick.Error() {
					return errors.New(op.Result.err)
				}
				deleted = deleted || calls[i].method == "LoadAndDelete" && op.Result.err == ""
			}
			for _, c := range calls {
				deleted = deleted && (c.method != "Store" || c.key != 0)
			}
			return x.check(s, deleted)
		},
	}
	var names []string
	for i, c := range calls {
		c.value = uint64(10 + i)
		names = append(names, c.String())
		p.Goroutines = append(p.Goroutines, []explore.Call[*sickMap, result]{{Name: c.String(), Do: func(x *sickMap) (r result) {
			defer func() {
				switch e := recover(); {
				case e == errSick && (c.key != 0 || !healthy):
					r.err = errSick.Error()
				case e != nil:
					r.err = fmt.Sprintf("%v panics: %v", c, e)
				}
			}()
			if c.method == "mend" {
				x.sick.Store(0)
				return r
			}
			return c.do(x.table, s.keys)
		}}})
	}
	r := explore.Explore(t.Context(), p, explore.Options{Executions: 2000, SpinAfter: 2})
	if r.Failure != nil {
		t.Fatalf("%s: %s\n%v", s.name, strings.Join(names, " || "), r)
	}
}
