package proof

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"
)

// A translator turns functions on words, as the map's sources have them, into
// functions of SMT-LIB on bit vectors of 64 bits. So what is proved is the code that
// ships, not a copy that can differ. It knows expressions of 64-bit integers, :=, if
// and return, and fails for anything else.
type translator struct {
	info *types.Info
	decl map[string]*ast.FuncDecl
}

const bitVector = "(_ BitVec 64)"

// bitPrelude defines what package math/bits has.
const bitPrelude = `(define-fun len64 ((x0 (_ BitVec 64))) (_ BitVec 64)
  (let ((n0 (ite (bvuge x0 #x0000000100000000) #x0000000000000020 #x0000000000000000)))
  (let ((x1 (bvlshr x0 n0)))
  (let ((n1 (ite (bvuge x1 #x0000000000010000) #x0000000000000010 #x0000000000000000)))
  (let ((x2 (bvlshr x1 n1)))
  (let ((n2 (ite (bvuge x2 #x0000000000000100) #x0000000000000008 #x0000000000000000)))
  (let ((x3 (bvlshr x2 n2)))
  (let ((n3 (ite (bvuge x3 #x0000000000000010) #x0000000000000004 #x0000000000000000)))
  (let ((x4 (bvlshr x3 n3)))
  (let ((n4 (ite (bvuge x4 #x0000000000000004) #x0000000000000002 #x0000000000000000)))
  (let ((x5 (bvlshr x4 n4)))
  (bvadd (bvadd (bvadd n0 n1) (bvadd n2 n3)) (bvadd n4 (ite (bvuge x5 #x0000000000000002) #x0000000000000002 x5)))
  )))))))))))
(define-fun zeros64 ((x (_ BitVec 64))) (_ BitVec 64)
  (ite (= x #x0000000000000000) #x0000000000000040 (bvsub (len64 (bvand x (bvneg x))) #x0000000000000001)))
`

// bitsOpaque has the same names without their meanings.
const bitsOpaque = `(declare-fun len64 ((_ BitVec 64)) (_ BitVec 64))
(declare-fun zeros64 ((_ BitVec 64)) (_ BitVec 64))
`

// newTranslator reads Go files of one package. What they use of other files of the
// package must not matter for the functions that are translated.
func newTranslator(files ...string) (*translator, error) {
	t := &translator{
		info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}},
		decl: map[string]*ast.FuncDecl{},
	}
	fset := token.NewFileSet()
	var parsed []*ast.File
	for _, name := range files {
		f, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		parsed = append(parsed, f)
		for _, d := range f.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok {
				t.decl[fn.Name.Name] = fn
			}
		}
	}
	config := types.Config{Importer: importer.ForCompiler(fset, "source", nil), Error: func(error) {}}
	// Errors are those of names in other files; an expression that needs one has no
	// type, and is not translated.
	_, _ = config.Check("p", fset, parsed, t.info)
	return t, nil
}

// sourceFiles returns the paths of files in a folder.
func sourceFiles(dir string, names ...string) []string {
	var list []string
	for _, name := range names {
		list = append(list, filepath.Join(dir, name))
	}
	return list
}

// define returns the definition of a function, or for one with several results of as
// many functions: f.0, f.1, .... Fields of a receiver are constants, "c.even", which
// the query declares.
func (t *translator) define(name string) (text string, err error) {
	fn := t.decl[name]
	if fn == nil {
		return "", fmt.Errorf("no function %s", name)
	}
	defer func() {
		if r := recover(); r != nil {
			problem, ok := r.(untranslated)
			if !ok {
				panic(r)
			}
			text, err = "", fmt.Errorf("function %s: %s", name, problem)
		}
	}()
	var params []string
	env := map[string]string{}
	fields := fn.Type.Params.List
	if fn.Recv != nil {
		fields = slices.Concat(fn.Recv.List, fields)
	}
	for _, f := range fields {
		if _, ok := f.Type.(*ast.StarExpr); ok {
			continue
		}
		for _, n := range f.Names {
			env[n.Name] = "|" + n.Name + "|"
			params = append(params, "(|"+n.Name+"| "+bitVector+")")
		}
	}
	results := t.block(fn.Body.List, env)
	var b strings.Builder
	for i, r := range results {
		as := name
		if len(results) > 1 {
			as = fmt.Sprintf("%s.%d", name, i)
		}
		fmt.Fprintf(&b, "(define-fun |%s| (%s) %s %s)\n", as, strings.Join(params, " "), bitVector, r)
	}
	return b.String(), nil
}

type untranslated string

func (t *translator) fail(format string, args ...any) {
	panic(untranslated("cannot translate " + fmt.Sprintf(format, args...)))
}

