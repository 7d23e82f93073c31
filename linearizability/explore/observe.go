package explore

// An Access is what Options.EachAccess is called with. It is valid during the call only.
type Access struct {
	Goroutine int
	Begins    bool    // it is the first access of a call of Program.Goroutines
	Op        string  // Load, Store, Swap, Add, CompareAndSwap, ..., or PlainWrite
	Addr      uintptr // of the word; 0 if there is none, as for Go and Spin
	// Before and After are what the word held: they are equal if the access only read.
	Before, After uint64
	// Words are what the whole words at Addr hold after a PlainWrite.
	Words []uint64
	// Site is known if Options.Coverage is set, and while a failure is explained.
	Site Site
}

// An observer calls EachAccess. It is idle if each is nil.
type observer struct {
	each    func(*Access)
	access  Access
	plain   address // what a plain write that was announced writes
	pending bool    // it is made before its goroutine announces anything else
}

// observe reports the access that has just been made.
func (e *engine) observe(ev *event, begins bool, before, after uint64) {
	a := &e.observer.access
	*a = Access{Goroutine: int(ev.g), Begins: begins, Op: ev.op.String(), Before: before, After: after}
	if ev.loc >= 0 && ev.op != opGo {
		a.Addr = number(e.locations[ev.loc].pin)
	}
	if e.sites != nil {
		a.Site = e.sites.list[ev.site]
	}
	e.observer.each(a)
}

// observePlain notes a plain write that is about to be made.
func (e *engine) observePlain(a address, bytes uintptr) {
	o := &e.observer
	o.plain, o.pending = a, true
	o.access = Access{Goroutine: e.running, Op: "PlainWrite", Addr: number(a), Words: make([]uint64, bytes/8)}
	if e.sites != nil {
		o.access.Site = e.sites.list[e.sites.caller(e.wrappers)]
	}
}

// flushPlain reports the plain write that was announced last. It has been made, and no
// other goroutine has run since.
func (e *engine) flushPlain() {
	o := &e.observer
	o.pending = false
	if e.cutting {
		return
	}
	for i := range o.access.Words {
		o.access.Words[i] = peekWord(o.plain, i)
	}
	o.each(&o.access)
}
