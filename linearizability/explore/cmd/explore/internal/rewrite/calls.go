package rewrite

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

// calls are functions of the standard library, and what stands in for them in package
// lang. A second name is for calls in a loop: the loop is taken to wait.
var calls = map[string][2]string{
	"runtime.Gosched":      {"Gosched", "GoschedInLoop"},
	"runtime.NumCPU":       {"NumCPU"},
	"runtime.GOMAXPROCS":   {"GOMAXPROCS"},
	"runtime.SetFinalizer": {"SetFinalizer"},
	"time.Sleep":           {"Sleep", "SleepInLoop"},
	"time.Now":             {"Now"},
	"time.Since":           {"Since"},
	"time.Until":           {"Until"},
	"time.After":           {"After"},
	"time.AfterFunc":       {"AfterFunc"},
	"time.NewTimer":        {"NewTimer"},
	"time.NewTicker":       {"NewTicker"},
	"time.Tick":            {"Tick"},
	"maps.Keys":            {"Keys"},
	"maps.Values":          {"Values"},
	"maps.All":             {"All"},
	"maps.Clone":           {"CloneMap"},
	"math/rand.Read":       {"RandRead"},
	"math/rand/v2.N":       {"RandN"},
}

// random are the packages of which the top-level functions use a source of lang's.
var random = map[string]string{"math/rand": "Rand", "math/rand/v2": "RandV2"}

// Linked are the functions of the runtime that packages pull in by linkname, and what
// stands in for them.
var Linked = map[string]string{
	"runtime.fastrand":             "Uint32",
	"runtime.fastrand64":           "Uint64",
	"runtime.fastrandn":            "Uint32n",
	"runtime.fastrandu":            "Uint",
	"runtime.cheaprand":            "Uint32",
	"runtime.cheaprand64":          "Int64",
	"runtime.cheaprandn":           "Uint32n",
	"runtime.rand":                 "Uint64",
	"runtime.procPin":              "ProcPin",
	"runtime.procUnpin":            "ProcUnpin",
	"runtime.nanotime":             "Nanotime",
	"sync.runtime_procPin":         "ProcPin",
	"sync.runtime_procUnpin":       "ProcUnpin",
	"sync.fastrand":                "Uint32",
	"sync.fastrandn":               "Uint32n",
	"sync.runtime_canSpin":         "CanSpin",
	"sync.runtime_doSpin":          "DoSpin",
	"runtime.sync_runtime_canSpin": "CanSpin",
	"runtime.sync_runtime_doSpin":  "DoSpin",
}

// selector replaces functions of other packages.
func (w *fileRewriter) selector(n *ast.SelectorExpr) {
	id, ok := n.X.(*ast.Ident)
	if !ok {
		return
	}
	p, ok := w.info.Uses[id].(*types.PkgName)
	if !ok {
		return
	}
	path := p.Imported().Path()
	if to, ok := calls[path+"."+n.Sel.Name]; ok {
		f := to[0]
		if to[1] != "" && w.inLoop() {
			f = to[1]
		}
		w.alive[path] = w.used(id, path)
		w.replace(n, name+"."+f)
		return
	}
	if source := random[path]; source != "" {
		if f, ok := w.info.Uses[n.Sel].(*types.Func); ok && !strings.HasPrefix(f.Name(), "New") {
			w.alive[path] = w.used(id, path)
			w.replace(id, name+"."+source)
		}
	}
}

// used returns an expression that uses the package that id names.
func (w *fileRewriter) used(id *ast.Ident, path string) string {
	switch path {
	case "runtime":
		return id.Name + ".Gosched"
	case "time":
		return id.Name + ".Sleep"
	case "maps":
		return id.Name + ".Keys[map[int]int]"
	}
	return id.Name + ".New" // math/rand
}

// declaration gives constants and variables the values of Package.Sets.
func (w *fileRewriter) declaration(n *ast.GenDecl) {
	if n.Tok != token.CONST && n.Tok != token.VAR || len(w.stack) != 1 {
		return
	}
	for _, s := range n.Specs {
		s := s.(*ast.ValueSpec)
		if len(s.Values) != len(s.Names) {
			continue
		}
		for i, id := range s.Names {
			if value, ok := w.p.Sets[id.Name]; ok {
				w.discard(s.Values[i].Pos(), s.Values[i].End())
				w.replace(s.Values[i], value)
				w.done[id.Name] = true
			}
		}
	}
}

// linkname gives a function without a body, which is pulled from the runtime, one that
// calls lang.
func (w *fileRewriter) linkname(n *ast.FuncDecl) {
	if n.Body != nil || n.Doc == nil || n.Recv != nil {
		return
	}
	for _, c := range n.Doc.List {
		target, ok := Linkname(c.Text, n.Name.Name)
		to := Linked[target]
		if !ok || to == "" {
			continue
		}
		for _, c := range n.Doc.List {
			if strings.HasPrefix(c.Text, "//go:") {
				w.replace(c, "//")
			}
		}
		var args []string
		for i, p := range n.Type.Params.List {
			for j, id := range p.Names {
				arg := id.Name
				if arg == "_" {
					arg = fmt.Sprintf("explore_p%d_%d_", i, j)
					w.replace(id, arg)
				}
				args = append(args, arg)
			}
			if len(p.Names) == 0 {
				arg := fmt.Sprintf("explore_p%d_", i)
				w.insert(p.Pos(), arg+" ")
				args = append(args, arg)
			}
		}
		result := ""
		if n.Type.Results != nil {
			result = "return "
		}
		w.insert(n.End(), " { "+result+name+"."+to+"("+strings.Join(args, ", ")+") }")
		return
	}
}

// Linkname returns what a comment pulls in as local, a name of the package.
func Linkname(comment, local string) (target string, ok bool) {
	f := strings.Fields(comment)
	if len(f) == 3 && f[0] == "//go:linkname" && (local == "" || f[1] == local) {
		return f[2], true
	}
	return "", false
}