// block returns the results of statements that end in a return.
func (t *translator) block(list []ast.Stmt, env map[string]string) []string {
	for i, s := range list {
		switch s := s.(type) {
		case *ast.ReturnStmt:
			var results []string
			for _, e := range s.Results {
				results = append(results, t.expr(e, env))
			}
			return results
		case *ast.AssignStmt:
			env = t.assign(s, env)
		case *ast.IfStmt:
			inner := env
			if s.Init != nil {
				a, ok := s.Init.(*ast.AssignStmt)
				if !ok {
					t.fail("%T", s.Init)
				}
				inner = t.assign(a, env)
			}
			if s.Else != nil {
				t.fail("else")
			}
			yes, no := t.block(s.Body.List, inner), t.block(list[i+1:], env)
			var results []string
			for k := range yes {
				results = append(results, "(ite "+t.cond(s.Cond, inner)+" "+yes[k]+" "+no[k]+")")
			}
			return results
		default:
			t.fail("%T", s)
		}
	}
	t.fail("a function that does not return")
	return nil
}

func (t *translator) assign(s *ast.AssignStmt, env map[string]string) map[string]string {
	name, ok := s.Lhs[0].(*ast.Ident)
	if s.Tok != token.DEFINE || len(s.Lhs) != 1 || !ok {
		t.fail("an assignment other than name := value")
	}
	more := map[string]string{name.Name: t.expr(s.Rhs[0], env)}
	for k, v := range env {
		if k != name.Name {
			more[k] = v
		}
	}
	return more
}

// typeOf returns whether an expression is unsigned. Only 64-bit integers are
// translated: uint64, int64, and int and uintptr, as they are on amd64 and arm64.
func (t *translator) unsigned(e ast.Expr) bool {
	typ := t.info.Types[e].Type
	if typ != nil {
		if b, ok := typ.Underlying().(*types.Basic); ok {
			switch b.Kind() {
			case types.Uint64, types.Uint, types.Uintptr:
				return true
			case types.Int, types.Int64:
				return false
			}
		}
	}
	t.fail("an expression of type %v", typ)
	return false
}

func word(n uint64) string { return fmt.Sprintf("#x%016x", n) }

func (t *translator) expr(e ast.Expr, env map[string]string) string {
	if v := t.info.Types[e].Value; v != nil {
		if n, ok := constant.Uint64Val(constant.ToInt(v)); ok {
			return word(n)
		}
		t.fail("the constant %v", v)
	}
	switch e := e.(type) {
	case *ast.ParenExpr:
		return t.expr(e.X, env)
	case *ast.Ident:
		t.unsigned(e)
		if env[e.Name] == "" {
			t.fail("the name %s", e.Name)
		}
		return env[e.Name]
	case *ast.SelectorExpr:
		t.unsigned(e)
		return "|" + e.X.(*ast.Ident).Name + "." + e.Sel.Name + "|"
	case *ast.UnaryExpr:
		if e.Op == token.XOR {
			return "(bvnot " + t.expr(e.X, env) + ")"
		}
		t.fail("operator %v", e.Op)
	case *ast.BinaryExpr:
		return t.binary(e, t.expr(e.X, env), t.expr(e.Y, env))
	case *ast.CallExpr:
		return t.call(e, env)
	}
	t.fail("%T", e)
	return ""
}

func (t *translator) binary(e *ast.BinaryExpr, x, y string) string {
	unsigned := t.unsigned(e)
	op := map[token.Token]string{token.ADD: "bvadd", token.SUB: "bvsub", token.MUL: "bvmul", token.AND: "bvand",
		token.OR: "bvor", token.XOR: "bvxor", token.SHL: "bvshl"}[e.Op]
	switch {
	case e.Op == token.AND_NOT:
		return "(bvand " + x + " (bvnot " + y + "))"
	case e.Op == token.SHR && unsigned:
		op = "bvlshr"
	case e.Op == token.SHR:
		op = "bvashr"
	case e.Op == token.QUO && unsigned:
		op = "bvudiv"
	case e.Op == token.QUO:
		op = "bvsdiv"
	}
	if op == "" {
		t.fail("operator %v", e.Op)
	}
	return "(" + op + " " + x + " " + y + ")"
}

// call translates conversions of 64-bit integers, and two functions of math/bits.
func (t *translator) call(e *ast.CallExpr, env map[string]string) string {
	if t.info.Types[e.Fun].IsType() {
		t.unsigned(e)
		t.unsigned(e.Args[0])
		return t.expr(e.Args[0], env)
	}
	switch f := types.ExprString(e.Fun); f {
	case "bits.Len64":
		return "(len64 " + t.expr(e.Args[0], env) + ")"
	case "bits.TrailingZeros64":
		return "(zeros64 " + t.expr(e.Args[0], env) + ")"
	default:
		t.fail("a call of %s", f)
	}
	return ""
}

func (t *translator) cond(e ast.Expr, env map[string]string) string {
	b, ok := e.(*ast.BinaryExpr)
	if !ok {
		t.fail("the condition %s", types.ExprString(e))
	}
	x, y := t.expr(b.X, env), t.expr(b.Y, env)
	kind := "s"
	if t.unsigned(b.X) {
		kind = "u"
	}
	switch b.Op {
	case token.EQL:
		return "(= " + x + " " + y + ")"
	case token.LSS:
		return "(bv" + kind + "lt " + x + " " + y + ")"
	case token.GEQ:
		return "(bv" + kind + "ge " + x + " " + y + ")"
	}
	t.fail("the condition %s", types.ExprString(e))
	return ""
}
