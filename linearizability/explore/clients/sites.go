package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// An access is a line of the map's source that makes an atomic access. A
// deferred one is made by the line that returns.
type access struct {
	file string
	line int
	text string
}

func (a access) String() string { return fmt.Sprintf("%s:%d: %s", a.file, a.line, a.text) }

var (
	accesses = regexp.MustCompile(`\b(meta|version|next|prev|table|ticket|moved|linked|tidyAt|n|resizing|links\[chain\]|overflow\[k\])\.(Load|Store|CompareAndSwap|Add|Swap|Lock|TryLock|Unlock)\(` +
		`|\b(loadCell|storeCell|zeroCell|loadWords|storeWords|storeValueWord)(\[K, V\])?\(`)
	// Files that the explorer's build replaces, that wrap accesses, and that are
	// no part of the protocol.
	otherFiles = regexp.MustCompile(`_test\.go$|_explore\.go$|^(sync|words|stats|invariants_on|invariants_off|doc)\.go$`)
)

// mapAccesses returns the accesses of the map in a folder.
func mapAccesses(dir string) ([]access, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var list []access
	for _, path := range files {
		name := filepath.Base(path)
		if otherFiles.MatchString(name) {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		for i, line := range strings.Split(string(text), "\n") {
			code, _, _ := strings.Cut(strings.TrimSpace(line), "//")
			if accesses.MatchString(code) && !strings.HasPrefix(code, "func ") && !strings.HasPrefix(code, "defer ") {
				list = append(list, access{name, i + 1, strings.TrimSpace(code)})
			}
		}
	}
	return list, nil
}
