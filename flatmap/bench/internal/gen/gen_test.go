package main

import (
	"os"
	"path/filepath"
	"testing"
)

// The files in package subject are what the generator makes, no more and no
// less.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	dir := filepath.Join("..", "subject")
	files, err := generate()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		} else if string(got) != string(want) {
			t.Errorf("%s is not what go generate makes", name)
		}
	}
	old, err := stale(dir, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range old {
		t.Errorf("%s: the generator makes no such file", name)
	}
}
