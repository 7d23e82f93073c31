package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/importer"
	"go/token"
	"hash/fnv"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// A goPackage is what go list says about a package.
type goPackage struct {
	ImportPath, Dir, Export            string
	GoFiles, CgoFiles                  []string
	TestGoFiles, XTestGoFiles          []string
	TestImports, XTestImports, Imports []string
	DepOnly                            bool
	Module                             *struct{ Path string }
}

// listPackages returns the packages that match patterns in a folder, and where
// the compiler has left what they import: to have go/importer ask takes a run of
// the go command for each.
func listPackages(ctx context.Context, dir string, flags []string, patterns ...string) (found []*goPackage, exports map[string]string, err error) {
	args := append([]string{"list", "-deps", "-export", "-json=ImportPath,Dir,Export,GoFiles,CgoFiles,TestGoFiles,XTestGoFiles,TestImports,XTestImports,Imports,DepOnly,Module"}, flags...)
	args = append(append(args, patterns...), chooserImports...)
	out, err := wire.Output(ctx, dir, nil, "go", args...)
	if err != nil {
		return nil, nil, err
	}
	exports = map[string]string{}
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		p := &goPackage{}
		if err := d.Decode(p); err != nil {
			return nil, nil, fmt.Errorf("go list: %w", err)
		}
		exports[p.ImportPath] = p.Export
		if !p.DepOnly && !slices.Contains(chooserImports, p.ImportPath) {
			found = append(found, p)
		}
	}
	if len(found) == 0 {
		return nil, nil, fmt.Errorf("no package matches %s", strings.Join(patterns, " "))
	}
	return found, exports, nil
}

// load parses and checks a package.
func (p *goPackage) load(exports map[string]string) (*source, error) {
	texts := map[string]string{}
	for _, name := range p.GoFiles {
		text, err := os.ReadFile(filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		texts[name] = string(text)
	}
	return newSource(p.Dir, texts, importer.ForCompiler(token.NewFileSet(), "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	}))
}

// name is the package's path in its module.
func (p *goPackage) name() string {
	if p.Module == nil {
		return p.ImportPath
	}
	return cmp.Or(strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, p.Module.Path), "/"), path.Base(p.ImportPath))
}

func (p *goPackage) hasTests() bool { return len(p.TestGoFiles)+len(p.XTestGoFiles) > 0 }

// imports reports whether the package or its tests import another.
func (p *goPackage) imports(other string) bool {
	return slices.Contains(slices.Concat(p.Imports, p.TestImports, p.XTestImports), other)
}

// A subject is a package that is mutated, and what is run against its mutants.
type subject struct {
	s       *source
	steps   []*step
	mutants []*Mutant
}

// packageSubjects returns the packages of -packages with their tests, or those
// of -tests.
func (c *config) packageSubjects(ctx context.Context, stderr io.Writer) ([]*subject, error) {
	var flags []string
	if c.tags != "" {
		flags = []string{"-tags", c.tags}
	}
	found, exports, err := listPackages(ctx, c.dir, flags, strings.Split(c.packages, ",")...)
	if err != nil {
		return nil, err
	}
	var tests []*step
	if c.tests != "" {
		others, _, err := listPackages(ctx, c.dir, flags, strings.Split(c.tests, ",")...)
		if err != nil {
			return nil, err
		}
		for _, p := range others {
			if p.hasTests() {
				tests = append(tests, c.testStep(p))
			}
		}
		if len(tests) == 0 {
			return nil, fmt.Errorf("no package of -tests %s has tests", c.tests)
		}
	}
	var subjects []*subject
	for _, p := range found {
		steps := tests
		switch {
		case len(p.CgoFiles) > 0:
			fmt.Fprintf(stderr, "%s is left out: it uses cgo\n", p.ImportPath)
			continue
		case tests == nil && !p.hasTests():
			fmt.Fprintf(stderr, "%s is left out: it has no tests (-tests chooses those of other packages)\n", p.ImportPath)
			continue
		case tests == nil:
			steps = []*step{c.testStep(p)}
		}
		s, err := p.load(exports)
		if err != nil {
			return nil, err
		}
		s.name = p.name()
		x := &subject{s: s, steps: steps}
		if x.mutants, err = generate(s, nil, operators()); err != nil {
			return nil, err
		}
		subjects = append(subjects, x)
	}
	if len(subjects) == 0 {
		return nil, errors.New("no package is left to mutate")
	}
	return subjects, nil
}

// testStep is the step that runs the tests of a package.
func (c *config) testStep(p *goPackage) *step {
	name := p.name()
	args := []string{"-test.short", "-test.failfast", "-test.timeout=0"}
	if p.imports("pgregory.net/rapid") {
		args = append(args, "-rapid.nofailfile") // the tree is never written
	}
	return &step{
		name: "tests of " + name, layer: ownTests, args: append(args, strings.Fields(c.testFlags)...),
		variant: variant{name: strings.ReplaceAll(name, "/", "-"), pkg: p.ImportPath, tests: true, dir: p.Dir, tags: c.tags, race: c.race},
	}
}

// drawn returns n of the mutants, or all if n is 0. Which these are depends on the
// seed and on their IDs: more of them include fewer.
func drawn(mutants []*Mutant, n int, seed uint64) []*Mutant {
	if n == 0 || n >= len(mutants) {
		return mutants
	}
	rank := map[*Mutant]uint64{}
	for _, m := range mutants {
		h := fnv.New64a()
		fmt.Fprintf(h, "%s %d", m.ID, seed)
		rank[m] = h.Sum64() * 0x9e3779b97f4a7c15 // FNV leaves what the last bytes do in the low bits
	}
	list := slices.Clone(mutants)
	slices.SortFunc(list, func(a, b *Mutant) int { return cmp.Compare(rank[a], rank[b]) })
	return list[:n]
}
