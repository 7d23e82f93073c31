// Package accesses counts the shared memory that operations of the map that ships
// read and write. Package flatmap makes every shared access through the names of
// its file sync.go. This package builds it with a sync.go that has package record in
// place of sync/atomic; nothing else differs.
package accesses

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// replacements turn flatmap's sync.go into one that records.
var replacements = []struct{ old, new string }{
	{`"sync/atomic"`, `atomic "github.com/flatmap-go/flatmap/internal/record"`},
	{"= sync.Mutex\n", "= atomic.Mutex\n"},
	{"func announceWrite(pointer, uintptr) {}", "func announceWrite(p pointer, n uintptr) { atomic.Plain(atomic.PlainWrite, p, n) }"},
	{"func announceRead(pointer, uintptr) {}", "func announceRead(p pointer, n uintptr) { atomic.Plain(atomic.PlainRead, p, n) }"},
}

// squeeze undoes gofmt's alignment.
func squeeze(s string) string {
	return strings.ReplaceAll(strings.Join(strings.Fields(s), " "), "{ }", "{}")
}

func rewrite(source string) (string, error) {
	lines := strings.SplitAfter(source, "\n")
	for _, r := range replacements {
		found := 0
		for i, line := range lines {
			if at := strings.Index(squeeze(line)+"\n", r.old); at >= 0 {
				lines[i] = strings.Replace(squeeze(line)+"\n", r.old, r.new, 1)
				found++
			}
		}
		if found != 1 {
			return "", fmt.Errorf("flatmap/sync.go has %d lines with %q, want 1", found, r.old)
		}
	}
	return strings.Join(lines, ""), nil
}

// Run builds the program count with the recording map in the folder dir, runs it
// with args, and returns its output. module is the folder of the module bench.
func Run(module, dir string, args ...string) ([]byte, error) {
	target, err := filepath.Abs(filepath.Join(module, "..", "sync.go"))
	if err != nil {
		return nil, err
	}
	source, err := os.ReadFile(target)
	if err != nil {
		return nil, err
	}
	text, err := rewrite(string(source))
	if err != nil {
		return nil, err
	}
	replaced, overlay := filepath.Join(dir, "sync.go"), filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(replaced, []byte(text), 0o644); err != nil {
		return nil, err
	}
	list, err := json.Marshal(map[string]map[string]string{"Replace": {target: replaced}})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(overlay, list, 0o644); err != nil {
		return nil, err
	}
	cmd := exec.Command("go", append([]string{"run", "-overlay", overlay, "./internal/accesses/count"}, args...)...)
	cmd.Dir = module
	out, err := cmd.Output()
	if exit, ok := err.(*exec.ExitError); ok {
		return out, fmt.Errorf("%w: %s", err, exit.Stderr)
	}
	return out, err
}
