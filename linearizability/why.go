package linearizability

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// These limits keep the account of why no order works readable, and quick to make.
const (
	maxWhyActs   = 64   // of a history that gets one
	maxDeadEnds  = 4    // that it shows
	maxWhySteps  = 5000 // of the search
	maxWhyBegins = 12   // operations of an order that it shows
)

// why returns what each order of the operations contradicts, as lines of text. It
// returns nothing if the history is too long for that, or if an operation is wrong
// by itself.
func (h History[K, V]) why() string {
	if slices.ContainsFunc(h, func(e Event[K, V]) bool { return e.Torn != "" }) {
		return ""
	}
	p, err := newProblem(h)
	if err != nil {
		return ""
	}
	if _, err := p.expand(); err != nil || len(p.acts) > maxWhyActs {
		return ""
	}
	var keys []int32
	for key := range p.keys.all {
		keys = append(keys, int32(key))
	}
	w := orders[K, V]{problem: p, model: newMapModel(keys, nil, 0), tried: make(map[string]bool)}
	if w.try(0, w.model.initial, nil) || len(w.ends) == 0 {
		return "" // the model of the picture allows a Len more than Check does
	}
	// What agrees with most operations says most.
	slices.SortStableFunc(w.ends, func(a, b deadEnd) int {
		return cmp.Or(b.length-a.length, strings.Compare(a.text, b.text))
	})
	var b strings.Builder
	b.WriteString("No order works:\n")
	for i, end := range w.ends {
		if i == maxDeadEnds {
			fmt.Fprintf(&b, "  and %d more\n", len(w.ends)-i)
			break
		}
		fmt.Fprintf(&b, "  %s\n", end.text)
	}
	return b.String()
}

// orders is a search for the orders that fail.
type orders[K, V comparable] struct {
	*problem[K, V]
	model mapModel
	tried map[string]bool
	ends  []deadEnd
}

// A deadEnd is an order of some acts that none of the others can follow.
type deadEnd struct {
	length int
	text   string
}

// try extends an order of the acts in done, which ends in content. It reports
// whether all acts can follow.
func (w *orders[K, V]) try(done uint64, content string, order []int) bool {
	if len(order) == len(w.acts) {
		return true
	}
	name := fmt.Sprint(done, content)
	if w.tried[name] || len(w.tried) == maxWhySteps {
		return false
	}
	w.tried[name] = true
	var stuck []int
	followed := false
	for i := range w.acts {
		if done>>i&1 == 1 || w.mustWait(done, i) {
			continue
		}
		next, ok := w.model.step(content, &w.acts[i])
		if !ok {
			stuck = append(stuck, i)
			continue
		}
		followed = true
		if w.try(done|1<<i, next, append(slices.Clone(order), i)) {
			return true
		}
	}
	if !followed {
		w.ends = append(w.ends, deadEnd{len(order), w.tell(order, stuck, content)})
	}
	return false
}

// mustWait reports whether an act that is not done returned before act i began.
func (w *orders[K, V]) mustWait(done uint64, i int) bool {
	for j := range w.acts {
		if done>>j&1 == 0 && w.acts[j].ret < w.acts[i].call {
			return true
		}
	}
	return false
}

// tell returns the text of a dead end.
func (w *orders[K, V]) tell(order, stuck []int, content string) string {
	name := func(i int) string {
		e := &w.events[w.acts[i].event]
		if e.Client == setup {
			return "the first content"
		}
		text := e.brief()
		if key := w.acts[i].key; key >= 0 && !e.Kind.SingleKey() {
			text = fmt.Sprintf("%v of key %s", e.Kind, shown(w.keys.all[key]))
		}
		for j := range w.events { // another call may look the same
			if o := &w.events[j]; o.Call != e.Call && o.Kind == e.Kind && (o.brief() == e.brief() || !e.Kind.SingleKey()) {
				return fmt.Sprintf("%s (called at %d)", text, e.Call)
			}
		}
		return text
	}
	var before []string
	for _, i := range order {
		if text := name(i); len(before) == 0 || before[len(before)-1] != text {
			before = append(before, text)
		}
	}
	if n := len(before) - maxWhyBegins; n > 0 {
		before = append([]string{"..."}, before[n:]...)
	}
	var after []string
	for _, i := range stuck {
		after = append(after, name(i)+" "+w.finds(&w.acts[i], content))
	}
	if len(before) == 0 {
		return "at first, " + strings.Join(after, ", and ")
	}
	return "after " + strings.Join(before, ", ") + ": " + strings.Join(after, ", and ")
}

// finds returns what an act finds in content instead of what it found.
func (w *orders[K, V]) finds(a *act, content string) string {
	if a.key == counting {
		n := 0
		for _, place := range w.model.places {
			n += int(oneIfPresent(state(get(content, place))))
		}
		return fmt.Sprintf("would count %d", n)
	}
	if s := state(get(content, w.model.places[a.key])); s > absent {
		return "would find " + shown(w.values.all[s-1])
	}
	return "would find nothing"
}

// brief returns the event without what its callback saw.
func (e *Event[K, V]) brief() string {
	b := *e
	b.Steps = nil
	return b.String()
}
