package refine

import (
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model/protocol"
)

// A pair is a compiled machine, and the interpreter of the same model.
type pair struct {
	model *protocol.Model
	m     *machine
	w     *protocol.World
	size  map[string]int
	held  map[*protocol.Func]holder
}

// A holder is where the machine holds a function.
type holder struct {
	field      reflect.Value // a slice
	size, span []int         // of each argument: its values, and the places that it takes
}

func newPair(n sizes) *pair {
	p := &pair{model: protocol.Flatmap(), m: newMachine(n), size: map[string]int{
		"reader": n.nReader, "writer": n.nWriter, "iter": n.nIter, "slot": n.nSlot, "chain": n.nChain, "table": n.nTable, "key": n.nKey,
		"rep": n.nRep, "val": n.nVal, "kidx": n.nKidx, "vidx": n.nVidx, "word": n.nWord, "int": n.nInt, "bool": 2,
	}}
	p.w = protocol.NewWorld(p.model, p.size)
	for _, e := range p.model.Enums {
		p.size[e.Name] = len(e.Values)
	}
	p.held = map[*protocol.Func]holder{}
	for _, f := range p.model.Funcs {
		field := reflect.ValueOf(p.m).Elem().FieldByName(f.Name)
		h := holder{field: reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()}
		for _, sort := range f.Args {
			n := p.size[sort]
			h.size, h.span = append(h.size, n), append(h.span, n)
			if sort == "int" {
				h.span[len(h.span)-1]++ // see places in generate
			}
		}
		p.held[f] = h
	}
	return p
}

// places calls yield for all places of a function: with the value in the machine.
func (p *pair) places(f *protocol.Func, yield func(args []int, at reflect.Value)) {
	h := p.held[f]
	args := make([]int, len(f.Args))
	for i := range h.field.Len() {
		rest, inside := i, true
		for a := len(args) - 1; a >= 0; a-- {
			args[a] = rest % h.span[a]
			rest /= h.span[a]
			inside = inside && args[a] < h.size[a]
		}
		if inside {
			yield(args, h.field.Index(i))
		}
	}
}

// randomize gives every function random values, or one value everywhere. Relations hold
// at few places, or at many.
//
// In one round of two nothing is in the making, and locks are held or lent: otherwise none
// would be lent.
func (p *pair) randomize(r *rand.Rand) {
	calm := r.IntN(2) == 0
	for _, f := range p.model.Funcs {
		odds, same := max(0, min(4, r.IntN(9)-2)), r.IntN(2) == 0
		all := r.IntN(p.size[f.Sort])
		switch f.Name {
		case "fl", "dy", "rt", "tk", "ub", "rs", "did", "moved", "fh", "wfh", "locked":
			if calm && r.IntN(4) > 0 {
				odds = 0
			}
		case "has", "idone":
			if calm && r.IntN(2) == 0 {
				odds = 0
			}
		case "owns", "chk", "wset", "lent", "wl", "wk", "full", "iat":
			if calm && r.IntN(4) > 0 {
				odds = 4
			}
		case "wpc", "ipc":
			same = same || calm
		case "len", "wlen", "lat", "wlat", "pos":
			if calm && f.Sort == "int" {
				same, all = f.Name != "pos", 1
				if f.Name == "pos" {
					same, all = true, 0
				}
			}
			same = same || calm
		}
		p.places(f, func(args []int, at reflect.Value) {
			if f.Sort == "bool" {
				b := r.IntN(4) < odds
				at.SetBool(b)
				p.w.Set(f.Name, b2i(b), args...)
				return
			}
			v := all
			if !same {
				v = r.IntN(p.size[f.Sort])
			}
			at.SetInt(int64(v))
			p.w.Set(f.Name, v, args...)
		})
	}
	p.m.index()
}

func (p *pair) equal(t *testing.T, action string) {
	for _, f := range p.model.Funcs {
		p.places(f, func(args []int, at reflect.Value) {
			has := int64(p.w.Get(f.Name, args...))
			if f.Sort == "bool" && at.Bool() != (has != 0) || f.Sort != "bool" && at.Int() != has {
				t.Fatalf("after %s, %s%v is %v, and %d in the interpreter", p.w.Call(action), f.Name, args, at, has)
			}
		})
	}
}

// TestCompiled runs every action on random states, by the compiled machine and by the
// interpreter: they refuse it for the same reason, or leave the same state.
func TestCompiled(t *testing.T) {
	n := sizes{nReader: 2, nWriter: 2, nIter: 1, nSlot: 6, nChain: 3, nTable: 3, nKey: 2, nRep: 2, nVal: 2, nKidx: 1, nVidx: 2, nWord: 3, nInt: 2}
	p := newPair(n)
	r := rand.New(rand.NewPCG(1, 2))
	taken, refused := map[string]int{}, map[refusal]int{}
	rounds, actions := effort.Brief(100, 300), effort.Brief(3*len(p.model.Actions)/4, len(p.model.Actions))
	for round := 0; round < rounds || len(taken) < actions; round++ {
		require.Less(t, round, 20000, "only these actions were taken: %v", taken)
		p.randomize(r)
		for _, i := range r.Perm(len(p.model.Actions)) {
			a := p.model.Actions[i]
			var s set
			found := p.w.Find(a.Name, r, nil, 60)
			var args []int
			for _, q := range a.Params {
				if len(q.Args) == 0 && found {
					args = append(args, p.w.Arg(len(args)))
					continue
				} else if len(q.Args) == 0 {
					args = append(args, r.IntN(p.size[q.Sort]))
					continue
				}
				size := p.size[q.Args[0]]
				s.reset(size)
				put := p.w.FuncArg(a.Name, q.Name)
				for x := range size {
					if r.IntN(3) == 0 {
						s.add(x)
						put(1, x)
					}
				}
			}
			p.w.Args(a.Name, args...)
			want := p.w.Refuses(a.Name)
			got := take(p.m, a.Name, args, &s)
			if want != "" {
				if got == 0 || rules[got].asserts || !strings.Contains(want, rules[got].text) {
					t.Fatalf("%s: the interpreter refuses it: %s; the machine: %v", p.w.Call(a.Name), want, rules[got])
				}
				refused[got]++
				continue
			}
			err := p.w.Do(a.Name)
			if got != 0 {
				if !rules[got].asserts {
					t.Fatalf("%s is refused: %v", p.w.Call(a.Name), rules[got])
				}
				require.ErrorContains(t, err, rules[got].name)
				refused[got]++
				continue
			}
			if err != nil { // it assigns outside of the structure, which a machine leaves out
				break
			}
			p.equal(t, a.Name)
			taken[a.Name]++
		}
	}
	t.Logf("%d of %d rules refused a step", len(refused), len(rules)-1)
}
