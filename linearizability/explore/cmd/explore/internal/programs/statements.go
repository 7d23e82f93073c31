package programs

import "fmt"

// list prints operations.
func (w *printer) list(list []Op) {
	for i := range list {
		w.op(&list[i])
	}
}

func (w *printer) op(o *Op) {
	switch k := o.Kind; {
	case k <= Await:
		w.atomic(o)
	case k <= ReadAtomic:
		w.plain(o)
	case k <= Broadcast:
		w.wait(o)
	case k <= TryRecvEither:
		w.channel(o)
	case k <= MapDelete:
		w.syncMap(o)
	default:
		w.start(o)
	}
}

// see prints that a result is seen.
func (w *printer) see(o *Op, result string) {
	if o.Form%2 == 0 {
		w.printf("r = see(r, %s)\n", result)
	} else {
		w.printf("r = r*31 + %s + 1\n", result)
	}
}

// branch prints an operation with a number as its result, and its body.
func (w *printer) branch(o *Op, result string) {
	if len(o.Body) == 0 {
		w.see(o, result)
		return
	}
	x := w.fresh()
	if o.Form/2%2 == 0 {
		w.printf("%s := %s\nr = see(r, %s)\nif %s != 0 {\n", x, result, x, x)
	} else {
		w.printf("if %s := %s; %s == 0 {\nr = see(r, 0)\n} else {\nr = see(r, %s)\n", x, result, x, x)
	}
	w.list(o.Body)
	w.printf("}\n")
}

// condition prints an operation with a bool as its result, and its body.
func (w *printer) condition(o *Op, result string) { w.conditionEnd(o, result, "") }

// conditionEnd is condition, with what follows the body.
func (w *printer) conditionEnd(o *Op, result, end string) {
	if len(o.Body) == 0 && end == "" {
		w.see(o, "number("+result+")")
		return
	}
	switch o.Form / 2 % 3 {
	case 0:
		w.printf("if %s {\nr = see(r, 1)\n", result)
		w.list(o.Body)
		w.printf("%s} else {\nr = see(r, 0)\n}\n", end)
	case 1:
		w.printf("if !%s {\nr = see(r, 0)\n} else {\nr = see(r, 1)\n", result)
		w.list(o.Body)
		w.printf("%s}\n", end)
	default:
		x := w.fresh()
		w.printf("%s := %s\nr = see(r, number(%s))\nif %s {\n", x, result, x, x)
		w.list(o.Body)
		w.printf("%s}\n", end)
	}
}

// locked prints a body between two calls.
func (w *printer) locked(o *Op, lock, unlock string) {
	switch o.Form % 4 {
	case 0:
		w.printf("func() {\n%s()\ndefer %s()\n", lock, unlock)
		w.list(o.Body)
		w.printf("}()\n")
	case 1:
		l, u := w.fresh(), w.fresh()
		w.printf("%s, %s := %s, %s\n%s()\n", l, u, lock, unlock, l)
		w.list(o.Body)
		w.printf("%s()\n", u)
	default:
		w.printf("%s()\n", lock)
		w.list(o.Body)
		w.printf("%s()\n", unlock)
	}
}

func (w *printer) wait(o *Op) {
	switch o.Kind {
	case Lock:
		m := w.name("m%d", o.V)
		if o.Form/4%4 == 0 {
			x := w.fresh()
			w.printf("var %s sync.Locker = &%s\n", x, m)
			m = x
		}
		w.locked(o, m+".Lock", m+".Unlock")
	case TryLock:
		m := w.name("m%d", o.V)
		w.conditionEnd(o, m+".TryLock()", m+".Unlock()\n")
	case RLock:
		rw := w.name("rw")
		if o.Form/4%4 == 0 {
			w.locked(o, rw+".RLocker().Lock", rw+".RLocker().Unlock")
		} else {
			w.locked(o, rw+".RLock", rw+".RUnlock")
		}
	case WLock:
		rw := w.name("rw")
		w.locked(o, rw+".Lock", rw+".Unlock")
	case TryRLock:
		rw := w.name("rw")
		w.conditionEnd(o, rw+".TryRLock()", rw+".RUnlock()\n")
	case TryWLock:
		rw := w.name("rw")
		w.conditionEnd(o, rw+".TryLock()", rw+".Unlock()\n")
	case Done:
		if o.Form%2 == 0 {
			w.printf("%s.Done()\n", w.name("group"))
		} else {
			w.printf("%s.Add(-1)\n", w.name("group"))
		}
	case WaitFor:
		w.printf("%s.Wait()\n", w.name("group"))
	case Once:
		w.printf("%s.Do(func() {\n", w.name("once"))
		w.list(o.Body)
		w.printf("})\n")
	case CondWait:
		w.printf("for !%s {\n%s.Wait()\n}\n", w.name("flag"), w.name("cond"))
	case SetFlag:
		w.printf("%s = true\n", w.name("flag"))
	case Signal:
		w.printf("%s.Signal()\n", w.name("cond"))
	case Broadcast:
		w.printf("%s.Broadcast()\n", w.name("cond"))
	}
}

