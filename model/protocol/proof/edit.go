package proof

import (
	"fmt"
	"strings"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// An Edit changes the text of a model wherever Old is in it.
type Edit struct{ Old, New string }

// A Control is a rule of a protocol, and edits of its model that remove it: after
// them the proof must fail.
type Control struct {
	Name  string
	Rule  string // what is wrong afterwards
	Edits []Edit
	// Proof says why no run of the edited model violates an assertion or a transition,
	// so that only the proof notices. Walks look for such a run otherwise.
	Proof string
}

// Apply returns the edited text. It is an error if an edit changes nothing.
func (c Control) Apply(source string) (string, error) {
	for _, e := range c.Edits {
		if !strings.Contains(source, e.Old) {
			return "", fmt.Errorf("control %s: the model has no text %q", c.Name, e.Old)
		}
		source = strings.ReplaceAll(source, e.Old, e.New)
	}
	return source, nil
}

// Changed returns the goals of m that are not among those of another model: what there
// is to prove after a change of that model to m.
func Changed(base []*protocol.Goal, m *protocol.Model) []*protocol.Goal {
	proved := map[string]*protocol.Goal{}
	for _, g := range base {
		proved[g.ID()] = g
	}
	var goals []*protocol.Goal
	for _, g := range m.Goals() {
		if p := proved[g.ID()]; p == nil || !p.Equal(g) {
			goals = append(goals, g)
		}
	}
	return goals
}
