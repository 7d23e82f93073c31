package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore/internal/rewrite"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

// A pkg is a package as go list describes it.
type pkg struct {
	ImportPath, ForTest, Name, Dir, Export      string
	GoFiles, CgoFiles, SFiles                   []string
	IgnoredGoFiles, CXXFiles, CFiles, SwigFiles []string
	Standard                                    bool
	Module                                      *module
	Error                                       *struct{ Err string }
	DepOnly                                     bool
}

type module struct {
	Path, Version string
	Replace       *module
}

// trimmed is what the compiler calls the folder of p with -trimpath.
func (p *pkg) trimmed() string {
	m := p.Module
	if m == nil || m.Version == "" {
		return strings.TrimSuffix(p.path(), "_test")
	}
	version := "@" + m.Version
	if m.Replace != nil {
		if version = ""; m.Replace.Version != "" {
			version = "@" + m.Replace.Version
		}
		return m.Replace.Path + version + strings.TrimPrefix(p.path(), m.Path)
	}
	return m.Path + version + strings.TrimPrefix(p.path(), m.Path)
}

// path is the import path without the test that the package is built for.
func (p *pkg) path() string {
	path, _, _ := strings.Cut(p.ImportPath, " ")
	return path
}

// A plan is what the command and the runs of the compiler and linker share.
type plan struct {
	Races   bool
	Sets    map[string]map[string]string // by import path and name
	Exports map[string]string            // export data of the shims and all that they import
	Unseen  []tool.Unseen
	SetList []string
	Dirs    map[string]string // with -trimpath, folders of packages by what the binary calls them
}

// own are the packages that rewritten code needs.
func own() []string {
	return append([]string{rewrite.Lang, rewrite.Shims + "cover", rewrite.Shims + "race"},
		slices.Sorted(maps.Values(rewrite.Swaps()))...)
}

// checkVersion makes sure that this program reads what the go command writes.
func (g *gotool) checkVersion() error {
	out, err := g.output("env", "GOVERSION")
	if err != nil {
		return err
	}
	if v := strings.TrimSpace(string(out)); v != runtime.Version() {
		return fmt.Errorf("this command was built by %s, but go is %s here; run it as: go tool explore", runtime.Version(), v)
	}
	return nil
}

// goList runs go list.
func (g *gotool) goList(args ...string) ([]*pkg, error) {
	out, err := g.output(append(append([]string{"list"}, g.o.build...), args...)...)
	if err != nil {
		return nil, err
	}
	var pkgs []*pkg
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(pkg)
		if err := d.Decode(p); errors.Is(err, io.EOF) {
			return pkgs, nil
		} else if err != nil {
			return nil, fmt.Errorf("go list: %w", err)
		}
		pkgs = append(pkgs, p)
	}
}

// A survey is what is known of the packages to be tested, and of all they need.
type survey struct {
	plan     plan
	subjects []*pkg            // that are rewritten, one for each import path
	kept     map[string]string // others that are not of the standard library, and why
}

