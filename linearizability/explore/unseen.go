package explore

import "slices"

// Unseen notes that the calling goroutine does something of which the explorer does not
// see all outcomes. Report.Unseen has the notes, each once. For goroutines that are not
// explored, Unseen does nothing.
//
//go:noinline
func Unseen(what string) {
	if e := active(); e != nil && !slices.Contains(e.unseen, what) {
		e.unseen = append(e.unseen, what)
	}
}
