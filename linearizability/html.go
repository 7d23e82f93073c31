package linearizability

import (
	"io"
	"slices"
	"strings"

	"github.com/anishathalye/porcupine"
)

// WriteHTML writes porcupine's picture of the history: a page by itself. An
// event with several acts has a line for each.
func (v *Violation[K, V]) WriteHTML(w io.Writer) error {
	p, err := newProblem(v.History)
	if err != nil {
		return err
	}
	if _, err := p.expand(); err != nil {
		p.acts = nil // wrong by itself, whatever the order
		for i := range p.events {
			p.add(i, act{key: everyKey, before: condition(absent), after: absent})
		}
	}
	var keys []int32
	for key := range p.keys.all {
		keys = append(keys, int32(key))
	}
	m := newMapModel(keys, nil, 0)
	model := m.porcupine()
	model.DescribeOperation = func(input, _ any) string { return p.events[input.(*act).event].String() }
	model.DescribeState = func(s any) string { return p.describe(m, s.(string)) }
	ops := operations(p.acts)
	lines := 0
	for i := range p.events {
		lines = max(lines, p.events[i].Client+2)
	}
	extra := int32(0)
	for i := range ops {
		ops[i].ClientId = p.events[p.acts[i].event].Client + 1 // from setup
		if i > 0 && p.acts[i-1].event == p.acts[i].event {
			ops[i].ClientId = lines + int(extra)
			extra++
		} else {
			extra = 0
		}
	}
	_, info := porcupine.CheckOperationsVerbose(model, ops, minimiseTimeout)
	return porcupine.Visualize(model, info, w)
}

// describe returns a state of a map model for people to read.
func (p *problem[K, V]) describe(m mapModel, s string) string {
	var entries []string
	for key, place := range m.places {
		if value := get(s, place); state(value) > absent {
			entries = append(entries, shown(p.keys.all[key])+": "+shown(p.values.all[value-1]))
		}
	}
	slices.Sort(entries)
	return "{" + strings.Join(entries, ", ") + "}"
}
