package paths

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
	"golang.org/x/perf/benchfmt"
)

// A sample of a benchmark is the median of several runs in one process. Each run
// makes a new map, which has another seed.
const (
	runs    = 5
	runTime = 80 * time.Millisecond
)

// A Builder builds the benchmarks with changed maps. It does not write to the
// sources.
type Builder struct {
	source *planted.Source
	dir    string
}

// NewBuilder returns a Builder that keeps its files in a folder.
func NewBuilder(ctx context.Context, dir string) (*Builder, error) {
	s, err := planted.Map(ctx)
	return &Builder{s, dir}, err
}

// With returns a binary of the benchmarks with the map as it is.
func (b *Builder) With(ctx context.Context) (Binary, error) {
	return b.build(ctx, planted.Mistake{Name: "as-it-is"})
}

// Without returns a binary of the benchmarks with a map that has not this path.
func (b *Builder) Without(ctx context.Context, p Path) (Binary, error) {
	return b.build(ctx, p.mistake())
}

func (b *Builder) build(ctx context.Context, m planted.Mistake) (Binary, error) {
	dir := filepath.Join(b.dir, m.Name)
	if err := os.Mkdir(dir, 0o755); err != nil {
		return "", err
	}
	list, err := b.source.Overlay(m, dir)
	if err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "bench.exe")
	_, err = wire.Output(ctx, "", nil, "go", "test", "-c", "-vet=off", "-overlay", list, "-o", binary, "./internal/paths")
	return Binary(binary), err
}

// A Binary is the name of a file that has the benchmarks compiled.
type Binary string

// Run runs benchmarks, and returns the nanoseconds that each takes for an
// operation: one value for each run.
func (b Binary) Run(ctx context.Context, names []string) (map[string][]float64, error) {
	patterns := make([]string, len(names))
	for i, n := range names {
		patterns[i] = "^BenchmarkPaths$/^" + strings.ReplaceAll(n, "/", "$/^") + "$"
	}
	out, err := wire.Output(ctx, "", nil, string(b), "-test.run", "^$", "-test.bench", strings.Join(patterns, "|"),
		"-test.benchtime", runTime.String(), "-test.count", strconv.Itoa(runs), "-test.cpu", "1")
	if err != nil {
		return nil, err
	}
	values := map[string][]float64{}
	for r := benchfmt.NewReader(bytes.NewReader(out), string(b)); r.Scan(); {
		switch rec := r.Result().(type) {
		case *benchfmt.SyntaxError:
			return nil, rec
		case *benchfmt.Result:
			v, ok := rec.Value("sec/op")
			if !ok {
				return nil, fmt.Errorf("benchmark %s: no time per operation", rec.Name)
			}
			name := strings.TrimPrefix(rec.Name.String(), "Paths/")
			values[name] = append(values[name], v*1e9)
		}
	}
	for _, n := range names {
		if len(values[n]) != runs {
			return nil, fmt.Errorf("benchmark %s ran %d times, expected %d:\n%s", n, len(values[n]), runs, out)
		}
	}
	return values, nil
}