func (w *printer) channel(o *Op) {
	c := w.name("c%d", o.V)
	switch o.Kind {
	case Send:
		if o.Form%4 == 0 {
			w.printf("select {\ncase %s <- %d:\n}\n", c, o.Val)
		} else {
			w.printf("%s <- %d\n", c, o.Val)
		}
	case Recv:
		switch o.Form / 2 % 4 {
		case 0:
			x := w.fresh()
			w.printf("select {\ncase %s := <-%s:\nr = see(r, %s)\n}\n", x, c, x)
		case 1:
			x := w.fresh()
			w.printf("var %s <-chan int = %s\n", x, c)
			w.see(o, "<-"+x)
		default:
			w.see(o, "<-"+c)
		}
	case RecvOK:
		x, ok := w.fresh(), w.fresh()
		w.printf("%s, %s := <-%s\nr = see(r, %s)\n", x, ok, c, x)
		w.condition(o, ok)
	case Range:
		x := w.fresh()
		w.printf("for %s := range %s {\n", x, c)
		w.see(o, x)
		w.printf("}\n")
	case Close:
		w.printf("close(%s)\n", c)
	case Len:
		w.see(o, "len("+c+")")
	case TrySend:
		w.printf("select {\ncase %s <- %d:\nr = see(r, 1)\n", c, o.Val)
		w.list(o.Body)
		w.printf("default:\nr = see(r, 0)\n}\n")
	case TryRecv:
		x := w.fresh()
		w.printf("select {\ncase %s := <-%s:\nr = see(see(r, %s), 1)\n", x, c, x)
		w.list(o.Body)
		w.printf("default:\nr = see(r, 0)\n}\n")
	case RecvEither, TryRecvEither:
		w.printf("select {\n")
		for i := range chans {
			x := w.fresh()
			w.printf("case %s := <-%s:\nr = see(r, %s+%d)\n", x, w.name("c%d", i), x, 10*i)
		}
		if o.Kind == TryRecvEither {
			w.printf("default:\nr = see(r, -1)\n")
		}
		w.printf("}\n")
	}
}

func (w *printer) syncMap(o *Op) {
	m := w.name("sm")
	switch o.Kind {
	case MapStore:
		w.printf("%s.Store(%d, %d)\n", m, o.V, o.Val)
	case MapLoad:
		x := w.fresh()
		w.printf("%s, _ := %s.Load(%d)\n", x, m, o.V)
		y := w.fresh()
		w.printf("%s, _ := %s.(int)\n", y, x)
		w.see(o, y)
	case MapLoadOrStore:
		x, ok := w.fresh(), w.fresh()
		w.printf("%s, %s := %s.LoadOrStore(%d, %d)\nr = see(r, %s.(int))\n", x, ok, m, o.V, o.Val, x)
		w.printf("if %s {\n", ok)
		w.list(o.Body)
		w.printf("}\n")
	case MapDelete:
		w.printf("%s.Delete(%d)\n", m, o.V)
	}
}

// String prints the test of p.
func (p *Program) String() string {
	w := &printer{p: p, used: map[string]bool{}}
	return fmt.Sprintf("%s\n", w.test())
}
