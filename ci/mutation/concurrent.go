package main

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"
)

// concurrencyOperators find their places by what is accessed there. That an
// atomic store is left out, or a call that has one, is up to dropStatement.
var concurrencyOperators = []operator{
	{node: skipCheck},
	{node: weakenCAS},
	{node: weakenAdd},
	{node: addTwice},
	{node: undefer},
	{node: lookOnce},
	{list: swapNeighbours},
	{list: unlockEarly},
	{list: dropMutex},
}

// skipCheck does not look at a condition that depends on what was loaded.
func skipCheck(w *walker, n ast.Node) {
	skip := func(cond ast.Expr) {
		if cond != nil && w.condition(cond) && (w.shared.accesses(cond) || w.fromShared(cond)) {
			w.add(concurrency, "skip check", cond, "false", w.replace(cond, "false"))
		}
	}
	switch n := n.(type) {
	case *ast.IfStmt:
		skip(n.Cond)
	case *ast.CaseClause:
		for _, x := range n.List {
			skip(x)
		}
	}
}

// weakenCAS makes a CompareAndSwap a Store, and a Load with a Store after it.
func weakenCAS(w *walker, n ast.Node) {
	x, ok := w.shared.atomicAccess(n)
	if !ok || x.name != "CompareAndSwap" || x.receiver == nil {
		return
	}
	at, old, to := w.text(x.receiver), w.text(x.call.Args[0]), w.text(x.call.Args[1])
	store := fmt.Sprintf("%s.Store(%s)", at, to)
	blind := fmt.Sprintf("func() bool { %s; return true }()", store)
	w.add(concurrency, "CAS to store", x.call, store, w.replace(x.call, blind))
	split := fmt.Sprintf("func() bool { if %s.Load() != (%s) { return false }; %s; return true }()", at, old, store)
	w.add(concurrency, "CAS to load and store", x.call, split, w.replace(x.call, split))
}

// weakenAdd makes an Add a Load with a Store after it.
func weakenAdd(w *walker, n ast.Node) {
	x, ok := w.shared.atomicAccess(n)
	if !ok || x.name != "Add" || x.receiver == nil {
		return
	}
	at, typ := w.text(x.receiver), w.s.typeString(w.s.info.Types[x.call].Type)
	split := fmt.Sprintf("func() %s { sum := %s.Load() + (%s); %s.Store(sum); return sum }()", typ, at, w.text(x.call.Args[0]), at)
	w.add(concurrency, "Add to load and store", x.call, split, w.replace(x.call, split))
}

// addTwice counts twice.
func addTwice(w *walker, n ast.Node) {
	c, ok := n.(*ast.CallExpr)
	if !ok || !w.counts(c) {
		return
	}
	text := w.text(c)
	if _, ok := w.parents[len(w.parents)-1].(*ast.ExprStmt); ok {
		w.add(concurrency, "twice", c, text+"; "+text, w.restate(w.parents[len(w.parents)-1].(ast.Stmt), text+"; "+text))
		return
	}
	typ := w.s.info.Types[c].Type
	if _, ok := typ.(*types.Tuple); ok || typ == nil {
		return
	}
	with := fmt.Sprintf("func() %s { %s; return %s }()", w.s.typeString(typ), text, text)
	w.add(concurrency, "twice", c, text+"; "+text, w.replace(c, with))
}

// counts reports whether a call adds to a shared number: an Add, or a function
// whose body is one.
func (w *walker) counts(c *ast.CallExpr) bool {
	if x, ok := w.shared.atomicAccess(c); ok {
		return x.name == "Add"
	}
	fn := w.shared.callee(c)
	return fn != nil && w.shared.writers[fn] && (strings.Contains(strings.ToLower(fn.Name()), "count") || fn.Name() == "add")
}

// undefer runs at once what was to be run when the function returns.
func undefer(w *walker, n ast.Node) {
	d, ok := n.(*ast.DeferStmt)
	if !ok || !w.listed() {
		return
	}
	class := general
	if w.shared.touches(d.Call) {
		class = concurrency
	}
	w.add(class, "no defer", d, w.text(d.Call), w.restate(d, w.text(d.Call)))
}

