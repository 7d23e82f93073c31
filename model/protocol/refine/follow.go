package refine

import (
	"fmt"
	"maps"

	"github.com/flatmap-go/flatmap/model/protocol/refine/memory"
)

// A Follower compares executions of a map with the model.
type Follower struct {
	// Invariants has Check evaluate all invariants of the model in every state, and not
	// only in the first of every kind.
	Invariants bool
	// Coverage, if not nil, is added to.
	Coverage *Coverage

	Executions, Accesses, Actions uint64

	worlds map[string]*world
	id     []byte
	run    run
	taken  [len(actionNames)]uint64
	// Of the models of counters.
	takenSmall map[string]uint64

	// The execution.
	log     []access
	arena   []uint64
	subject Map
	calls   [][]Call

	// What the map holds before it.
	layout    memory.Layout
	base      int // the table that is in use
	stride    int // words of a bucket
	roots     []uint64
	links     []uint32
	overflow  []uint64
	announced bool
}

// New returns a Follower of maps.
func New() *Follower {
	return &Follower{worlds: map[string]*world{}, takenSmall: map[string]uint64{}}
}

// A run is the comparison of an execution.
type run struct {
	f      *Follower
	layout *memory.Layout
	*world
	m *machine

	base    int   // of the tables of layout
	first   []int // the first chain of each table
	tables  int
	chains  int
	longest int // buckets of a chain
	keys    int
	buckets map[linkName]position

	at         int // the access in progress
	goroutines []goroutine
	role       []role   // of the goroutine that holds a chain's lock
	holder     []int    // its number
	metas      []uint64 // as stored, of buckets
	split      map[int]*splitting
	set        set
	acted      bool
	beginning  bool // see beginResize
	ending     bool // see resizing

	spareReader, spareIter int

	registrar int // the goroutine that has the registry's mutex, or -1

	counting counting
}

// A goroutine is where one is in its calls.
type goroutine struct {
	call    *Call
	calls   int     // begun
	entries []int32 // its accesses
	at      int     // the next of them
	reader  int
	reading bool
	wrote   bool // a critical section has ended in which the call decided
	other   bool // the one in progress ends a hold of a key that is not the call's

	waits bool // ... has found the key held: the call locks its chain again

	registry registering
	holds    []int
	before   int // what the call has found

	iter     int   // of the model, if it has calls that iterate; otherwise -1
	doomed   bool  // the visit will find another version than its first
	decided  []int // the value of each key when a Retain locked its chain
	visited  int   // the chain that it has last begun to visit,
	visiting bool  // and not locked yet, after
	path     []int // these, which it has found moved
	shown    []Entry
	walk     walk
	sum      int // of the counts that a Len has loaded
	counts   int // how many
}

// notAllowed is what a run panics with.
type notAllowed struct{ error }

func (r *run) fail(format string, args ...any) {
	panic(notAllowed{fmt.Errorf(format, args...)})
}

// do takes note of an action that the model has taken, unless it refused.
func (r *run) do(name actionName, refused refusal) {
	if refused != 0 {
		r.refused(refused)
	}
	r.f.taken[name]++
	r.f.Actions++
	r.note(actionNames[name])
	if r.f.Invariants {
		r.checkInvariants(actionNames[name])
	}
}

// note adds an action to the coverage.
func (r *run) note(action string) {
	r.acted = true
	if c := r.f.Coverage; c != nil {
		c.add(r.f.log[min(r.at, len(r.f.log)-1)].site, action)
	}
}

func (r *run) checkInvariants(when string) {
	for _, i := range invariants {
		if !i.holds(r.m) {
			r.fail("after %s the invariant %s does not hold", when, i.name)
		}
	}
}

// Actions returns the names of all actions of the models that are followed.
func Actions() []string { return append(actionNames[:], smallActions()...) }

// Taken returns how often each action was taken, of those that were.
func (f *Follower) Taken() map[string]uint64 {
	taken := maps.Clone(f.takenSmall)
	for i, n := range f.taken {
		if n > 0 {
			taken[actionNames[i]] = n
		}
	}
	return taken
}

// Check compares the execution that has just ended with the model. results has what each
// call reported.
func (f *Follower) Check(results func(goroutine, call int) Result) (err error) {
	f.Executions++
	f.Accesses += uint64(len(f.log))
	r := &f.run
	defer func() {
		if p := recover(); p != nil {
			n, ok := p.(notAllowed)
			if !ok {
				panic(p)
			}
			err = r.explain(n.error)
		}
	}()
	r.begin(f)
	for r.at = range f.log {
		e := &f.log[r.at]
		r.enter(e, results)
		r.acted = false
		r.access(e)
		if f.Coverage != nil && !r.acted {
			f.Coverage.noteOther(e)
		}
	}
	r.at = len(f.log)
	for g := range r.goroutines {
		r.leave(g, results)
	}
	if cur := int(r.m.cur[0]); cur != f.layout.Current-f.base {
		r.fail("leaves table %d, and the model has table %d: rule same words", f.layout.Current-f.base, cur)
	}
	return nil
}

func (r *run) begin(f *Follower) {
	r.f, r.layout, r.base, r.at = f, &f.layout, f.base, 0
	if r.buckets == nil {
		r.buckets, r.split = map[linkName]position{}, map[int]*splitting{}
	}
	clear(r.split)
	r.beginning, r.ending, r.registrar = false, false, -1
	n := len(f.calls)
	for i := range f.log {
		n = max(n, f.log[i].g+1)
	}
	for len(r.goroutines) < n {
		r.goroutines = append(r.goroutines, goroutine{})
	}
	r.goroutines = r.goroutines[:n]
	for g := range r.goroutines {
		x := &r.goroutines[g]
		*x = goroutine{entries: x.entries[:0], holds: x.holds[:0], decided: x.decided, walk: x.walk, path: x.path[:0], reader: g, iter: -1}
	}
	f.subject.Layout(&f.layout)
	known := len(f.worlds)
	r.setup()
	r.role, r.holder = make([]role, r.chains), make([]int, r.chains)
	r.metas = make([]uint64, r.chains*r.longest)
	if len(f.worlds) != known || f.Invariants {
		r.checkInvariants("the beginning")
	}
	for i := range f.log {
		e := &f.log[i]
		r.at = i
		e.place = r.locate(e.addr)
		x := &r.goroutines[e.g]
		x.entries = append(x.entries, int32(i))
	}
}

