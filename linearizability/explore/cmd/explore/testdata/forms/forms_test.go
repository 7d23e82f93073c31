package forms

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"math/rand"
	randv2 "math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

var out strings.Builder

func say(args ...any) { fmt.Fprintln(&out, args...) }

type T struct{ n int }

func (t T) val(s string)     { say("val", t.n, s); wg.Done() }
func (t *T) ptr(s ...string) { say("ptr", t.n, s); wg.Done() }

var wg sync.WaitGroup

func two() (int, string)       { return 1, "two" }
func take(n int, s string)     { say("take", n, s); wg.Done() }
func generic[K any](k K)       { say("generic", k); wg.Done() }
func iface(x any, err error)   { say("iface", x, err); wg.Done() }
func variadic(a int, b ...int) { say("variadic", a, b); wg.Done() }
func result() int              { wg.Done(); return 1 }

type namedBool bool

func flag(b bool) { say("flag", b); wg.Done() }

func one(f func()) { wg.Add(1); f(); wg.Wait() }

func TestGo(t *testing.T) {
	x := T{1}
	one(func() { go x.val("a") })
	one(func() { go x.ptr("a", "b") })
	one(func() { go x.ptr([]string{"c"}...) })
	one(func() { go take(two()) })
	one(func() { go generic(5) })
	one(func() { go generic[string]("s") })
	one(func() { go iface(nil, nil) })
	one(func() { go iface(x, fmt.Errorf("e")) })
	one(func() { go variadic(1, 2, 3) })
	one(func() {
		go variadic(
			1, // one
			[]int{
				2,
				3,
			}...,
		)
	})
	one(func() { go result() })
	one(func() { go flag(x.n == 1) })
	one(func() { go func(a int, s string) { say("lit", a, s); wg.Done() }(1, "x") })
	one(func() { go func() int { wg.Done(); return 1 }() })
	one(func() { go T.val(x, "expr") })
	one(func() { go (*T).ptr(&x) })
	one(func() { fs := []func(){wg.Done}; go fs[0]() })
	one(func() { var i interface{ val(string) } = x; go i.val("i") })
	one(func() { m := map[string]int{"a": 1}; go delete(m, "a"); wg.Done() })
	label()
}

func label() {
	one(func() {
		i := 0
	loop:
		go take(i, "label")
		if i++; i < 2 {
			wg.Wait()
			wg.Add(1)
			goto loop
		}
	})
	switch {
	case true:
		wg.Add(1)
		go take(1, "case")
	}
	wg.Wait()
}

type M map[string][]int
type C chan int
type S []byte

type G[K comparable] map[K]int

func (g G[K]) add(k K) G[K] { g[k]++; return G[K](g) }

func keysOf[K cmp.Ordered, V any, X ~map[K]V](m X) (n int) {
	for k := range m {
		_ = k
		n++
	}
	for range m {
		n++
	}
	delete(m, *new(K))
	return n + len(m)
}

func TestMaps(t *testing.T) {
	m := M{"a": {1}, "b": nil}
	m["c"] = append(m["c"], 1, 2)
	m["c"][0]++
	m["d"] = nil
	v, ok := m["a"]
	say(v, ok, len(m))
	delete(m, "b")
	n := map[string]int{}
	n["x"]++
	n["x"] += 2
	n["y"], n["z"] = 1, 2
	say(n, keysOf(n), keysOf(m), make(G[int]).add(1)[1], G[string]{"g": 1}.add("g"))
	var fs []func() int
	var keys []string
	for k, v := range n {
		keys = append(keys, k)
		fs = append(fs, func() int { v++; return v + len(k) })
	}
	slices.Sort(keys)
	sum := 0
	for _, f := range fs {
		sum += f() + f()
	}
	say(keys, sum)
	var k string
	var w int
	for k, w = range map[string]int{"q": 7} {
	}
	for _, w := range n {
		sum += w
	}
	for k, _ := range n {
		sum += len(k)
	}
	say(k, w, sum)
outer:
	for k := range n {
		for range n {
			if k == "x" {
				continue outer
			}
			break outer
		}
	}
	nan := map[float64]int{math.NaN(): 1, math.NaN(): 2, 1: 3}
	sum = 0
	for k, v := range nan {
		if k == 1 || k != k {
			sum += v
		}
	}
	say(sum, len(nan))
	clear(nan)
	say(len(nan))
	say(slices.Sorted(maps.Keys(n)), slices.Sorted(maps.Values(n)), maps.Clone(n))
	var arr [3]M
	arr[1] = M{}
	arr[1]["u"] = nil
	for _, arr[0] = range []M{} {
	}
	type st struct{ m map[int]struct{ a, b int } }
	s := &st{m: map[int]struct{ a, b int }{1: {2, 3}}}
	say(s.m[1].b, (s.m)[1].a, len(s.m))
	func() {
		defer func() { say(recover() != nil) }()
		var none map[int]int
		none[1] = 2
	}()
	for k := range n {
		n[k+"new"] = 1
		delete(n, k)
		break
	}
	say(len(n))
}

