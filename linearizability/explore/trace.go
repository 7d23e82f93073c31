package explore

import (
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

// A Site is a place in the source.
type Site struct {
	File     string // its full path
	Line     int
	Function string
}

// String returns the base name of the file and the line.
func (s Site) String() string {
	if s.File == "" {
		return ""
	}
	return fmt.Sprintf("%s:%d", filepath.Base(s.File), s.Line)
}

// A siteTable finds the places that accesses come from, and numbers them from 1. Number
// 0 is the empty Site.
type siteTable struct {
	byPCs  map[[nearFrames]uintptr]int32 // notNear if these frames are all wrappers
	bySite map[Site]int32
	list   []Site
}

// The nearFrames innermost frames of a stack are nearly always enough. Each frame costs
// as much as a step.
const (
	nearFrames = 4
	allFrames  = 16
	notNear    = -1
)

func (t *siteTable) start() {
	*t = siteTable{byPCs: map[[nearFrames]uintptr]int32{}, bySite: map[Site]int32{}, list: make([]Site, 1)}
}

// caller returns the number of the place that called a method of this package. The
// place is outside of this package and of the files of wrappers.
func (t *siteTable) caller(wrappers []string) int32 {
	var near [nearFrames]uintptr
	n := runtime.Callers(4, near[:])
	id, ok := t.byPCs[near]
	if !ok {
		id = notNear
		if site, ok := unwrapped(near[:n], wrappers); ok || n < nearFrames {
			id = t.number(site)
		}
		t.byPCs[near] = id
	}
	if id == notNear {
		var all [allFrames]uintptr
		site, _ := unwrapped(all[:runtime.Callers(4, all[:])], wrappers)
		id = t.number(site)
	}
	return id
}

// here returns the number of the place that the running goroutine is in.
func (t *siteTable) here(wrappers []string) int32 {
	var pcs [allFrames]uintptr
	site, _ := unwrapped(pcs[:runtime.Callers(2, pcs[:])], wrappers)
	return t.number(site)
}

// unwrapped returns the first of the frames that is not a wrapper.
func unwrapped(pcs []uintptr, wrappers []string) (Site, bool) {
	for frames := runtime.CallersFrames(pcs); ; {
		f, more := frames.Next()
		if strings.HasPrefix(f.Function, "iter.") {
			return Site{}, true // a deferred function of this package runs
		}
		if !isWrapper(f, wrappers) {
			return Site{f.File, f.Line, f.Function}, true
		}
		if !more {
			return Site{}, false
		}
	}
}

func (t *siteTable) number(site Site) int32 {
	id, ok := t.bySite[site]
	if !ok {
		id = int32(len(t.list))
		t.list = append(t.list, site)
		t.bySite[site] = id
	}
	return id
}

const packagePath = "github.com/flatmap-go/flatmap/linearizability/explore"

func isWrapper(f runtime.Frame, wrappers []string) bool {
	if strings.HasPrefix(f.Function, packagePath+".") && !strings.HasSuffix(f.File, "_test.go") ||
		strings.Contains(f.File, "/linearizability/explore/internal/shim/") {
		return true
	}
	for _, w := range wrappers {
		if strings.HasSuffix(f.File, w) {
			return true
		}
	}
	return false
}

// A tracer records an execution for reports.
type tracer struct {
	steps    []Step
	names    map[uintptr]string
	pointers map[uint64]string
	number   int
	compared comparison // of the CompareAndSwap in progress
	method   string     // of the SyncMap, or a remark on the operation of a Chan

	site        int32 // of the access in progress
	lastSites   map[accessKey]int32
	races       []Step           // places of the plain accesses that race
	expressions map[int32]string // of locations, where they were accessed last
}

// A comparison has the arguments of a CompareAndSwap and whether it swapped.
type comparison struct {
	ok       bool
	old, new uint64
}

func (t *tracer) start() {
	*t = tracer{
		names: map[uintptr]string{}, pointers: map[uint64]string{},
		lastSites: map[accessKey]int32{}, expressions: map[int32]string{},
	}
}

// An accessKey stands for the last atomic read or write of a location by a goroutine.
type accessKey struct {
	loc   int32
	g     uint8
	write bool
}

func (t *tracer) lastSite(loc int32, g int, write bool) int32 {
	return t.lastSites[accessKey{loc, uint8(g), write}]
}

// called names loc after what the source at site calls it, where op accesses it.
func (e *engine) called(loc, site int32, op string) {
	if !e.sourceNames || loc < 0 {
		return
	}
	s := e.sites.list[site]
	if name := tool.Expression(s.File, s.Line, op); name != "" || !strings.Contains(op, " ") {
		e.trace.expressions[loc] = name
	}
}

func (e *engine) name(a address, name string) { e.trace.names[number(a)] = name }

func (t *tracer) locationName(e *engine, loc int32) string {
	if loc < 0 {
		return ""
	}
	if name, ok := t.names[number(e.locations[loc].pin)]; ok {
		return name
	}
	if name := t.expressions[loc]; name != "" {
		return fmt.Sprintf("%s·%d", name, loc)
	}
	return fmt.Sprintf("x%d", loc)
}

// goText begins the text of a Go.
const goText = "Go: goroutine "

var opNames = [numOps]string{
	"Load", "Store", "Swap", "CompareAndSwap", "Add", "And", "Or",
	"Load", "Store", "Swap", "CompareAndSwap",
	"Lock", "TryLock", "Unlock", "RLock", "TryRLock", "RUnlock", "LockBits", "WaitClear",
	"Wait", "Wait", "Signal", "Broadcast", "Wait", "Add", "Map", "Go",
	"send to", "receive from", "close", "len of", "select of", "select of", "select of", "end of operation of",
	"send to", "receive from", "select of", "select of",
	"Spin", "call",
}

// String returns the name of the method.
func (o op) String() string { return opNames[o] }

// call returns the method with its location, as in a call.
func (t *tracer) call(e *engine, loc int32, o op) string {
	if loc < 0 {
		return o.String()
	}
	if o.ofChan() {
		return o.String() + " " + t.locationName(e, loc)
	}
	return t.locationName(e, loc) + "." + o.String()
}

// value formats a value. Pointers are numbered, since their values differ from run to
// run.
func (t *tracer) value(o op, v uint64) string {
	if o.content() == pointers {
		if v == 0 {
			return "nil"
		}
		name, ok := t.pointers[v]
		if !ok {
			name = fmt.Sprintf("p%d", len(t.pointers)+1)
			t.pointers[v] = name
		}
		return name
	}
	if small := int64(v); small > -1<<16 && small < 1<<16 {
		return fmt.Sprint(small)
	}
	return fmt.Sprintf("%#x", v)
}

func (e *engine) traceStep(ev *event, before, after uint64) {
	t := &e.trace
	op := ev.op.String()
	if ev.op == opMap {
		op = t.method
	}
	e.called(ev.loc, ev.site, op)
	t.site = ev.site
	t.lastSites[accessKey{ev.loc, ev.g, ev.mode&(modeWrite|modeStores) != 0}] = ev.site
	b, a := t.value(ev.op, before), t.value(ev.op, after)
	text := t.call(e, ev.loc, ev.op)
	switch ev.op {
	case opLoad, opLoadPointer, opWaitClear:
		text += "() = " + b
	case opStore, opStorePointer:
		text += "(" + a + ")"
	case opSwap, opSwapPointer:
		text += "(" + a + ") = " + b
	case opCAS, opCASPointer:
		c := t.compared
		text += "(" + t.value(ev.op, c.old) + ", " + t.value(ev.op, c.new) + fmt.Sprintf(") = %t", c.ok)
		if !c.ok {
			text += ", it is " + b
		}
	case opTryLock, opTryRLock:
		text += fmt.Sprintf("() = %t", ev.mode&modeWrite != 0)
	case opCount:
		text += fmt.Sprintf("(): %d to %d", int64(before)>>counterShift, int64(after)>>counterShift)
	case opAdd, opAnd, opOr, opLockBits:
		text += "(): " + b + " to " + a
	case opWoken:
		text += ", woken"
	case opLock, opUnlock, opRLock, opRUnlock, opWaitGroup, opWait, opSignal, opBroadcast, opSpin:
		text += "()"
	case opMap:
		text = t.locationName(e, ev.loc) + "." + t.method
	case opSend, opRecv, opClose, opLen, opSelect, opLook, opClaim, opRelease, opPoll:
		text += t.method
	case opSending, opReceiving, opSelecting:
		text += ", woken"
	case opGo:
		text = fmt.Sprintf(goText+"%d", e.child(ev))
	case opCall:
		text = "(no access)"
	}
	t.number++
	t.steps = append(t.steps, Step{
		Number: t.number, Goroutine: int(ev.g), Call: e.callName(int(ev.g)),
		Text: text, Site: e.sites.list[ev.site],
	})
}

func (e *engine) tracePlain(a address, n uintptr, write bool) (site int32) {
	verb := "read"
	if write {
		verb = "write"
	}
	if e.sourceNames {
		return e.traceAside(a, "plain "+verb+" of %s")
	}
	return e.traceAside(a, fmt.Sprintf("plain %s of %%s, %d bytes", verb, n))
}

// traceAside records what the running goroutine does with a and that is not a step.
func (e *engine) traceAside(a address, format string) (site int32) {
	t := &e.trace
	site = e.sites.caller(e.wrappers)
	name, ok := t.names[number(a)]
	if !ok {
		name = "memory"
	}
	t.steps = append(t.steps, Step{
		Number: t.number, Goroutine: e.running, Call: e.callName(e.running),
		Text: fmt.Sprintf(format, name), Plain: true,
		Site: e.sites.list[site],
	})
	return site
}

// relevant returns steps without those of no interest. What the compiler announces are nearly all accesses, and
// of those only the ones that race.
func (t *tracer) relevant(e *engine, steps []Step) []Step {
	if !e.sourceNames {
		return steps
	}
	return slices.DeleteFunc(steps, func(s Step) bool {
		return s.Plain && !slices.ContainsFunc(t.races, func(r Step) bool {
			return r.Goroutine == s.Goroutine && r.Site == s.Site
		})
	})
}

// callName returns the name of the call that g is in. The client's code may be generic
// and therefore compiled where plain accesses are announced.
func (e *engine) callName(g int) string {
	e.inside = true
	defer func() { e.inside = false }()
	return e.client.callName(g)
}
