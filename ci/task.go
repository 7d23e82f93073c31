package main

import (
	"slices"
	"sync"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/cli"
)

// A task is what a layer is told, and where it says what it does. Its methods
// may be called from any goroutine.
type task struct {
	budget time.Duration
	seed   uint64 // of this layer's choices in this shard
	shard  cli.Shard
	corpus string
	show   func(counts []report.Count, detail string) // what is done so far

	mu     sync.Mutex
	layer  report.Layer
	detail string // what is under way
}

// count says how many of something are done so far.
func (t *task) count(what string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.layer.Counts {
		if t.layer.Counts[i].What == what {
			t.layer.Counts[i].N = n
			t.shown()
			return
		}
	}
	t.layer.Counts = append(t.layer.Counts, report.Count{What: what, N: n})
	t.shown()
}

// now says what is under way.
func (t *task) now(detail string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.detail = detail
	t.shown()
}

// table replaces the table with this title, or adds it.
func (t *task) table(table report.Table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.layer.Tables {
		if t.layer.Tables[i].Title == table.Title {
			t.layer.Tables[i] = table
			return
		}
	}
	t.layer.Tables = append(t.layer.Tables, table)
}

// extend adds the rows of a table to the one with its title.
func (t *task) extend(table report.Table) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.layer.Tables {
		if t.layer.Tables[i].Title == table.Title {
			t.layer.Tables[i] = t.layer.Tables[i].Merge(table)
			return
		}
	}
	t.layer.Tables = append(t.layer.Tables, table)
}

func (t *task) shown() {
	if t.show != nil {
		t.show(t.layer.Counts, t.detail)
	}
}

// result returns what has been said so far.
func (t *task) result() report.Layer {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.layer
	l.Counts, l.Tables = slices.Clone(l.Counts), slices.Clone(l.Tables)
	return l
}
