package explore

import (
	"fmt"
	"strings"
)

// A fold is a part of an execution that its table leaves out: the steps from begin to
// end. text stands for them in the column of goroutine g.
type fold struct {
	begin, end int
	g          int
	text       string
}

const (
	fewest = 3 // steps that a fold leaves out
	around = 4 // steps that are shown before and after a fold at the end
)

// hidden returns what the table leaves out, in order.
func (f *Failure) hidden() []fold {
	const most = 400
	list, shown := f.alone(), len(f.Steps)
	for _, p := range list {
		shown -= p.end - p.begin
	}
	if shown <= most && f.Kind != Livelock {
		return list
	}
	first, last := most/2, most/2
	if f.Kind == Livelock { // repeats the same steps
		first, last = 30, 60
	}
	if end := len(f.Steps) - last; first < end {
		return []fold{{first, end, toMain, ""}}
	}
	return nil
}

// alone returns the parts of the execution of a test in which goroutine 0 is alone: all
// of what it does before the first go statement, and the middle of what it does after
// the last step of the others.
func (f *Failure) alone() (list []fold) {
	if !f.ofTest {
		return nil
	}
	begin, end := -1, 0 // the first go statement, and what follows the last step of others
	for i, s := range f.Steps {
		if begin < 0 && (s.Plain || strings.HasPrefix(s.Text, goText)) {
			begin = i
		}
		if s.Plain || s.Goroutine != 0 {
			end = i + 1
		}
	}
	if begin >= fewest {
		list = append(list, fold{0, begin, 0, fmt.Sprintf("  setup: %d steps", begin)})
	}
	if end, last := end+around, len(f.Steps)-around; end > around && last-end >= fewest {
		list = append(list, fold{end, last, 0, fmt.Sprintf("  %d steps", last-end)})
	}
	return list
}
