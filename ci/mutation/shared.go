package main

import (
	"go/ast"
	"go/token"
	"go/types"
)

// sharedAccess knows which calls access memory that goroutines share.
type sharedAccess struct {
	s       *source
	writers map[*types.Func]bool // functions that write it, or call one that does
	empty   map[*types.Func]bool // functions that do nothing in this build
}

// announce is the function that reports a plain write to the explorer.
const announce = "announceWrite"

func newSharedAccess(s *source) *sharedAccess {
	a := &sharedAccess{s: s, writers: map[*types.Func]bool{}, empty: map[*types.Func]bool{}}
	for _, f := range s.files {
		for _, d := range f.ast.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Body != nil && len(fn.Body.List) == 0 {
				if obj, ok := s.info.Defs[fn.Name].(*types.Func); ok {
					a.empty[obj] = true
				}
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, f := range s.files {
			for _, d := range f.ast.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if !ok || fn.Body == nil {
					continue
				}
				obj, ok := s.info.Defs[fn.Name].(*types.Func)
				if ok && !a.writers[obj] && (fn.Name.Name == announce || a.touches(fn.Body)) {
					a.writers[obj] = true
					changed = true
				}
			}
		}
	}
	return a
}

// callee returns the function that a call calls, if that is known.
func (a *sharedAccess) callee(c *ast.CallExpr) *types.Func {
	var id *ast.Ident
	switch f := ast.Unparen(c.Fun).(type) {
	case *ast.Ident:
		id = f
	case *ast.SelectorExpr:
		id = f.Sel
	case *ast.IndexExpr:
		id, _ = f.X.(*ast.Ident)
	case *ast.IndexListExpr:
		id, _ = f.X.(*ast.Ident)
	}
	if id == nil {
		return nil
	}
	fn, _ := a.s.info.Uses[id].(*types.Func)
	if fn != nil {
		fn = fn.Origin()
	}
	return fn
}

// An access is a call of a method or function of sync/atomic, or of sync.
type access struct {
	call     *ast.CallExpr
	name     string // of the method
	receiver ast.Expr
}

// atomicAccess returns the access that a node is.
func (a *sharedAccess) atomicAccess(n ast.Node) (access, bool) {
	c, ok := n.(*ast.CallExpr)
	if !ok {
		return access{}, false
	}
	fn := a.callee(c)
	if fn == nil || fn.Pkg() == nil || fn.Pkg().Path() != "sync/atomic" && fn.Pkg().Path() != "sync" {
		return access{}, false
	}
	x := access{call: c, name: fn.Name()}
	if sel, ok := c.Fun.(*ast.SelectorExpr); ok && fn.Signature().Recv() != nil {
		x.receiver = sel.X
	}
	return x, true
}

// writes reports whether an access does more than to read.
func (x access) writes() bool {
	return x.name != "Load" && x.name != "LoadUintptr" && x.name != "LoadPointer"
}

// touches reports whether a node writes shared memory, itself or through the
// functions that it calls. It does not look into function literals that are
// not called.
func (a *sharedAccess) touches(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if x, ok := a.atomicAccess(n); ok && x.writes() {
			found = true
		} else if c, ok := n.(*ast.CallExpr); ok {
			if fn := a.callee(c); fn != nil && a.writers[fn] {
				found = true
			}
		}
		return !found
	})
	return found
}

// idle reports whether a statement calls a function that does nothing: what is
// there for the explorer and for the invariants build only.
func (a *sharedAccess) idle(n ast.Stmt) bool {
	x, ok := n.(*ast.ExprStmt)
	if !ok {
		return false
	}
	c, ok := x.X.(*ast.CallExpr)
	return ok && a.empty[a.callee(c)]
}

// accesses reports whether a node itself has an atomic access of any kind.
func (a *sharedAccess) accesses(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if _, ok := a.atomicAccess(n); ok {
			found = true
		}
		return !found
	})
	return found
}

// loadedIn returns the variables of a function that are assigned what an
// atomic access returned.
func (a *sharedAccess) loadedIn(fn *ast.FuncDecl) map[types.Object]bool {
	loaded := map[types.Object]bool{}
	note := func(x ast.Expr) {
		if id, ok := x.(*ast.Ident); ok {
			if obj := a.s.info.Defs[id]; obj != nil {
				loaded[obj] = true
			} else if obj := a.s.info.Uses[id]; obj != nil {
				loaded[obj] = true
			}
		}
	}
	ast.Inspect(fn.Body, func(n ast.Node) bool {
		as, ok := n.(*ast.AssignStmt)
		if !ok || as.Tok != token.DEFINE && as.Tok != token.ASSIGN {
			return true
		}
		for i, right := range as.Rhs {
			if !a.accesses(right) {
				continue
			}
			if len(as.Rhs) == len(as.Lhs) {
				note(as.Lhs[i])
			}
		}
		return true
	})
	return loaded
}
