package model

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/internal/patience"
)

// shrinkBudget bounds the time that rapid spends on making a failing program
// smaller, and again what [checker.shrink] spends after it. Most failures need
// a small part of it.
const shrinkBudget = time.Second / 2

// patientAttempts is how many attempts of [checker.shrink] that hang may take
// their time next to the budget, which is good for about five of them.
const patientAttempts = 100

// shrink makes the smallest failing program smaller still. Rapid shrinks the
// choices that made a program, which is good at keys and values; this drops
// operations, and what operations carry, which leaves nothing superfluous.
func (c *checker[K, V]) shrink() {
	budget, patient := patience.NewTimer(shrinkBudget), patientAttempts
	defer budget.Stop()
	fails := func(p Program[K, V]) bool {
		if budget.Over() {
			return false
		}
		f := run(c.newMap, p, c.options.timeout, nil)
		if f != nil {
			c.smallest = f
			if patient > 0 && f.waits() {
				patient--
				budget.Extend(c.options.timeout)
			}
		}
		return f != nil
	}
	for again := true; again; {
		again = false
		for size := len(c.smallest.Program) / 2; size > 0; size /= 2 {
			for i := 0; i+size <= len(c.smallest.Program); {
				if p := c.smallest.Program; !fails(slices.Delete(slices.Clone(p), i, i+size)) {
					i += size
				} else {
					again = true
				}
			}
		}
		for i := 0; i < len(c.smallest.Program); i++ {
			for _, simpler := range simplifications(c.smallest.Program[i]) {
				if i < len(c.smallest.Program) {
					p := slices.Clone(c.smallest.Program)
					p[i] = simpler
					again = fails(p) || again
				}
			}
		}
	}
}

// waits reports whether the last operation hangs without using a processor. Many
// that spin would take the time from the attempts after them, which then seemed
// to hang as well.
func (f *Failure[K, V]) waits() bool {
	header, _, _ := strings.Cut(f.Stacks, "\n")
	return errors.Is(f.Reason, ErrHung) && !strings.Contains(header, "[run")
}

// simplifications returns what op becomes with one of its parts left out.
func simplifications[K comparable, V any](op Op[K, V]) []Op[K, V] {
	var simpler []Op[K, V]
	for i := range op.Inner {
		next := op
		next.Inner = slices.Delete(slices.Clone(op.Inner), i, i+1)
		simpler = append(simpler, next)
	}
	for i := range op.Rules {
		next := op
		next.Rules = slices.Delete(slices.Clone(op.Rules), i, i+1)
		simpler = append(simpler, next)
	}
	for i := range op.Pairs {
		next := op
		next.Pairs = slices.Delete(slices.Clone(op.Pairs), i, i+1)
		simpler = append(simpler, next)
	}
	if op.Present.Op != flatmap.Keep {
		next := op
		next.Present = Decision[V]{}
		simpler = append(simpler, next)
	}
	if op.Absent.Op != flatmap.Keep {
		next := op
		next.Absent = Decision[V]{}
		simpler = append(simpler, next)
	}
	if op.Exit != Finish {
		next := op
		next.Exit = Finish
		simpler = append(simpler, next)
	}
	if op.At > 0 {
		next := op
		next.At--
		simpler = append(simpler, next)
	}
	return simpler
}
