package proof

import (
	"maps"
	"math/rand/v2"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// Of each finite structure of flatmap.model.
const (
	slotsPerBucket  = 3
	bucketsPerChain = 3
	structureKeys   = 3
	structureValues = 3
)

// A shape is a kind of map, and tables that grow, shrink or stay.
type shape struct {
	name              string
	multi, ptrs, fast bool
	keyWords          int
	valueWords        int
	roots             []int // of each table
	// iterating makes iterations get further than others: with one reader, one writer, few
	// slots, and seldom a resize.
	iterating bool
}

var shapes = []shape{
	{"words", false, false, true, 1, 1, []int{1, 2, 1, 1, 2, 2}, false},
	{"one-word values", false, false, false, 2, 1, []int{1, 2, 1, 1, 2, 2}, false},
	{"pairs", true, false, false, 1, 2, []int{2, 1, 2, 2, 1, 1}, false},
	{"pointers", false, true, false, 2, 1, []int{1, 2, 1, 2, 1, 1}, false},
	{"strings", true, true, false, 2, 2, []int{2, 1, 1, 2, 1, 1}, false},
	{"one chain", false, false, true, 1, 1, []int{1, 1}, true},
	{"two chains and one", false, false, false, 1, 1, []int{2, 1, 2, 1, 1, 1}, true},
}

// flatmapSeldom makes walks of flatmap.model get somewhere.
var flatmapSeldom = map[string]int{
	"begin_resize": 30, "clear_begins": 100, "restart": 30, "advance": 4, "R4_fails": 2,
	"give_up_move": 10, "remove": 3, "new_bucket": 10, "unlock": 3, "clear_locks": 2,
	"wipe_copies": 40, "i_R1": 3, "reserve": 3, "reserve_value": 4, "reserve_wiped": 20, "reserve_ends": 20, "look": 3, "look_none": 3, "drop_hold": 20, "clear_unlocks": 300, "register": 3, "give_back": 3, "take_back": 2,
}

// iteratingSeldom is for structures that are iterating, in addition.
var iteratingSeldom = map[string]int{"begin_resize": 400, "clear_begins": 1000, "invoke": 20, "advance": 20, "update_in_place": 20, "remove": 1, "i_R1": 1, "lend": 5, "lend_root": 5, "register": 20, "reserve": 40}

func flatmapStructures() []Structure {
	var list []Structure
	for _, sh := range shapes {
		seldom := maps.Clone(flatmapSeldom)
		if sh.iterating {
			maps.Copy(seldom, iteratingSeldom)
		}
		list = append(list, Structure{
			Name:   sh.name,
			World:  sh.world,
			First:  map[string]int{"table": len(sh.roots) - 1},
			Choose: sh.choose,
			Seldom: seldom,
		})
	}
	return list
}

func (sh shape) world(m *protocol.Model) *protocol.World {
	chains := 0
	var first []int // chain of each table
	for _, n := range sh.roots {
		first = append(first, chains)
		chains += n
	}
	reps := structureKeys + 1
	if sh.fast {
		reps = structureKeys
	}
	readers, iters := 3, 2
	if sh.iterating {
		readers, iters = 1, 1
	}
	w := protocol.NewWorld(m, map[string]int{
		"reader": readers, "writer": 2, "iter": iters, "slot": chains * slotsPerBucket * bucketsPerChain, "chain": chains,
		"table": len(sh.roots), "key": structureKeys, "rep": reps, "val": structureValues,
		"kidx": sh.keyWords, "vidx": sh.valueWords, "word": 1 + reps + 2*structureValues, "int": bucketsPerChain,
	})
	for t, n := range sh.roots {
		next := min(t+1, len(sh.roots)-1)
		w.Set("ord", t, t)
		w.Set("next", next, t)
		set(w, "shrinks", sh.roots[next] < n, t)
		for i := range n {
			c := first[t] + i
			w.Set("tableof", t, c)
			sh.fillChain(w, c)
			if t > 0 {
				w.Set("src", first[t-1]+i%sh.roots[t-1], c)
			}
			if t+1 < len(sh.roots) {
				w.Set("dst", first[t+1]+i%sh.roots[t+1], c)
			}
		}
		for k := range structureKeys {
			w.Set("home", first[t]+k%n, t, k)
		}
	}
	for g := range reps {
		w.Set("keyof", g%structureKeys, g)
		for i := range sh.keyWords {
			w.Set("kw", 1+g, g, i)
		}
	}
	for v := range structureValues {
		for j := range sh.valueWords {
			w.Set("vw", 1+reps+2*v+j%2, v, j)
		}
	}
	set(w, "multi", sh.multi)
	set(w, "ptrs", sh.ptrs)
	set(w, "fast", sh.fast)
	set(w, "kptr", sh.ptrs, 0)
	set(w, "vptr", sh.ptrs, 0)
	return w
}

func (sh shape) fillChain(w *protocol.World, c int) {
	for bucket := range bucketsPerChain {
		for i := range slotsPerBucket {
			s := (c*bucketsPerChain+bucket)*slotsPerBucket + i
			w.Set("chainof", c, s)
			w.Set("pos", bucket, s)
			w.Set("empty", 1, s)
			w.Set("spare", s, c, bucket) // the last one in the end
		}
	}
	w.Set("len", 1, c)
	w.Set("wlen", 1, c)
}

func set(w *protocol.World, name string, b bool, args ...int) {
	if b {
		w.Set(name, 1, args...)
	}
}

func (sh shape) choose(w *protocol.World, action string, rng *rand.Rand) bool {
	switch action {
	case "begin_resize", "clear_begins", "clear_announces":
		return w.Get("ord", w.Get("cur")) < len(sh.roots)-2 // otherwise there are no more tables
	case "i_visit": // seldom a visit that begins again
		return !sh.iterating || w.Get("ipc", w.Arg(0)) == w.Enum("inext") || rng.IntN(100) == 0
	case "i_R1": // ... or a bucket that is read again
		return !sh.iterating || w.Get("ipc", w.Arg(0)) == w.Enum("ivisit") || rng.IntN(30) == 0
	case "wbegin":
		choose := w.FuncArg(action, "ks")
		one := rng.IntN(structureKeys)
		for k := range structureKeys {
			choose(truth(k == one || rng.IntN(4) == 0), k)
		}
	case "R2":
		choose := w.FuncArg(action, "pick")
		r := w.Arg(0)
		c := w.Get("home", w.Get("rtab", r), w.Get("rkey", r))
		for s := range w.Size("slot") {
			if w.True("full", s) && w.Get("chainof", s) == c && w.Get("pos", s) == w.Get("rpos", r) {
				match := w.Get("keyof", w.Get("gr", s)) == w.Get("rkey", r)
				choose(truth(match || rng.IntN(2) == 0), s)
			}
		}
	}
	return true
}

func truth(b bool) int {
	if b {
		return 1
	}
	return 0
}
