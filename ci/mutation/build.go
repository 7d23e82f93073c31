package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// A variant is one way to compile what is mutated and a program that uses it.
type variant struct {
	name    string
	pkg     string // to build
	tests   bool   // build its tests
	dir     string // to run in; "" is the folder of what is mutated
	tags    string
	goarch  string
	race    bool
	trimmed bool // see trim.go
}

// A workshop builds and runs binaries of one set of changed files: a schema,
// or a mutant alone. The tree is never written.
type workshop struct {
	s       *source
	dir     string // for its binaries and texts only
	texts   map[string]string
	mu      sync.Mutex
	built   map[variant]*binary
	checked map[string]*baseline // of a schema: how long the original takes
	one     chan struct{}        // one build at a time: a build uses all cores
	gate    gate
	tell    func(format string, args ...any)
}

type binary struct {
	once sync.Once
	path string
	err  error
}

func newWorkshop(s *source, dir string, texts map[string]string) (*workshop, error) {
	w := &workshop{s: s, dir: dir, texts: texts, built: map[variant]*binary{}, checked: map[string]*baseline{}, one: make(chan struct{}, 1)}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	for name, text := range texts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// build returns the path of a variant's binary.
func (w *workshop) build(ctx context.Context, v variant) (string, error) {
	w.mu.Lock()
	b := w.built[v]
	if b == nil {
		b = &binary{}
		w.built[v] = b
	}
	w.mu.Unlock()
	b.once.Do(func() {
		w.one <- struct{}{}
		defer func() { <-w.one }()
		leave, err := w.gate.enter(ctx)
		if err != nil {
			b.err = err
			return
		}
		defer leave()
		start := time.Now()
		b.path, b.err = w.compile(ctx, v)
		if w.tell != nil && b.err == nil {
			w.tell("built %s of all mutants in %.0f s\n", v.name, time.Since(start).Seconds())
		}
	})
	return b.path, b.err
}

// compile writes an overlay and has the compiler use it.
func (w *workshop) compile(ctx context.Context, v variant) (string, error) {
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	for name := range w.texts {
		overlay.Replace[filepath.Join(w.s.dir, name)] = filepath.Join(w.dir, name)
	}
	if v.trimmed {
		trimmed, err := trimTests(w.s.dir)
		if err != nil {
			return "", err
		}
		for name, text := range trimmed {
			path := filepath.Join(w.dir, "trimmed_"+name)
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				return "", err
			}
			overlay.Replace[filepath.Join(w.s.dir, name)] = path
		}
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	list := filepath.Join(w.dir, v.name+".json")
	if err := os.WriteFile(list, text, 0o600); err != nil {
		return "", err
	}
	path := filepath.Join(w.dir, v.name+".exe")
	args := []string{"build"}
	pkg := v.pkg
	if v.tests {
		args = []string{"test", "-c", "-vet=off"}
	}
	args = append(args, "-overlay", list, "-o", path)
	if v.tags != "" {
		args = append(args, "-tags", v.tags)
	}
	if v.race {
		args = append(args, "-race")
	}
	var env []string
	if v.goarch != "" {
		env = append(env, "GOARCH="+v.goarch)
	}
	_, err = wire.Output(ctx, w.s.dir, env, "go", append(args, pkg)...)
	return path, err
}

// A baseline is how the original does in a step.
type baseline struct {
	once  sync.Once
	limit limit
	err   error
}

// A step counts as hung after this many times the processor time that the
// original takes, or this many times the time for which the original is
// blocked, and never before a least time.
const (
	slower       = 10
	leastCPU     = 5 * time.Second
	leastBlocked = 20 * time.Second
)

// limits returns how long a step may take, after it has seen the original
// pass it: a step that fails anyway would kill everything.
func (w *workshop) limits(ctx context.Context, st *step) (limit, error) {
	w.mu.Lock()
	b := w.checked[st.name]
	if b == nil {
		b = &baseline{}
		w.checked[st.name] = b
	}
	w.mu.Unlock()
	b.once.Do(func() {
		path, err := w.build(ctx, st.variant)
		if err != nil {
			b.err = err
			return
		}
		most := limit{cpu: 10 * time.Minute, blocked: 10 * time.Minute}
		e, err := w.contain(ctx, st, most, 0, path)
		if err == nil && e.how != passed {
			err = fmt.Errorf("the original does not pass %s: %s: %s", st.name, e.how, e.detail)
		}
		if w.tell != nil && err == nil {
			w.tell("%s takes %.1f s without a mutant, %.1f s of processor time\n", st.name, e.seconds, e.cpu.Seconds())
		}
		b.limit, b.err = limit{cpu: max(leastCPU, slower*e.cpu), blocked: max(leastBlocked, slower*e.blocked)}, err
	})
	return b.limit, b.err
}

// run runs a step with a mutant, which is 0 if the workshop is of one alone.
func (w *workshop) run(ctx context.Context, st *step, number int, l limit) (ending, error) {
	path, err := w.build(ctx, st.variant)
	if err != nil {
		return ending{}, err
	}
	return w.contain(ctx, st, l, number, path)
}

// contain runs the program of a step with a mutant as soon as the gate is open.
func (w *workshop) contain(ctx context.Context, st *step, l limit, number int, path string) (ending, error) {
	leave, err := w.gate.enter(ctx)
	if err != nil {
		return ending{}, err
	}
	defer leave()
	return contain(ctx, cmp.Or(st.variant.dir, w.s.dir), []string{fmt.Sprintf("%s=%d", chooser, number)}, l, path, st.args...)
}
