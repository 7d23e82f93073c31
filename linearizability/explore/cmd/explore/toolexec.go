package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore/internal/rewrite"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

// The go command runs the compiler and the linker through this program (-toolexec). It
// shows them other files, in place of those of packages whose flags have the mark. The
// module cache, a vendor folder and workspaces thus need nothing special, nothing is
// copied, and the go command caches what is compiled.

const (
	toolexecVerb = "toolexec"
	// mark begins a flag of the compiler that only we see: a hash of all that the result
	// depends on, and the import path.
	mark = "-explore="
)

// toolexec runs a tool and returns its exit status.
func toolexec(file string, args []string) int {
	name := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	marked := slices.IndexFunc(args, func(a string) bool { return strings.HasPrefix(a, mark) })
	switch {
	case name == "compile" && marked > 0:
		_, path, _ := strings.Cut(args[marked], ",")
		status, err := compile(file, path, slices.Delete(args, marked, marked+1))
		if err != nil {
			fmt.Fprintf(os.Stderr, "explore: %v\n", err)
			return trouble
		}
		return status
	case name == "link" && flagOf(args, "-importcfg") != "":
		var err error
		if args, err = link(file, args); err != nil {
			fmt.Fprintf(os.Stderr, "explore: %v\n", err)
			return trouble
		}
	}
	return execute(args, os.Stdout, os.Stderr)
}

func execute(args []string, stdout, stderr io.Writer) int {
	c := exec.Command(args[0], args[1:]...)
	c.Stdin, c.Stdout, c.Stderr = os.Stdin, stdout, stderr
	err := c.Run()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		return exit.ExitCode()
	case err != nil:
		fmt.Fprintf(stderr, "explore: %v\n", err)
		return trouble
	}
	return ok
}

func readPlan(file string) (p plan, err error) {
	b, err := os.ReadFile(file)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	return p, err
}

// flagOf returns the value of a flag, or "".
func flagOf(args []string, name string) string {
	for i, a := range args {
		if a == name && i+1 < len(args) {
			return args[i+1]
		}
		if v, ok := strings.CutPrefix(a, name+"="); ok {
			return v
		}
	}
	return ""
}

// An importcfg is the file that says where the packages are.
type importcfg struct {
	text     []byte
	packages map[string]string // files by import path
	paths    map[string]string // what an import path in the source stands for
}

func readImportcfg(name string) (*importcfg, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	c := &importcfg{text: text, packages: map[string]string{}, paths: map[string]string{}}
	for line := range strings.Lines(string(text)) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		key, value, _ := strings.Cut(rest, "=")
		switch verb {
		case "packagefile":
			c.packages[key] = value
		case "importmap":
			c.paths[key] = value
		}
	}
	return c, nil
}

// add adds those of the packages that are missing.
func (c *importcfg) add(exports map[string]string) {
	for path, file := range exports {
		if file != "" && c.packages[path] == "" {
			c.packages[path] = file
			c.text = fmt.Appendf(c.text, "packagefile %s=%s\n", path, file)
		}
	}
}

// redirect makes an import path stand for another.
func (c *importcfg) redirect(from, to string) {
	c.paths[from] = to
	c.text = fmt.Appendf(c.text, "importmap %s=%s\n", from, to)
}

// link adds what rewritten code needs, and how the binary was built.
func link(file string, args []string) ([]string, error) {
	p, err := readPlan(file)
	if err != nil {
		return nil, err
	}
	name := flagOf(args, "-importcfg")
	cfg, err := readImportcfg(name)
	if err != nil {
		return nil, err
	}
	info := tool.Info{Races: p.Races, Sets: p.SetList, Dirs: p.Dirs}
	for _, u := range p.Unseen {
		if cfg.packages[u.Package] != "" {
			info.Unseen = append(info.Unseen, u)
		}
	}
	cfg.add(p.Exports)
	if err := os.WriteFile(name, cfg.text, 0o666); err != nil {
		return nil, err
	}
	b, err := json.Marshal(info)
	if err != nil {
		return nil, err
	}
	return slices.Insert(lenient(args), 1, "-X", tool.InfoVariable+"="+string(b)), nil
}

