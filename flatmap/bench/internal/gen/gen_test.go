package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The generated files in package subject are exactly those that the generator
// makes: one for each implementation, and the list.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	dir := filepath.Join("..", "subject")
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	if want := len(impls) + 1; len(files) != want {
		t.Errorf("the generator makes %d files, want %d", len(files), want)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		} else if string(got) != string(want) {
			t.Errorf("%s is not current: run go generate ./internal/subject", name)
		}
	}
	old, err := stale(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range old {
		t.Errorf("%s is generated, but not by the generator as it is now", name)
	}
}