// survey asks go list about all packages, and compiles those that rewritten code needs.
func (g *gotool) survey() (*survey, error) {
	s := &survey{kept: map[string]string{}, plan: plan{
		Races: g.o.races, SetList: g.o.sets,
		Sets: map[string]map[string]string{}, Exports: map[string]string{}, Dirs: map[string]string{},
	}}
	shims, err := g.goList(append([]string{"-deps", "-export", "-json=ImportPath,Export,Standard"}, own()...)...)
	if err != nil {
		return nil, fmt.Errorf("%w\nrewritten code needs these packages: go get -tool github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore (and go mod vendor, with a vendor folder)", err)
	}
	for _, p := range shims {
		s.plan.Exports[p.ImportPath] = p.Export
	}
	if err := g.checkCover(s.plan.Exports); err != nil {
		return nil, err
	}
	packages := g.o.packages
	pkgs, err := g.goList(append([]string{"-e", "-deps", "-test",
		"-json=ImportPath,ForTest,Name,Dir,Standard,Module,GoFiles,CgoFiles,SFiles,CFiles,CXXFiles,SwigFiles,DepOnly"}, packages...)...)
	if err != nil {
		return nil, err
	}
	byPath := map[string]*pkg{}
	for _, p := range pkgs {
		path := p.path()
		switch {
		case p.Standard || strings.HasSuffix(path, ".test"):
		case s.plan.Exports[path] != "":
			s.kept[path] = "the explorer uses it"
		case g.o.kept(path) != "":
			s.kept[path] = "-keep " + g.o.kept(path)
		case byPath[path] == nil:
			byPath[path] = p
			s.subjects = append(s.subjects, p)
		case len(p.GoFiles) > len(byPath[path].GoFiles): // with the files of its test
			*byPath[path] = *p
		}
	}
	for _, p := range s.subjects {
		if g.o.trimpath {
			s.plan.Dirs[p.trimmed()] = p.Dir
		}
		s.plan.Unseen = append(s.plan.Unseen, unseen(p)...)
	}
	for _, path := range slices.Sorted(maps.Keys(s.kept)) {
		if strings.HasPrefix(s.kept[path], "-keep") {
			s.plan.Unseen = append(s.plan.Unseen, tool.Unseen{Package: path, Reason: s.kept[path]})
		}
	}
	return s, s.sets(g.o.sets, byPath)
}

// checkCover makes sure that no package which is linked as it is gets counters: other
// packages have been compiled for the one without.
func (g *gotool) checkCover(exports map[string]string) error {
	if g.o.coverpkg == "" {
		return nil
	}
	pkgs, err := g.goList(append([]string{"-e", "-json=ImportPath"}, strings.Split(g.o.coverpkg, ",")...)...)
	if err != nil {
		return err
	}
	for _, p := range pkgs {
		if _, own := exports[p.ImportPath]; own {
			return fmt.Errorf("flag -coverpkg=%s: package %s cannot be covered, because the explorer uses it; want packages under test", g.o.coverpkg, p.ImportPath)
		}
	}
	return nil
}

// sets checks what is to be set, and notes it in the plan.
func (s *survey) sets(list []string, byPath map[string]*pkg) error {
	for _, set := range list {
		key, value, _ := strings.Cut(set, "=")
		i := strings.LastIndex(key, ".")
		path, id := key[:i], key[i+1:]
		p := byPath[path]
		if p == nil {
			return fmt.Errorf("flag -set %s: package %s is not rewritten, or not needed by the tests", set, path)
		}
		if err := declares(p, id); err != nil {
			return fmt.Errorf("flag -set %s: %w", set, err)
		}
		if s.plan.Sets[path] == nil {
			s.plan.Sets[path] = map[string]string{}
		}
		s.plan.Sets[path][id] = value
	}
	return nil
}

// write stores the plan in dir, and returns the flags by which go test has the packages
// rewritten.
func (s *survey) write(dir, gcflags string) ([]string, error) {
	b, err := json.Marshal(s.plan)
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "plan.json")
	if err := os.WriteFile(file, b, 0o666); err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	exe, err := os.ReadFile(self)
	if err != nil {
		return nil, err
	}
	// What is compiled depends on this program, on the shims and on what is set in the
	// package: with the hash of all that in its flags, the go command caches it.
	common := sha256.New()
	common.Write(exe)
	for _, path := range own() {
		fmt.Fprintf(common, "%s=%s\n", path, s.plan.Exports[path])
	}
	fmt.Fprintf(common, "races=%t", s.plan.Races)
	base := common.Sum(nil)
	flags := []string{"-toolexec=" + quoted(self) + " " + toolexecVerb + " " + quoted(file)}
	for _, p := range s.subjects {
		path := p.path()
		sets, err := json.Marshal(s.plan.Sets[path])
		if err != nil {
			return nil, err
		}
		sum := sha256.Sum256(append(slices.Clone(base), sets...))
		flags = append(flags, fmt.Sprintf("-gcflags=%s=%s%x,%s%s", path, mark, sum[:8], path, gcflags))
	}
	return flags, nil
}

// quoted quotes a word of -toolexec.
func quoted(s string) string {
	if strings.ContainsAny(s, " \t") {
		return "'" + s + "'"
	}
	return s
}
