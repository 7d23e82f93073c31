package programs

import (
	"fmt"
	"slices"
	"strings"
)

// A printer prints one program.
type printer struct {
	p      *Program
	number int
	b      strings.Builder
	prefix string          // of variables
	used   map[string]bool // variables
	funcs  []string        // functions of the package
	next   int             // number of a new variable
}

// The styles of variables.
const (
	locals  = iota
	fields  // of a struct
	globals // of a struct that is a variable of the package
	styles
)

func (w *printer) style() int { return w.p.Style % styles }

// join returns how the test's goroutine waits for the others: by a WaitGroup or by a
// channel.
func (w *printer) byChannel() bool { return w.p.Style/styles%3 == 0 }

func (w *printer) printf(format string, args ...any) { fmt.Fprintf(&w.b, format, args...) }

// name returns how a variable is called.
func (w *printer) name(format string, args ...any) string {
	s := fmt.Sprintf(format, args...)
	w.used[s] = true
	return w.prefix + s
}

// fresh returns the name of a new local variable.
func (w *printer) fresh() string {
	w.next++
	return fmt.Sprintf("x%d", w.next)
}

// Source returns a file of package pkg with a test of every program. Test i is TestP<i>, and
// counts from first. alias is whether the packages of locks and atomics have other
// names.
func Source(pkg string, first int, programs []*Program, alias bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "package %s\n\nimport (\n\t\"fmt\"\n\t\"runtime\"\n", pkg)
	sync, atomic := "sync", "atomic"
	if alias {
		sync, atomic = "locks", "words"
		b.WriteString("\tlocks \"sync\"\n\twords \"sync/atomic\"\n")
	} else {
		b.WriteString("\t\"sync\"\n\t\"sync/atomic\"\n")
	}
	b.WriteString("\t\"testing\"\n\t\"time\"\n\t\"unsafe\"\n\n\t\"example.com/m/seen\"\n\t\"github.com/flatmap-go/flatmap/linearizability/explore\"\n)\n")
	fmt.Fprintf(&b, "\nvar (\n\t_ %s.Mutex\n\t_ %s.Bool\n\t_ unsafe.Pointer\n\t_ = runtime.Gosched\n\t_ = time.Sleep\n\t_ = fmt.Sprint\n)\n", sync, atomic)
	for i, p := range programs {
		w := &printer{p: p, number: first + i, used: map[string]bool{}}
		text := w.test()
		text = strings.ReplaceAll(text, "sync.", sync+".")
		text = strings.ReplaceAll(text, "atomic.", atomic+".")
		b.WriteString(text)
	}
	return b.String()
}

// Helpers is a file of package pkg with what the programs call.
func Helpers(pkg string) string {
	return "package " + pkg + `

import "unsafe"

func see(r, x int) int { return r*31 + x + 1 }

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}

// index returns which of the cells p points to, or 0.
func index(cells *[4]int, p *int) int {
	for i := range cells {
		if p == &cells[i] {
			return i
		}
	}
	return 0
}

func indexUnsafe(cells *[4]int, p unsafe.Pointer) int { return index(cells, (*int)(p)) }

func run(f func()) { f() }

func call[T any](f func(T), x T) { f(x) }
`
}

// test prints a test.
func (w *printer) test() string {
	p := w.p
	switch w.style() {
	case fields:
		w.prefix = "s."
	case globals:
		w.prefix = fmt.Sprintf("g%d.", w.number)
	}
	w.b.Reset()
	w.printf("r := 0\n")
	w.list(p.Goroutines[0])
	if p.Join {
		if w.byChannel() {
			for g := 1; g < len(p.Goroutines); g++ {
				w.printf("<-%s\n", w.name("done%d", g))
			}
		} else {
			w.printf("%s.Wait()\n", w.name("join"))
		}
		w.printf("%s[0] = r\n", w.name("out"))
		w.outcome()
	} else {
		w.printf("_ = r\n")
	}
	body := w.b.String()
	w.b.Reset()
	declarations, setup := w.variables()
	w.printf("\nfunc TestP%d(t *testing.T) {\nexplore.Test(t, func(t *explore.T) {\n", w.number)
	kind := fmt.Sprintf("state%d", w.number)
	switch w.style() {
	case locals:
		for _, d := range declarations {
			name, _, _ := strings.Cut(d, " ")
			w.printf("var %s\n_ = &%s\n", d, name)
		}
	case fields:
		w.printf("s := new(%s)\n", kind)
	case globals:
		w.printf("g%d = new(%s)\n", w.number, kind)
	}
	w.printf("%s%s})\nseen.Report(%d)\n}\n", setup, body, w.number)
	if w.style() != locals {
		w.printf("\ntype %s struct {\n%s\n}\n", kind, strings.Join(declarations, "\n"))
	}
	if w.style() == globals {
		w.printf("\nvar g%d *%s\n", w.number, kind)
	}
	for _, f := range w.funcs {
		w.printf("\n%s", f)
	}
	return w.b.String()
}

