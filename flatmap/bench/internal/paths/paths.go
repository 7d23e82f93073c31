// Package paths lists the fast paths of package flatmap. Each has edits of the
// map's sources that turn it off, and benchmarks that show what it gains. The
// package builds its benchmarks with a map that has a path and with one that has
// not, and runs them.
package paths

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/flatmap-go/flatmap/internal/planted"
)

// A Path is a fast path. Without it the map is as correct.
type Path struct {
	Name       string // in kebab case
	Off        string // how it is turned off, in a few words
	Benchmarks []string
	edits      []planted.Edit
}

// All is every fast path, in the order of the sources: reading, writing, resizing,
// iterating.
var All = []Path{
	{
		"load-words", "the condition of the first block of Map.Load is false",
		list(of("words", few, "hit", "miss"), of("words", many, "hit", "miss")),
		edits(in("Map.Load", `if words[K]() == 1 && words[V]() == 1 && t.fast {`, `if false && t.fast {`)),
	},
	{
		"load-strings-and-words", "Map.Load goes to lookup after its first block",
		list(of("strings", few, "hit", "miss"), of("large", few, "hit"), of("set", few, "hit")),
		edits(in("Map.Load", `var h uint64`, `if true { return t.lookup(key) }
			var h uint64`),
			in("table.lookup", `if words[K]() == 1 && t.hash.kind == hashWord { return t.find(key, t.hash.of(key)) }
				h := t.hash.sought(key)`, `h := t.hash.of(key)`)),
	},
	{
		"load-register", "in Map.Load, the condition for values that stay in a register is false",
		of("strings", few, "hit"),
		edits(in("Map.Load", `if words[V]() == 1 && t.values.mask == 0 {`, `if false && t.values.mask == 0 {`)),
	},
	{
		"lookup-root", "table.lookup goes to find when it has the hash",
		list(of("interfaces", few, "hit"), of("arrays", few, "hit", "miss"), of("hashed", few, "hit", "miss")),
		edits(in("table.lookup", `h := t.hash.sought(key)`, `h := t.hash.sought(key)
			if true { return t.find(key, h) }`)),
	},
	{
		"load-pointers", "table.lookup copies interfaces by loadCell",
		of("interfaces", few, "hit"),
		edits(in("table.lookup", `if words[K]() == 2 && t.keys.mask == 3 {`, `if false && t.keys.mask == 3 {`)),
	},
	{
		"hash-memory", "newHasher has Go hash keys of several plain words",
		of("arrays", few, "hit", "miss"),
		edits(in("newHasher", `case eq.bytes: h.kind = hashMemory`, ``)),
	},
	{
		"same-string", "isString does not compare pointers",
		of("strings", few, "hit"),
		edits(in("isString", `data == pointer(unsafe.StringData(s)) ||`, ``)),
	},
	{
		"store-words", "Map.Store and Map.Delete write words by the functions for any entries",
		of("words", few, "insdel", "update"),
		edits(in("Map.Store", `if words[K]() == 1 && words[V]() == 1 && t.fast {`, `if false && t.fast {`),
			in("Map.Delete", `if words[K]() == 1 && words[V]() == 1 && t.fast {`, `if false && t.fast {`)),
	},
	{
		"store-root", "Map.Store calls Swap, and Map.Delete calls LoadAndDelete",
		list(of("words", few, "update", "insdel"), of("strings", few, "update", "insdel")),
		edits(in("Map.Store", `if t == nil || checked {`, `if true {`),
			in("Map.Delete", `if checked {`, `if true {`)),
	},
	{
		"split-words", "resize.split moves words as it moves other entries",
		of("words", many, "fill"),
		edits(in("resize.split", `if r.src.fast && meta&flagLinked == 0 {`, `if false && meta&flagLinked == 0 {`)),
	},
	{
		"show-chains", "Map.Range copies all chains, and loads each entry",
		list(of("words", few, "range"), of("large", few, "range")),
		edits(in("table.showLarge", `first&flagMoved != 0`, `true`), in("table.showSmall", `first&flagMoved != 0`, `true`)),
	},
	{
		"show-small", "Map.Range shows small entries as large ones",
		list(of("words", few, "range"), of("strings", few, "range")),
		edits(in("Map.Range", `if words[V]() == 1 && (words[K]() == 1 || words[K]() == 2 && t.strings) {`, `if false {`)),
	},
}

func in(function, old, new string) planted.Edit {
	return planted.Edit{Func: function, Old: old, New: new, Times: 1}
}

func edits(e ...planted.Edit) []planted.Edit { return e }

// Matching returns the paths whose names match a regular expression.
func Matching(pattern string) ([]Path, error) {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil, err
	}
	var chosen []Path
	var names []string
	for _, p := range All {
		if re.MatchString(p.Name) {
			chosen = append(chosen, p)
		}
		names = append(names, p.Name)
	}
	if chosen == nil {
		return nil, fmt.Errorf("no path matches %q (have %s)", pattern, strings.Join(names, ", "))
	}
	return chosen, nil
}

// mistake returns the path's edits in the form that package planted applies.
func (p *Path) mistake() planted.Mistake { return planted.Mistake{Name: p.Name, Edits: p.edits} }