func TestSlices(t *testing.T) {
	a := make([]int, 3, 10)
	say(copy(a, []int{1, 2, 3, 4}), a)
	b := S("hello")
	say(copy(b, "HE"), string(b), string(b[:2]))
	b = append(b, " you"...)
	b = append(b, S("!")...)
	b = append(b, '?')
	a = append(a, a...)
	a = append(a, 1, 2)
	a = append(a)
	a = append([]int(nil), a...)
	var e []error
	e = append(e, nil, fmt.Errorf("x"))
	e = append(e, nil...)
	say(string(b), a, e, len(append([]byte{}, "abc"...)))
	r := []rune("äö")
	say(string(r), string(r[0]), string(rune(65)), strings.ToUpper(string([]byte{97})))
	type bs []byte
	x := append([]byte("a"), bs("b")...)
	say(string(x))
}

func TestChannels(t *testing.T) {
	c := make(C, 2)
	c <- 1
	c <- two1()
	say(<-c, len(c), cap(c))
	close(c)
	for v := range c {
		say("range", v)
	}
	v, ok := <-c
	say(v, ok)
	var w, ok2 = <-c
	say(w, ok2)
	d := make(chan struct{})
	go func() { d <- struct{}{} }()
	<-d
	go func() { defer close(d) }()
	_, ok = <-d
	say(ok)
	e := make(chan error, 1)
	for i := range 6 {
		select {
		case e <- nil:
			say("sent", i)
		case err := <-e:
			say("got", err)
		}
	}
	select {
	case v, ok := <-c:
		say("closed", v, ok)
	}
	var x [2]int
	f := make(chan int, 1)
	f <- 5
	select {
	case x[1] = <-f:
	default:
		say("no")
	}
	say(x)
	select {
	case x[0], ok = <-f:
	default:
		say("default")
	}
	select {
	default:
		say("only default")
	}
	var nilc chan int
	select {
	case nilc <- 1:
	case <-nilc:
	case <-func() chan int {
		c := make(chan int, 1)
		c <- 3
		return c
	}():
		say("fn")
	}
	sent := false
loop:
	for {
		var after <-chan time.Time
		if sent {
			after = time.After(time.Millisecond)
		}
		select {
		case <-after:
			break loop
		case f <- 1:
			sent = true
			continue loop
		}
	}
	say(ends(f))
	fs := []chan int{f}
	for range fs[0] {
		close(f)
	}
	say(recvParam(make(chan string)))
	var ro <-chan int = f
	for range ro {
	}
	say(len(ro), (<-f))
}

func two1() int { return 2 }

func ends(c chan int) int {
	select {
	case <-c:
		c <- 1
		return 1
	case v := <-c:
		c <- v
		return v
	}
}

func recvParam[X ~chan E, E any](c X) (e E) {
	go func() { c <- e; close(c) }()
	for v := range c {
		e = v
	}
	v, ok := <-c
	_, _ = v, ok
	return e
}

func TestCalls(t *testing.T) {
	runtime.Gosched()
	for range 3 {
		runtime.Gosched()
		time.Sleep(time.Nanosecond)
	}
	say(time.Since(time.Now()) < time.Hour, runtime.NumCPU() > 0)
	say(rand.Intn(1), randv2.IntN(1), randv2.N(1), rand.New(rand.NewSource(1)).Intn(1))
	f := rand.Perm
	say(f(1))
	yield := runtime.Gosched
	yield()
	now := time.Now
	say(now().IsZero())
	b := make([]byte, 3)
	n, err := rand.Read(b)
	say(n, err)
	tm := time.NewTimer(time.Millisecond)
	<-tm.C
	done := make(chan bool)
	time.AfterFunc(1, func() { close(done) })
	say(<-done)
}

func TestMain(m *testing.M) {
	code := m.Run()
	os.WriteFile(os.Getenv("FORMS_OUT"), []byte(out.String()), 0o666)
	os.Exit(code)
}