// lenient adds to a linker's arguments a setting of the runtime. Where the compiler lets
// accesses be announced, it counts variables as pointers that it sets right afterwards. The
// race detector's functions do not mind, since they use another stack. Ours may make the stack
// grow, or be stopped by the garbage collector, and the runtime would take what such a
// variable happens to contain for a mistake.
func lenient(args []string) []string {
	const name, setting = "-X=runtime.godebugDefault=", "invalidptr=0"
	args = slices.Clone(args)
	for i, arg := range args {
		if strings.HasPrefix(arg, name) {
			args[i] = arg + "," + setting
			return args
		}
	}
	return slices.Insert(args, 1, name+setting)
}

// compile compiles the package with the given import path, rewritten.
func compile(file, path string, args []string) (int, error) {
	p, err := readPlan(file)
	if err != nil {
		return 0, err
	}
	name := flagOf(args, "-importcfg")
	cfg, err := readImportcfg(name)
	if err != nil {
		return 0, err
	}
	for from, to := range rewrite.Swaps() {
		cfg.redirect(from, to)
	}
	needed := map[string]string{}
	for _, shim := range own() {
		needed[shim] = p.Exports[shim]
	}
	cfg.add(needed)
	if err := os.WriteFile(name, cfg.text, 0o666); err != nil {
		return 0, err
	}
	version := flagOf(args, "-lang")
	args = modern(args, version)
	if p.Races {
		args = slices.Insert(args, 1, "-race", "-d=checkptr=0")
	}
	source := rewrite.Package{Path: flagOf(args, "-p"), GoVersion: version, Imports: cfg.paths, Export: func(path string) (io.ReadCloser, error) {
		return os.Open(cfg.packages[path])
	}}
	if !strings.HasSuffix(source.Path, "_test") {
		source.Sets = p.Sets[path]
	}
	at := map[string]int{}
	for i, a := range args {
		// Files that cgo has made have no code of the package's.
		if i > 0 && strings.HasSuffix(a, ".go") && !strings.HasPrefix(a, "-") && !strings.HasPrefix(filepath.Base(a), "_cgo_") {
			source.Files = append(source.Files, a)
			at[a] = i
		}
	}
	result, err := rewrite.Rewrite(source)
	if err != nil || len(source.Files) == 0 {
		status := execute(args, os.Stdout, os.Stderr) // the compiler says what is wrong
		if err != nil && status == ok {
			return status, fmt.Errorf("package %s compiles, but cannot be rewritten, which is a mistake of this command; -keep %s leaves it as it is: %w", path, path, err)
		}
		return status, nil
	}
	rewritten, err := store(result, filepath.Dir(name), args, at)
	if err != nil {
		return 0, err
	}
	var out bytes.Buffer
	status := execute(rewritten, &out, &out)
	if status != ok {
		// The compiler's messages are to be about the code as it was written.
		var plain bytes.Buffer
		if status := execute(args, &plain, &plain); status != ok {
			_, err := os.Stdout.Write(plain.Bytes())
			return status, err
		}
		fmt.Fprintf(os.Stderr, "explore: package %s compiles, but not as it was rewritten, which is a mistake of this command; -keep %s leaves it as it is\n", path, path)
	}
	_, err = os.Stdout.Write(out.Bytes())
	return status, err
}

// modern returns args with a version of the language that has what rewritten code uses.
// Loop variables mean what they did.
func modern(args []string, version string) []string {
	var minor int
	if _, err := fmt.Sscanf(version, "go1.%d", &minor); err != nil || minor >= 21 {
		return args
	}
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return strings.HasPrefix(a, "-lang=") })
	return slices.Insert(args, 1, "-lang=go1.21")
}

// store writes the files that changed into dir, and one more that imports what the linker
// needs. It returns the compiler's arguments with them.
func store(r *rewrite.Result, dir string, args []string, at map[string]int) ([]string, error) {
	args = slices.Clone(args)
	for i, f := range r.Files {
		if f.Text == nil {
			continue
		}
		abs, err := filepath.Abs(f.Name)
		if err != nil {
			return nil, err
		}
		out := filepath.Join(dir, fmt.Sprintf("explore%d_%s", i, filepath.Base(f.Name)))
		text := append([]byte("//line "+abs+":1\n"), f.Text...)
		if err := os.WriteFile(out, text, 0o666); err != nil {
			return nil, err
		}
		args[at[f.Name]] = out
	}
	out := filepath.Join(dir, "explore_import.go")
	text := fmt.Sprintf("package %s\n\nimport _ %q\n", r.Name, rewrite.Lang)
	if err := os.WriteFile(out, []byte(text), 0o666); err != nil {
		return nil, err
	}
	return append(args, out), nil
}