// lookOnce makes a loop that waits for something look once.
func lookOnce(w *walker, n ast.Node) {
	f, ok := n.(*ast.ForStmt)
	if !ok || f.Cond == nil || f.Init != nil || f.Post != nil || !w.shared.accesses(f.Cond) && !w.fromShared(f.Cond) {
		return
	}
	with := "if" + strings.TrimPrefix(w.text(f), "for")
	w.add(concurrency, "look once", f.Cond, "if "+w.text(f.Cond), w.restate(f, with))
}

// ordered reports whether the order of a statement and others may matter to
// other goroutines.
func (w *walker) ordered(n ast.Stmt) bool {
	switch n := n.(type) {
	case *ast.ExprStmt, *ast.AssignStmt, *ast.IncDecStmt:
		return w.shared.touches(n) || w.shared.accesses(n)
	}
	return false
}

// swapNeighbours swaps two statements that access shared memory.
func swapNeighbours(w *walker, list []ast.Stmt) {
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if !w.ordered(a) || !w.ordered(b) {
			continue
		}
		with := w.text(b) + "; " + w.text(a)
		edits := []edit{w.restate(a, w.text(b)), w.restate(b, w.text(a))}
		if declares(a) || declares(b) {
			edits[0].place, edits[1].place = solo, solo
		}
		w.addPair("swap", a, b, with, edits)
	}
}

// addPair adds a mutant of two statements that follow each other.
func (w *walker) addPair(op string, a, b ast.Stmt, becomes string, edits []edit) {
	w.add(concurrency, op, a, becomes, edits...)
	w.mutants[len(w.mutants)-1].Text = canonical(w.text(a) + "; " + w.text(b))
}

// unlockEarly moves a statement that unlocks before the one in front of it,
// whatever that does.
func unlockEarly(w *walker, list []ast.Stmt) {
	for i := 1; i < len(list); i++ {
		a, b := list[i-1], list[i]
		if !w.unlocks(b) || w.ordered(a) || declares(a) {
			continue
		}
		switch a.(type) {
		case *ast.ReturnStmt, *ast.BranchStmt:
			continue
		}
		w.addPair("unlock early", a, b, w.text(b)+"; "+w.text(a), []edit{w.restate(a, w.text(b)), w.restate(b, w.text(a))})
	}
}

// unlocks reports whether a statement is a call that gives a lock back.
func (w *walker) unlocks(n ast.Stmt) bool {
	x, ok := n.(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := x.X.(*ast.CallExpr)
	if !ok {
		return false
	}
	fn := w.shared.callee(c)
	if fn == nil {
		return false
	}
	name := strings.ToLower(fn.Name())
	return strings.HasPrefix(name, "unlock") || strings.HasPrefix(name, "release")
}

// dropMutexOperator is the operator of dropMutex.
const dropMutexOperator = "drop mutex"

// dropMutex leaves out a mutex in a function: all that is done to it.
func dropMutex(w *walker, list []ast.Stmt) {
	if len(w.parents) > 0 {
		return
	}
	edits := map[string][]edit{}
	var order []string
	var first = map[string]ast.Node{}
	note := func(mutex string, n ast.Node, e edit) {
		if edits[mutex] == nil {
			order, first[mutex] = append(order, mutex), n
		}
		edits[mutex] = append(edits[mutex], e)
	}
	ast.Inspect(w.fn.Body, func(n ast.Node) bool {
		var c ast.Expr
		switch n := n.(type) {
		case *ast.ExprStmt:
			c = n.X
		case *ast.DeferStmt:
			c = n.Call
		case *ast.CallExpr:
			if x, ok := w.shared.atomicAccess(n); ok && x.name == "TryLock" {
				note(w.text(x.receiver), n, w.replace(n, "true"))
			}
			return true
		default:
			return true
		}
		if x, ok := w.shared.atomicAccess(c); ok && (x.name == "Lock" || x.name == "Unlock") && x.receiver != nil {
			note(w.text(x.receiver), n, w.restate(n.(ast.Stmt), ""))
		}
		return true
	})
	for _, mutex := range order {
		w.add(concurrency, dropMutexOperator, first[mutex], "", edits[mutex]...)
		w.mutants[len(w.mutants)-1].Text = canonical(mutex)
	}
}
