package proof

import (
	"fmt"
	"os"
	"strings"

	"github.com/flatmap-go/flatmap/model/protocol"
)

const documentHead = `# What breaks the proofs

Made by command prove from results.json. After a change of a model:

    go run ./model/protocol/prove -seeds -results model/protocol
    go run ./model/protocol/prove -controls -results model/protocol
    go run ./model/protocol/prove -drop -results model/protocol
    go run ./model/protocol/prove -walk -results model/protocol

Each of them can be stopped, and continues when it is called again.

## Every goal, by two solvers with three seeds each

z3 and cvc5 have no code in common. A proof that depends on luck fails with another seed. Seconds are those
of the clock, on a machine that did other work, too: they show that it is minutes, not more.

| model | solver | goals | proved | seconds | slowest goal | its seconds |
|---|---|--:|--:|--:|---|--:|
`

const removedHead = `
## Rules removed

Each rule of the protocol is removed from its model. Then some goal must not be proved. That alone is weak: a
solver that gives up has not found an error. So we look for more, in this order, and the table has the
first that was found:

1. **run**: the interpreter runs the model without the rule on a small finite structure, from its initial state,
   and an assertion or a transition does not hold in the end. It is a bug, step by step
   (` + "`-controls -only RULE -v`" + ` prints it).
2. **invariant**: the same, but what does not hold is an invariant. The state is reached, and the proof says that none like
   it is. (This is looked for only if there is no state.)
3. **state**: a solver has a state that satisfies all invariants, and from which the step breaks the goal (sat). It
   need not be one that is reached.
4. **not proved**: no solver of those in the table proves the goal in the time limit (unknown).

`

const droppedHead = `
## Requirements dropped

Each conjunct of what an action requires is dropped in turn. It is needed if a goal is not proved without it; run,
invariant, state and not proved mean the same as above. A run is looked for where no solver has a state; "no search" are those
for which it was not. results.json has the goal and the violation of each. Those that are not needed are
listed below, with an argument. Command and test fail if one is missing there, or is needed after all.

| model | requirements | needed | of these: run | invariant | state | not proved | of these: no search | not needed |
|---|--:|--:|--:|--:|--:|--:|--:|--:|
`

// WriteDocument writes the document to a file.
func (r *Results) WriteDocument(name string, subjects []Subject) error {
	return os.WriteFile(name, []byte(r.Document(subjects)), 0o644)
}

// Document returns the results as Markdown.
func (r *Results) Document(subjects []Subject) string {
	var b strings.Builder
	b.WriteString(documentHead)
	for _, s := range subjects {
		fingerprint := protocol.Fingerprint(s.Model.Goals())
		for _, name := range Seeded {
			p := r.ProvedOf(s.Name, name)
			if p == nil || p.Fingerprint != fingerprint {
				fmt.Fprintf(&b, "| %s | %s | not run on this model yet | | | | |\n", s.Name, name)
				continue
			}
			fmt.Fprintf(&b, "| %s | %s | %d | %d | %.1f | %s | %.1f |\n",
				p.Model, p.Solver, p.Goals, p.Proved, p.Seconds, cell(p.Slowest), p.SlowestSeconds)
		}
	}
	b.WriteString(removedHead)
	r.documentRemoved(&b, subjects)
	b.WriteString(droppedHead)
	r.documentDropped(&b, subjects)
	return b.String()
}

// Kind says how a rule breaks its model, as the document explains it.
func (r *RemovedResult) Kind() string {
	if r.Goal == "" {
		return "STILL PROVED"
	}
	return r.kind(r.Verdict)
}

// kind says what there is against a goal that is not proved.
func (r *RunResult) kind(verdict string) string {
	switch {
	case r.Steps > 0 && !r.OfInvariant:
		return "run"
	case r.Steps > 0:
		return "invariant"
	case verdict == Sat:
		return "state"
	}
	return "not proved"
}