// variables returns the declarations of what the program uses, and what sets them up.
func (w *printer) variables() (declarations []string, setup string) {
	p := w.p
	declare := func(name, kind, value string) {
		if !w.used[name] {
			return
		}
		declarations = append(declarations, name+" "+kind)
		if value != "" {
			setup += w.prefix + name + " = " + value + "\n"
		}
	}
	for i := range p.Atomics {
		name := fmt.Sprintf("a%d", i)
		declare(name, p.Atomics[i].name(), "")
		if p.Atomics[i] == Value && w.used[name] {
			setup += w.prefix + name + ".Store(0)\n"
		}
	}
	for i, t := range p.Plains {
		name := fmt.Sprintf("p%d", i)
		declare(name, plainNames[t], plainValues[t])
	}
	declare("flag", "bool", "")
	for i := range mutexes {
		declare(fmt.Sprintf("m%d", i), "sync.Mutex", "")
	}
	if w.used["cond"] {
		w.used["m0"] = true
		if !slices.Contains(declarations, "m0 sync.Mutex") {
			declare("m0", "sync.Mutex", "")
		}
		declare("cond", "*sync.Cond", "sync.NewCond(&"+w.prefix+"m0)")
	}
	declare("rw", "sync.RWMutex", "")
	declare("once", "sync.Once", "")
	declare("sm", "sync.Map", "")
	declare("join", "sync.WaitGroup", "")
	declare("out", fmt.Sprintf("[%d]int", most), "")
	declare("cells", "[4]int", "")
	declare("group", "sync.WaitGroup", "")
	if w.used["group"] {
		setup += fmt.Sprintf("%sgroup.Add(%d)\n", w.prefix, p.Count)
	}
	for i, c := range p.Chans {
		declare(fmt.Sprintf("c%d", i), "chan int", fmt.Sprintf("make(chan int, %d)", c.Cap))
	}
	for g := range p.Goroutines {
		declare(fmt.Sprintf("done%d", g), "chan bool", fmt.Sprintf("make(chan bool, %d)", p.Style%2))
	}
	return declarations, setup
}

// outcome prints the report of the outcome, as the oracle writes it.
func (w *printer) outcome() {
	n := len(w.p.Goroutines)
	format := strings.Repeat("%d ", n) + "[%d %d] [%d %d]"
	var args []string
	for g := range n {
		args = append(args, fmt.Sprintf("%s[%d]", w.name("out"), g))
	}
	for i := range w.p.Atomics {
		args = append(args, w.load(i))
	}
	for i := range w.p.Plains {
		args = append(args, w.read(i))
	}
	w.printf("seen.Outcome(%d, fmt.Sprintf(%q, %s))\n", w.number, format, strings.Join(args, ", "))
}

// start prints a go statement.
func (w *printer) start(o *Op) {
	list := w.p.Goroutines[o.V]
	join := w.p.Join && !w.byChannel()
	own := join && o.Form%5 == 0 // sync.WaitGroup.Go
	if join && !own {
		w.printf("%s.Add(1)\n", w.name("join"))
	}
	// What the new goroutine does.
	outer := w.b.String()
	w.b.Reset()
	if join && !own && o.Form%2 == 0 {
		w.printf("defer %s.Done()\n", w.name("join"))
	}
	w.printf("r := 0\n")
	w.list(list)
	argument := false
	switch {
	case !w.p.Join:
		w.printf("_ = r\n")
	case o.Form/5%4 == 0 && !own && w.style() == locals:
		argument = true
		w.printf("*result = r\n")
	default:
		w.printf("%s[%d] = r\n", w.name("out"), o.V)
	}
	switch {
	case join && !own && o.Form%2 != 0:
		w.printf("%s.Done()\n", w.name("join"))
	case w.p.Join && w.byChannel():
		w.printf("%s <- true\n", w.name("done%d", o.V))
	}
	body := w.b.String()
	w.b.Reset()
	w.b.WriteString(outer)

	form := o.Form / 20
	switch {
	case own:
		w.printf("%s.Go(func() {\n%s})\n", w.name("join"), body)
	case argument:
		w.printf("go func(result *int) {\n%s}(&%s[%d])\n", body, w.name("out"), o.V)
	case w.style() == fields && form%2 == 0:
		kind, f := fmt.Sprintf("state%d", w.number), fmt.Sprintf("g%d", o.V)
		w.funcs = append(w.funcs, fmt.Sprintf("func (s *%s) %s() {\n%s}\n", kind, f, body))
		switch form / 2 % 3 {
		case 0:
			w.printf("go s.%s()\n", f)
		case 1:
			w.printf("go (*%s).%s(s)\n", kind, f)
		default:
			x := w.fresh()
			w.printf("%s := s.%s\ngo %s()\n", x, f, x)
		}
	case w.style() == globals && form%2 == 0:
		f := fmt.Sprintf("p%dg%d", w.number, o.V)
		w.funcs = append(w.funcs, fmt.Sprintf("func %s() {\n%s}\n", f, body))
		w.printf("go %s()\n", f)
	case form%5 == 0:
		x := w.fresh()
		w.printf("%s := func() {\n%s}\ngo %s()\n", x, body, x)
	case form%5 == 1:
		w.printf("go run(func() {\n%s})\n", body)
	case form%5 == 2:
		w.printf("go call(func(int) {\n%s}, %d)\n", body, o.V)
	default:
		w.printf("go func() {\n%s}()\n", body)
	}
}
