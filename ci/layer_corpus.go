package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/flatmap-go/flatmap/flatmap"
)

// counters is how many goroutines count.
const counters = 4

// verifyCorpus counts the words and identifiers of real text with Compute from
// several goroutines, and compares with a sequential count, round after round
// until the budget is spent.
func verifyCorpus(ctx context.Context, t *task) error {
	texts, err := readCorpus(t.corpus)
	if err != nil {
		return failed("the corpus: %w", err)
	}
	want := map[string]int{}
	words := 0
	for _, text := range texts {
		for word := range strings.FieldsFuncSeq(text, notWord) {
			want[word]++
			words++
		}
	}
	if words == 0 {
		return failed("the corpus: no words in %d files", len(texts))
	}
	t.now(fmt.Sprintf("%d files, %d different words", len(texts), len(want)))
	for round, start := 1, time.Now(); round == 1 || time.Since(start) < t.budget; round++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := compareCounts(count(texts), want); err != nil {
			return err
		}
		t.count("words", round*words)
		t.count("rounds", round)
		t.count("files", len(texts)*round)
		t.count("keys", len(want)*round)
	}
	return nil
}

func notWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' }

// readCorpus reads the text files below dir; Go's standard library if dir is
// empty.
func readCorpus(dir string) ([]string, error) {
	if dir == "" {
		out, err := exec.Command("go", "env", "GOROOT").Output()
		if err != nil {
			return nil, fmt.Errorf("cannot find the Go sources (name a folder with -corpus): %w", err)
		}
		dir = filepath.Join(strings.TrimSpace(string(out)), "src")
	}
	var texts []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || d.Name() == "cmd") {
			return fs.SkipDir
		}
		switch filepath.Ext(path) {
		case ".go", ".txt", ".md", ".s":
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			texts = append(texts, string(text))
		}
		return nil
	})
	return texts, err
}

// count counts the words of texts in a map that starts small.
func count(texts []string) *flatmap.Map[string, int] {
	var m flatmap.Map[string, int]
	increment := func(n int, _ bool) (int, flatmap.Op) { return n + 1, flatmap.Set }
	var wg sync.WaitGroup
	for id := range counters {
		wg.Go(func() {
			for i := id; i < len(texts); i += counters {
				for word := range strings.FieldsFuncSeq(texts[i], notWord) {
					m.Compute(word, increment)
				}
			}
		})
	}
	wg.Wait()
	return &m
}

func compareCounts(m *flatmap.Map[string, int], want map[string]int) error {
	if m.Len() != len(want) {
		return fmt.Errorf("counted %d different words, not %d", m.Len(), len(want))
	}
	seen := 0
	for word, n := range m.All() {
		seen++
		if n != want[word] {
			return fmt.Errorf("counted %q %d times, not %d", word, n, want[word])
		}
	}
	if seen != len(want) {
		return fmt.Errorf("iterated %d words, not %d", seen, len(want))
	}
	return nil
}