func (r *Results) documentRemoved(b *strings.Builder, subjects []Subject) {
	count := map[string]int{}
	all := 0
	var rows strings.Builder
	for _, s := range subjects {
		fingerprint := protocol.Fingerprint(s.Model.Goals())
		for _, c := range s.Controls {
			o := r.RemovedOf(s.Name, c.Name)
			all++
			if o == nil || o.Fingerprint != fingerprint {
				count["not run on this model yet"]++
				fmt.Fprintf(&rows, "| %s | %s | %s | not run on this model yet | | | |\n", s.Name, c.Name, c.Rule)
				continue
			}
			count[o.Kind()]++
			what := o.Violation
			if o.Steps > 0 {
				what = fmt.Sprintf("%d steps, %s: %s", o.Steps, o.Structure, o.Violation)
			}
			if c.Proof != "" {
				what += "; no run: " + c.Proof
			}
			fmt.Fprintf(&rows, "| %s | %s | %s | %s | %s | %s | %s, %.1f s |\n", s.Name, c.Name, c.Rule, o.Kind(), cell(what), cell(o.Goal),
				strings.Join(o.Solvers, ", "), o.Seconds)
		}
	}
	fmt.Fprintf(b, "%d rules: ", all)
	var parts []string
	for _, kind := range []string{"run", "invariant", "state", "not proved", "STILL PROVED", "not run on this model yet"} {
		if count[kind] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", count[kind], kind))
		}
	}
	b.WriteString(strings.Join(parts, ", ") + ".\n\n")
	b.WriteString("| model | rule | what is wrong without it | breaks by | where | goal that is not proved | asked |\n|---|---|---|---|---|---|---|\n")
	b.WriteString(rows.String())
}

func (r *Results) documentDropped(b *strings.Builder, subjects []Subject) {
	for _, s := range subjects {
		needed, unwalked, needless := map[string]int{}, 0, 0
		for _, q := range s.Model.Requirements() {
			switch o := r.DroppedOf(s.Name, q.Action, q.Text); {
			case o == nil:
			case o.Goal == "":
				needless++
			default:
				kind := o.kind(o.Verdict)
				needed[kind]++
				if kind == "not proved" && !o.Walked {
					unwalked++
				}
			}
		}
		run, invariant, state, unknown := needed["run"], needed["invariant"], needed["state"], needed["not proved"]
		sum := run + invariant + state + unknown
		fmt.Fprintf(b, "| %s | %d | %d | %d | %d | %d | %d | %d | %d |\n", s.Name, sum+needless, sum, run, invariant, state, unknown, unwalked, needless)
	}
	for _, a := range Arguments {
		fmt.Fprintf(b, "\n**%s**\n\n", a.Why)
		if a.Follows {
			b.WriteString("(That each of these follows is proved, too.)\n\n")
		}
		for _, n := range a.Requirements {
			fmt.Fprintf(b, "- `%s`", n.Name)
			if n.Because != "" {
				b.WriteString(": " + n.Because)
			}
			b.WriteByte('\n')
		}
	}
}

// cell makes a text one cell of a table.
func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

// Check returns what has not ended as it must, and what was not run on the models as
// they are; the document says that of it.
func (r *Results) Check(subjects []Subject, solvers []string) (wrong, missing []string) {
	problem := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	miss := func(format string, args ...any) { missing = append(missing, fmt.Sprintf(format, args...)) }
	for _, s := range subjects {
		fingerprint := protocol.Fingerprint(s.Model.Goals())
		ofAction := map[string]string{}
		for _, a := range s.Model.Actions {
			ofAction[a.Name] = protocol.Fingerprint(s.Model.ActionGoals(a.Name))
		}
		for _, name := range solvers {
			if p := r.ProvedOf(s.Name, name); p == nil || p.Fingerprint != fingerprint {
				miss("%s: %s", s.Name, name)
			} else if p.Proved != p.Goals {
				problem("%s: not proved by %s", s.Name, name)
			}
		}
		for _, c := range s.Controls {
			if o := r.RemovedOf(s.Name, c.Name); o == nil || o.Fingerprint != fingerprint {
				miss("%s: rule %s", s.Name, c.Name)
			} else if o.Goal == "" {
				problem("%s: rule %s: proved without it", s.Name, c.Name)
			}
		}
		for _, q := range s.Model.Requirements() {
			o := r.DroppedOf(s.Name, q.Action, q.Text)
			if o == nil || o.Fingerprint != ofAction[q.Action] {
				miss("%s %s: %s", s.Name, q.Action, q.Text)
				continue
			}
			if err := CheckArgued(s.Name, q.Action, q.Text, o.Goal); err != nil {
				problem("%v", err)
			}
		}
	}
	return wrong, missing
}