// enter notes to whose call an access belongs.
func (r *run) enter(e *access, results func(goroutine, call int) Result) {
	g := &r.goroutines[e.g]
	g.at++
	if !e.begins {
		return
	}
	r.leave(e.g, results)
	g.call = &r.f.calls[e.g][g.calls]
	g.calls++
	g.reading, g.wrote, g.other, g.waits, g.before = false, false, false, false, Unknown
	g.sum, g.counts = 0, 0
	if r.retaining(g) {
		g.shown = results(e.g, g.calls-1).Shown
	}
}

// leave ends the call that a goroutine is in, and compares what it reported with what it
// has found.
func (r *run) leave(i int, results func(goroutine, call int) Result) {
	g := &r.goroutines[i]
	if g.call == nil {
		return
	}
	now := r.at
	if n := len(g.entries); g.at > n || now == len(r.f.log) {
		r.at = int(g.entries[n-1])
	} else if g.at > 1 {
		r.at = int(g.entries[g.at-2])
	}
	result := results(i, g.calls-1)
	if result.Failed && g.iter >= 0 && r.m.ipc[g.iter] != ipcsIoff {
		// One whose call has ended early is as one that never goes on.
		g.iter = r.spareIter
		r.spareIter++
	}
	switch {
	case result.Failed && r.m.rpc[g.reader] != rpcsIdle:
		g.reader = r.spareReader // the same for readers
		r.spareReader++
	case result.Returned:
		r.finishRead(i)
		r.endIteration(g, result.Shown)
		r.endCounting(i, result.Len)
		if len(g.holds) > 0 {
			r.fail("is the last access of %s, which holds the lock of chain %d: rule unlocked", g.call.Name, g.holds[0])
		}
		if r.registrar == i {
			r.fail("is the last access of %s, which has the mutex of the held keys: rule unlocked", g.call.Name)
		}
		if r.m.wpc[i] == wpcsWcall {
			r.fail("is the last access of %s, which holds key %d: rule held", g.call.Name, r.m.wkey[i])
		}
		if b := result.Before; b != Unknown && b != g.before {
			r.fail("ends %s, which reported %s, but the model says %s: rule result", g.call.Name, valueName(b), valueName(g.before))
		}
	}
	g.call = nil
	r.at = now
}

func valueName(v int) string {
	switch v {
	case Absent:
		return "that its key is absent"
	case Unknown:
		return "nothing"
	}
	return fmt.Sprintf("value %d", v)
}

// next returns the n-th access from the one in progress that its goroutine makes, or nil.
func (r *run) next(g, n int) *access {
	x := &r.goroutines[g]
	if i := x.at - 1 + n; i < len(x.entries) {
		return &r.f.log[x.entries[i]]
	}
	return nil
}

// access follows an access.
func (r *run) access(e *access) {
	g := &r.goroutines[e.g]
	switch e.what {
	case outside:
		return
	case stripeWord:
		r.countEntry(e)
		return
	case movedWord:
		r.countMoved(e)
		return
	case registryWord:
		r.registry(e)
		return
	case holdWord:
		r.hold(e)
		return
	case visitWord:
		r.announced(e)
		return
	case metaWord:
		if e.op == opLoad && !r.fills(e) {
			r.compareMeta(e.chain, e.bucket, e.after)
		}
	case versionWord:
		if v := int(r.m.ver[e.chain]); e.op == opLoad && v != int(e.after) {
			r.fail("finds another version than the model, which has %d: rule same words", v)
		}
	case keyWord, valueWord:
		if e.op == opLoad {
			r.compareWord(e)
		}
	}
	if e.what == metaWord && e.op != opLoad {
		r.metas[e.chain*r.longest+e.bucket] = e.after
	}
	if e.what == tableWord && e.op == opLoad {
		r.loadTable(e, g)
		return
	}
	if g.reading && (e.op != opLoad || r.iterating(g) && r.hasLoaded(e, g)) {
		r.finishRead(e.g)
	}
	switch {
	case g.reading:
		r.read(e)
	case e.op == opLoad && r.iterating(g):
		r.iterate(e, g)
	default:
		r.write(e)
	}
}

// loadTable follows the load with which a call finds the table. A call that loads first,
// and then writes, loads the table again in between.
func (r *run) loadTable(e *access, g *goroutine) {
	if g.call == nil {
		return
	}
	switch kind := g.call.Kind; {
	case g.reading && kind != Iterate:
		r.finishRead(e.g)
		fallthrough
	case kind == Write && !g.wrote:
		r.beginWrite(e.g)
	case kind == Load, kind == LoadThenWrite && !g.wrote:
		g.reading = true
		r.do(nameInvoke, r.m.actInvoke(g.reader, g.call.Key))
		r.do(nameLoad_table, r.m.actLoad_table(g.reader))
	case r.iterating(g) && r.copiedAll(g):
		r.finishRead(e.g)
		r.endVisit(g)
		r.loadAgain(g)
	case r.iterating(g):
		r.goForward(g)
	case kind == Iterate, kind == Retain:
		r.beginIteration(g)
	}
}
