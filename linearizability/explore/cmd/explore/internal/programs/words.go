package programs

import "fmt"

var atomicNames = [...]string{
	"atomic.Int32", "atomic.Int64", "atomic.Uint32", "atomic.Uint64", "atomic.Uintptr", "atomic.Bool", "atomic.Pointer[int]", "atomic.Value",
	"int32", "int64", "uint32", "uint64", "uintptr", "unsafe.Pointer",
}

// suffixes are of the functions of package sync/atomic.
var suffixes = [...]string{"Int32", "Int64", "Uint32", "Uint64", "Uintptr", "Pointer"}

func (t AtomicType) name() string { return atomicNames[t] }

// value prints a value for atomic i.
func (w *printer) value(i, v int) string {
	switch t := w.p.Atomics[i]; {
	case t == Bool:
		return fmt.Sprint(v != 0)
	case (t == Pointer || t == WordPointer) && v == 0:
		return "nil"
	case t == Pointer:
		return fmt.Sprintf("&%s[%d]", w.name("cells"), v)
	case t == WordPointer:
		return fmt.Sprintf("unsafe.Pointer(&%s[%d])", w.name("cells"), v)
	}
	return fmt.Sprint(v)
}

// call prints a call of an operation of atomic i.
func (w *printer) call(i int, method, args string) string {
	name := w.name("a%d", i)
	t := w.p.Atomics[i]
	if !t.word() {
		return fmt.Sprintf("%s.%s(%s)", name, method, args)
	}
	if args != "" {
		args = ", " + args
	}
	return fmt.Sprintf("atomic.%s%s(&%s%s)", method, suffixes[t-WordInt32], name, args)
}

// asNumber prints the conversion of what is in atomic i to an int.
func (w *printer) asNumber(i int, s string) string {
	switch w.p.Atomics[i] {
	case Bool:
		return "number(" + s + ")"
	case Pointer:
		return fmt.Sprintf("index(&%s, %s)", w.name("cells"), s)
	case WordPointer:
		return fmt.Sprintf("indexUnsafe(&%s, %s)", w.name("cells"), s)
	case Value:
		return s + ".(int)"
	}
	return "int(" + s + ")"
}

func (w *printer) load(i int) string { return w.asNumber(i, w.call(i, "Load", "")) }

// atomic prints an operation on an atomic.
func (w *printer) atomic(o *Op) {
	value := w.value(o.V, o.Val)
	switch o.Kind {
	case Load:
		w.branch(o, w.load(o.V))
	case Store:
		w.printf("%s\n", w.call(o.V, "Store", value))
	case Add:
		w.branch(o, w.asNumber(o.V, w.call(o.V, "Add", value)))
	case Swap:
		w.branch(o, w.asNumber(o.V, w.call(o.V, "Swap", value)))
	case And:
		w.branch(o, w.asNumber(o.V, w.call(o.V, "And", value)))
	case Or:
		w.branch(o, w.asNumber(o.V, w.call(o.V, "Or", value)))
	case CAS:
		w.condition(o, w.call(o.V, "CompareAndSwap", value+", "+w.value(o.V, o.New)))
	case Await:
		w.await(o)
	}
}

// await prints a loop that waits.
func (w *printer) await(o *Op) {
	load := w.load(o.V)
	switch o.Form % 4 {
	case 0:
		w.printf("for %s != %d {\nruntime.Gosched()\n}\n", load, o.Val)
	case 1:
		w.printf("for %s != %d {\n}\n", load, o.Val)
	case 2:
		w.printf("for {\nif %s == %d {\nbreak\n}\ntime.Sleep(time.Millisecond)\n}\n", load, o.Val)
	default:
		x := w.fresh()
		w.printf("%s := %s\nfor %s != %d {\nruntime.Gosched()\n%s = %s\n}\n", x, load, x, o.Val, x, load)
	}
}

var plainNames = [...]string{"int", "uint8", "[3]int", "[]int", "*int", "map[int]int", "string", "[2]int", "any"}

var plainValues = [...]string{"", "", "", "make([]int, 2)", "new(int)", "map[int]int{}", "", "", "0"}

// read prints the value of plain variable i.
func (w *printer) read(i int) string {
	name := w.name("p%d", i)
	switch w.p.Plains[i] {
	case Byte:
		return "int(" + name + ")"
	case Element, Slice, Copied:
		return name + "[0]"
	case Deref:
		return "*" + name
	case Map:
		return name + "[1]"
	case Text:
		return "len(" + name + ")"
	case Interface:
		return name + ".(int)"
	}
	return name
}

func (w *printer) plain(o *Op) {
	switch o.Kind {
	case Read:
		w.see(o, w.read(o.V))
		return
	case ReadAtomic:
		w.see(o, fmt.Sprintf("int(%s)", w.name("a%d", o.V)))
		return
	}
	name := w.name("p%d", o.V)
	switch t := w.p.Plains[o.V]; {
	case o.Kind == Write && t == Copied:
		w.printf("copy(%s[:], []int{%d, %d})\n", name, o.Val, o.Val)
	case o.Kind == Write && t == Text:
		w.printf("%s = %q\n", name, "abcdefg"[:o.Val])
	case t == Text:
		w.printf("%s += %q\n", name, "x")
	case t == Interface && o.Kind == Write:
		w.printf("%s = %d\n", name, o.Val)
	case t == Interface:
		w.printf("%s = %s.(int) + 1\n", name, name)
	case o.Kind == Write && t == Byte:
		w.printf("%s = %d\n", name, o.Val)
	case o.Kind == Write:
		w.printf("%s = %d\n", w.read(o.V), o.Val)
	case t == Byte:
		w.printf("%s++\n", name)
	case t == Deref:
		w.printf("(*%s)++\n", name)
	case o.Form%2 == 0:
		w.printf("%s++\n", w.read(o.V))
	default:
		w.printf("%s += 1\n", w.read(o.V))
	}
}
