package accesses

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the counts into SCALING.md")

const (
	begin = "<!-- accesses:begin -->\n"
	end   = "<!-- accesses:end -->\n"
)

// TestCounts counts what operations of the map that ships read and write. The
// program fails if a Load writes, or if writes to different chains write one cache
// line that is not a counter's. SCALING.md must have the table that it prints.
func TestCounts(t *testing.T) {
	module := filepath.Join("..", "..")
	counts, err := Run(module, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(module, "SCALING.md")
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	from, to := bytes.Index(text, []byte(begin))+len(begin), bytes.Index(text, []byte(end))
	if from < len(begin) || to < from {
		t.Fatalf("%s: missing the lines %s and %s", name, begin, end)
	}
	if bytes.Equal(text[from:to], counts) {
		return
	}
	if !*update {
		t.Fatalf("SCALING.md is not current: run go test ./internal/accesses -update, which writes\n%s", counts)
	}
	text = append(append(append([]byte{}, text[:from]...), counts...), text[to:]...)
	if err := os.WriteFile(name, text, 0o644); err != nil {
		t.Fatal(err)
	}
}

// The program finds a Load that writes, and Stores that write a common word.
func TestPlanted(t *testing.T) {
	for op, want := range map[string]string{
		"Load, hit":     "uint64, uint64, Load, hit: 1 cache lines written",
		"Store, update": "chains wrote one cache line",
	} {
		if _, err := Run(filepath.Join("..", ".."), t.TempDir(), "-plant", op); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("planted in %s: %v, want %q", op, err, want)
		}
	}
}

// A sync.go that cannot be rewritten to record is an error.
func TestRewrite(t *testing.T) {
	const source = "import (\n\t\"sync/atomic\"\n)\n\ntype (\n\tmutex      = sync.Mutex\n)\n\nfunc announceWrite(pointer, uintptr) {}\nfunc announceRead(pointer, uintptr)  {}\n"
	text, err := rewrite(source)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range replacements {
		if !bytes.Contains([]byte(text), []byte(r.new)) {
			t.Errorf("no %q in\n%s", r.new, text)
		}
		if _, err := rewrite(string(bytes.Replace([]byte(source), []byte("sync"), nil, 1))); err == nil {
			t.Error("a source without sync/atomic passed")
		}
	}
	if _, err := rewrite(source + source); err == nil {
		t.Error("a source with everything twice passed")
	}
}
