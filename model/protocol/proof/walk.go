package proof

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// A Structure is a finite structure on which a model is run.
type Structure struct {
	Name string
	// World returns the structure in its initial state.
	World func(*protocol.Model) *protocol.World
	// First restricts sorts to their first elements where axioms are checked: the last
	// table of a structure has no next one.
	First map[string]int
	// Choose sets the parameters of an action that are functions, after the others. It
	// returns false if the step is not wanted. nil if there is nothing to choose.
	Choose func(w *protocol.World, action string, rng *rand.Rand) bool
	// Seldom says of some actions that they are tried once in so many times only:
	// otherwise walks would not get far.
	Seldom map[string]int
	// Steps is how long walks are that look for a violation; 0 for walkSteps.
	Steps int
}

// walkSteps is how long a walk is that looks for a violation. Of those that are shorter
// by a factor there are as many more as its square.
const walkSteps = 6000

// A Walk runs a model at random.
type Walk struct {
	Steps int // at most
	Seed  uint64
	// Every says after how many steps all invariants are checked; 0 for never.
	// Assertions and transitions are checked in every step.
	Every int
}

// A Walked is what a walk has done.
type Walked struct {
	Steps   int
	Checked int            // states in which all invariants were checked
	Taken   map[string]int // how often each action was
	// Broken is what was violated in the end, or nil; Run are the steps that led
	// there.
	Broken error
	Run    []Call
}

// A Call is a step with its parameters.
type Call struct {
	Action string
	Args   []int
	funcs  map[string][]int // of parameters that are functions, all values
	text   string
}

func (c Call) String() string { return c.text }

// idleTries is how many actions in a row may be impossible before a walk ends.
const idleTries = 500

// findTries is how many parameters are tried for an action.
const findTries = 3000

// Walk runs a model on a structure.
func (k Walk) Walk(m *protocol.Model, s Structure) Walked {
	rng := rand.New(rand.NewPCG(k.Seed, 1))
	w := s.World(m)
	w.Keep = true
	done := Walked{Taken: map[string]int{}}
	for idle := 0; done.Steps < k.Steps && idle < idleTries; idle++ {
		name := m.Actions[rng.IntN(len(m.Actions))].Name
		if n := s.Seldom[name]; n > 0 && rng.IntN(n) != 0 {
			continue
		}
		if !w.Find(name, rng, nil, findTries) || s.Choose != nil && !s.Choose(w, name, rng) || w.Refuses(name) != "" {
			continue
		}
		call := callOf(w, name)
		err := w.Do(name)
		if errors.Is(err, protocol.ErrOutside) {
			continue
		}
		idle = 0
		done.Steps++
		done.Taken[name]++
		done.Run = append(done.Run, call)
		check := k.Every > 0 && done.Steps%k.Every == 0
		if check {
			done.Checked++
		}
		if done.Broken = violated(w, err, check); done.Broken != nil {
			return done
		}
	}
	return done
}

// violated returns what a step has violated.
func violated(w *protocol.World, err error, all bool) error {
	if err == nil {
		err = w.CheckStep()
	}
	if err == nil && all {
		err = w.Check()
	}
	return err
}

func callOf(w *protocol.World, name string) Call {
	c := Call{Action: name, text: w.Call(name), funcs: map[string][]int{}}
	for i := range w.NumArgs(name) {
		c.Args = append(c.Args, w.Arg(i))
	}
	for _, p := range w.Model().Action(name).Params {
		if len(p.Args) > 0 {
			c.funcs[p.Name] = w.FuncValues(name, p.Name)
		}
	}
	return c
}

// shrinkSteps bounds how many steps Shrink takes while it looks for a shorter run.
const shrinkSteps = 400_000

// A shrinker looks for a shorter run that ends with a violation.
type shrinker struct {
	w     *protocol.World
	first protocol.Snapshot
	all   bool // of an invariant, too
	steps int  // taken so far
	run   []Call
	err   error
}

// Shrink leaves steps out of a run as long as what remains may happen and ends with a
// violation of the same kind: of assertions and transitions, and with all set of
// invariants.
func Shrink(m *protocol.Model, st Structure, run []Call, all bool) ([]Call, error) {
	w := st.World(m)
	s := &shrinker{w: w, first: w.Snapshot(), all: all, run: run}
	s.err = s.replay(run)
	for _, a := range m.Actions { // all steps of an action at once
		s.without(func(i int) bool { return s.run[i].Action == a.Name })
	}
	for size := len(s.run) / 2; size > 0; size = min(size/2, len(s.run)/2) {
		for from := 0; from+size < len(s.run); {
			if !s.without(func(i int) bool { return from <= i && i < from+size }) {
				from += size
			}
		}
	}
	return s.run, s.err
}

// without tries to leave out steps other than the last one.
func (s *shrinker) without(out func(i int) bool) bool {
	var shorter []Call
	for i, c := range s.run {
		if i == len(s.run)-1 || !out(i) {
			shorter = append(shorter, c)
		}
	}
	if len(shorter) == len(s.run) || s.steps > shrinkSteps {
		return false
	}
	err := s.replay(shorter)
	if err == nil {
		return false
	}
	s.run, s.err = shorter, err
	return true
}

// replay takes the steps of a run, and returns what its last one violates. It returns
// nil if a step is not possible, or if another one violates an assertion.
func (s *shrinker) replay(run []Call) error {
	w := s.w
	w.Restore(s.first)
	for i, c := range run {
		s.steps++
		w.Args(c.Action, c.Args...)
		for name, values := range c.funcs {
			w.SetFuncValues(c.Action, name, values)
		}
		if w.Refuses(c.Action) != "" {
			return nil
		}
		last := i == len(run)-1
		w.Keep = last
		err := w.Do(c.Action)
		if last {
			err = violated(w, err, s.all)
		}
		if err != nil {
			if !last || errors.Is(err, protocol.ErrOutside) {
				return nil
			}
			return fmt.Errorf("%v: %w", c, err)
		}
	}
	return nil
}

// Explain runs a model whose proof fails, and returns a text with the shortest run it
// finds that violates something, or one that says that it found none.
func Explain(s Subject) string {
	for _, all := range []bool{false, true} { // rather an assertion than an invariant
		if st, run, err := Violate(s.Model, s.Structures, all); err != nil {
			var b strings.Builder
			fmt.Fprintf(&b, "  a run of %s.model on the structure %q that breaks it:\n", s.Name, st)
			for _, c := range run {
				fmt.Fprintf(&b, "    %v\n", c)
			}
			fmt.Fprintf(&b, "  %v", err)
			return b.String()
		}
	}
	return fmt.Sprintf("  no run of %s.model on the structures violates anything: the proof may lack an invariant", s.Name)
}

// Violate looks for a run that violates an assertion or a transition, or with all set
// an invariant, and returns it with the structure's name. The error is the violation;
// nil if none was found.
func Violate(m *protocol.Model, structures []Structure, all bool) (name string, run []Call, err error) {
	every := 0
	if all {
		every = 10
	}
	for seed := range uint64(10) {
		for _, st := range structures {
			steps := st.Steps
			if steps == 0 {
				steps = walkSteps
			}
			for i := range uint64(walkSteps / steps * walkSteps / steps) {
				done := Walk{Steps: steps, Seed: seed<<32 + i, Every: every}.Walk(m, st)
				if done.Broken != nil {
					run, err := Shrink(m, st, done.Run, all)
					return st.Name, run, err
				}
			}
		}
	}
	return "", nil, nil
}
