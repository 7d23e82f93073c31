package planted

import (
	"go/parser"
	"go/token"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestCatalogue checks that every row is a change of the map's sources that can
// be parsed, has a name that no other row has, and says what must notice it.
func TestCatalogue(t *testing.T) {
	s, err := Map(t.Context())
	require.NoError(t, err)
	names := map[string]bool{}
	for _, m := range Catalogue {
		require.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, m.Name)
		require.False(t, names[m.Name], m.Name)
		names[m.Name] = true
		require.NotEmpty(t, m.What, m.Name)
		require.True(t, m.Mutant || m.Explorer != nil, "nothing must notice %s", m.Name)
		changed, err := s.Apply(m)
		require.NoError(t, err)
		require.NotEmpty(t, changed, m.Name)
		for name, text := range changed {
			_, err := parser.ParseFile(token.NewFileSet(), name, text, parser.SkipObjectResolution)
			require.NoError(t, err, m.Name)
			require.NotEqual(t, Canonical(s.files[name]), Canonical(text), "%s changes nothing", m.Name)
		}
	}
	require.GreaterOrEqual(t, len(ForExplorer()), 51)
	require.GreaterOrEqual(t, len(Mutants()), 41)
}

const sample = `package sample

type box[T any] struct{ n int }

// add counts.
func (b *box[T]) add(
	v int, // to add
) (sum int) {
	b.n += v // before
	if b.n > 8 /* too many */ {
		b.n = 8
	}
	b.n += v
	return b.n
}

func half(n int) int { return n / 2 }
`

func apply(t *testing.T, e ...Edit) (string, error) {
	t.Helper()
	s, err := NewSource(map[string]string{"a.go": sample})
	require.NoError(t, err)
	changed, err := s.Apply(Mistake{Name: "some", Edits: e})
	return changed["a.go"], err
}

// TestEdit checks that an edit is found by its tokens alone, as often as it says,
// and only in its function.
func TestEdit(t *testing.T) {
	for _, old := range []string{"if b.n>8{b.n=8}", "if b.n > 8 {\n\tb.n = 8 // at most\n};"} {
		text, err := apply(t, in("box.add", old, "b.n++"))
		require.NoError(t, err)
		require.Equal(t, strings.Replace(sample, "if b.n > 8 /* too many */ {\n\t\tb.n = 8\n\t}", "b.n++", 1), text)
	}
	text, err := apply(t, times(2, "box.add", "b.n += v", "b.n -= v"), in("half", "2", "3"))
	require.NoError(t, err)
	require.Equal(t, strings.NewReplacer("+=", "-=", "/ 2", "/ 3").Replace(sample), text)

	for _, test := range []struct {
		edits []Edit
		want  string
	}{
		{[]Edit{in("box.add", "n / 2", "")}, "mistake some: function box.add (a.go) has the text 0 times, expected 1:\nn / 2"},
		{[]Edit{in("box.add", "b.n +=  v", "")}, "function box.add (a.go) has the text 2 times, expected 1:\nb.n +=  v"},
		{[]Edit{in("box.ad", "v", "")}, "mistake some: the package has no function box.ad"},
		{[]Edit{in("half", "", "")}, "0 times"},
		{[]Edit{in("half", "n / 2", ""), in("half", "2", "")}, "two edits of function half overlap"},
	} {
		_, err := apply(t, test.edits...)
		require.ErrorContains(t, err, test.want)
	}

	_, err = NewSource(map[string]string{"a.go": sample, "b.go": "package sample\n\nfunc half() {}\n"})
	require.ErrorContains(t, err, "function half is both in a.go and in b.go")
}

// TestCanonical checks that white space, line breaks and comments do not change
// the canonical form, that everything else does, and that it reads like Go.
func TestCanonical(t *testing.T) {
	for want, codes := range map[string][]string{
		"if a != -b { retry(); return f(x, y) }": {"if a!=-b{retry();return f(x,y)}", "if a != -b { // why\n\tretry()\n\treturn f(\n\t\tx,\n\t\ty,\n\t)\n}\n"},
		"m &^ flagLocked | !ok & s[1]":           {"m&^flagLocked|!ok&s[1]", "m &^ flagLocked |\n\t!ok&s[1]"},
		"*p = pair[K, V]{ a, &b }":               {"*p=pair[K,V]{a,&b}", "*p = pair[K, V]{\n\ta,\n\t&b,\n}"},
		"x--; y++":                               {"x--\ny++", "x --; y ++ /* more */"},
		"a & b":                                  {"a&b"},
		"a && b":                                 {"a&&b"},
		"a & &b":                                 {"a& &b"},
		"ab":                                     {"ab"},
		"a; b":                                   {"a\nb"},
		"`a  b`":                                 {"`a  b`"},
	} {
		for _, code := range codes {
			require.Equal(t, want, Canonical(code), code)
		}
		require.Equal(t, want, Canonical(want))
	}
}

// TestRules checks that every mistake that is said to break a rule is one that the explorer
// looks for.
func TestRules(t *testing.T) {
	known := map[string]bool{}
	for _, m := range ForExplorer() {
		known[m.Name] = true
	}
	for name := range rules {
		require.True(t, known[name], "there is no mistake %s", name)
	}
}
