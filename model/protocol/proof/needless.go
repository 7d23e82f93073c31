package proof

import (
	"fmt"
	"slices"
)

// An Argument says why requirements are in a model though its proof does not need them.
type Argument struct {
	Why string
	// Follows says that the requirements follow from the others of the action, and from
	// the invariants. Drop has that proved.
	Follows      bool
	Requirements []Needless
}

// A Needless is a requirement that a proof does not need.
type Needless struct {
	Name    string // "model action: requirement"
	Because string // in addition to the argument; "" for nothing
}

// argued returns the argument for a requirement; nil for none.
func argued(model, action, requirement string) *Argument {
	name := model + " " + action + ": " + requirement
	return find(Arguments, func(a *Argument) bool {
		return slices.ContainsFunc(a.Requirements, func(n Needless) bool { return n.Name == name })
	})
}

// CheckArgued returns an error if a requirement is not needed, because everything is
// proved without it (goal is ""), and there is no argument for it; or if there is one
// though it is needed.
func CheckArgued(model, action, requirement, goal string) error {
	switch a := argued(model, action, requirement); {
	case goal == "" && a == nil:
		return fmt.Errorf("%s %s: %s: not needed, and there is no argument for it", model, action, requirement)
	case goal != "" && a != nil:
		return fmt.Errorf("%s %s: %s: there is an argument for it, but the proof needs it: %s", model, action, requirement, goal)
	}
	return nil
}
