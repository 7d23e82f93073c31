package proof

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A BitGoal is a property of functions on words, for all words.
type BitGoal struct {
	Name  string
	query string
}

// A lemma says that a formula follows from conditions, for all words.
type lemma struct {
	name, given, then string
	// from are other lemmas. If there are any, the functions of package bits are not
	// defined, and all that is known of them is what these lemmas say: cvc5 needs
	// minutes otherwise.
	from []lemma
}

func (l lemma) formula() string { return "(=> " + l.given + " " + l.then + ")" }

// in says that slot i is in a slotSet, and valid that a tag is EMPTY, DEAD or FULL.
const tagDefinitions = `(declare-const m (_ BitVec 64))
(declare-const tag (_ BitVec 64))
(declare-const h (_ BitVec 64))
(declare-const s (_ BitVec 64))
(declare-const i (_ BitVec 64))
(declare-const j (_ BitVec 64))
(define-fun in ((s (_ BitVec 64)) (i (_ BitVec 64))) Bool
  (not (= (bvand (bvlshr s (bvadd (bvmul i #x0000000000000008) #x0000000000000008)) #x0000000000000080) #x0000000000000000)))
(define-fun full ((t (_ BitVec 64))) Bool (and (bvuge t #x0000000000000080) (bvule t #x00000000000000ff)))
(define-fun valid ((t (_ BitVec 64))) Bool (or (bvule t #x0000000000000001) (full t)))
(assert (bvult i #x0000000000000007))
(assert (bvult j #x0000000000000007))
`

// tagLemmas are about tag.go, for buckets of 7 slots.
var tagLemmas = []lemma{
	{name: "matchTag finds every slot with the tag", given: "(and (full tag) (= (tagAt m i) tag))",
		then: "(in (matchTag m tag) i)"},
	{name: "matchTag finds no slot that is not FULL", given: "(and (full tag) (valid (tagAt m i)) (in (matchTag m tag) i))",
		then: "(full (tagAt m i))"},
	{name: "matchTag finds another tag only if it differs in the lowest bit, behind a match", given: "(and (full tag) (bvult (bvand m #x00000000000000ff) #x0000000000000008) (in (matchTag m tag) i) (not (= (tagAt m i) tag)))",
		then: "(and (= (bvxor (tagAt m i) tag) #x0000000000000001) (bvugt i #x0000000000000000) (in (matchTag m tag) (bvsub i #x0000000000000001)))"},
	{name: "matchTag returns slots only", given: "true",
		then: "(= (bvand (matchTag m tag) #x7f7f7f7f7f7f7fff) #x0000000000000000)"},
	{name: "fullSlots are those whose tag is FULL", given: "true",
		then: "(= (in (fullSlots m) i) (full (tagAt m i)))"},
	{name: "fullSlots returns slots only", given: "true",
		then: "(= (bvand (fullSlots m) #x7f7f7f7f7f7f7fff) #x0000000000000000)"},
	{name: "emptySlots are those whose tag is EMPTY", given: "(valid (tagAt m i))",
		then: "(= (in (emptySlots m) i) (= (tagAt m i) #x0000000000000000))"},
	{name: "emptySlots returns slots only", given: "true",
		then: "(= (bvand (emptySlots m) #x7f7f7f7f7f7f7fff) #x0000000000000000)"},
	{name: "withTag sets the tag", given: "(bvule tag #x00000000000000ff)",
		then: "(= (tagAt (withTag m i tag) i) tag)"},
	{name: "withTag leaves other tags", given: "(and (bvule tag #x00000000000000ff) (not (= i j)))",
		then: "(= (tagAt (withTag m i tag) j) (tagAt m j))"},
	{name: "withTag leaves the flags", given: "(bvule tag #x00000000000000ff)",
		then: "(= (bvand (withTag m i tag) #x00000000000000ff) (bvand m #x00000000000000ff))"},
	{name: "tagOf is FULL", given: "true",
		then: "(full (tagOf h))"},
	{name: "first is the lowest slot of a set", given: "(in (fullSlots m) i)",
		then: "(and (bvule (first (fullSlots m)) i) (in (fullSlots m) (first (fullSlots m))))"},
	{name: "rest leaves out the first slot only", given: "(not (= (fullSlots m) #x0000000000000000))",
		then: "(= (in (rest (fullSlots m)) i) (and (in (fullSlots m) i) (not (= i (first (fullSlots m))))))"},
}

const segmentDefinitions = `(declare-const |c.unit| (_ BitVec 64))
(declare-const |c.even| (_ BitVec 64))
(declare-const u (_ BitVec 64))
(declare-const e (_ BitVec 64))
(declare-const a (_ BitVec 64))
(assert (bvule u e))
(assert (bvult e #x0000000000000038))
(assert (= |c.unit| (bvshl #x0000000000000001 u)))
(assert (= |c.even| (bvshl #x0000000000000001 e)))
(define-fun quotient () (_ BitVec 64) (bvshl #x0000000000000001 (bvsub e u)))
(define-fun position ((a (_ BitVec 64))) (_ BitVec 64) (bvsub a #x0000000000000001))
(define-fun start ((g (_ BitVec 64))) (_ BitVec 64)
  (ite (bvult g quotient) (bvshl g u) (bvshl |c.even| (bvsub g quotient))))
(define-fun top ((a (_ BitVec 64))) (_ BitVec 64)
  (bvshl #x0000000000000001 (bvsub (len64 (position a)) #x0000000000000001)))
(define-fun link ((a (_ BitVec 64))) Bool (and (bvugt a #x0000000000000000) (bvult a #x0000000100000000)))
`

// lenLemmas are what is used of bits.Len64, of a power of two and of the place that a
// link names.
var lenLemmas = []lemma{
	{name: "the length of a power of two", given: "true", then: "(= (len64 |c.even|) (bvadd e #x0000000000000001))"},
	{name: "a word is as long as a power of two that is not more than it",
		given: "(and (link a) (bvuge (position a) |c.even|))",
		then:  "(and (bvult e (len64 (position a))) (bvule (len64 (position a)) #x0000000000000020))"},
	{name: "a word is between two powers of two, by its length",
		given: "(and (link a) (bvuge (position a) |c.even|))",
		then:  "(and (bvule (top a) (position a)) (bvult (bvsub (position a) (top a)) (top a)))"},
	{name: "a shift by a difference of lengths", given: "(and (link a) (bvuge (position a) |c.even|))",
		then: "(= (bvshl |c.even| (bvsub (len64 (position a)) (len64 |c.even|))) (top a))"},
}

// segmentLemmas are about the numbering of overflow buckets in table.go: links are
// numbers from 1 that newOverflow hands out once each, and unit and even powers of two. A link
// can be computed from its segment and index, so no two have the same.
var segmentLemmas = []lemma{
	{name: "segmentOf is within its segment, of the first ones", given: "(and (link a) (bvult (position a) |c.even|))",
		then: "(bvult (|segmentOf.1| a) (segmentLen (|segmentOf.0| a)))"},
	{name: "segmentOf is within its segment, of the others", given: "(and (link a) (bvuge (position a) |c.even|))",
		then: "(bvult (|segmentOf.1| a) (segmentLen (|segmentOf.0| a)))", from: lenLemmas},
	{name: "segmentOf is within the table's segments", given: "(link a)", then: "(bvult (|segmentOf.0| a) (bvadd quotient #x0000000000000020))"},
	{name: "segmentOf of no two links is the same, of the first ones", given: "(and (link a) (bvult (position a) |c.even|))",
		then: "(= (bvadd (start (|segmentOf.0| a)) (|segmentOf.1| a)) (position a))"},
	{name: "segmentOf of no two links is the same, of the others", given: "(and (link a) (bvuge (position a) |c.even|))",
		then: "(= (bvadd (start (|segmentOf.0| a)) (|segmentOf.1| a)) (position a))", from: lenLemmas},
}

// maskLemmas are about hashes. A mask is one less than a power of two.
var maskLemmas = []lemma{
	{name: "the class of an iteration's chain", given: "(and (mask p) (mask q) (= (bvand c p) c) (= (bvand x q) x) (= (bvand x p) (bvand c q)))",
		then: "(= (and (= (bvand h p) c) (= (bvand h q) x)) (= (bvand h (max p q)) (max c x)))"},
	{name: "the stripe of a chain", given: "(and (mask p) (mask q) (bvuge p q))",
		then: "(= (bvand (bvand h p) q) (bvand h q))"},
}

const maskDefinitions = `(declare-const h (_ BitVec 64))
(declare-const p (_ BitVec 64))
(declare-const q (_ BitVec 64))
(declare-const c (_ BitVec 64))
(declare-const x (_ BitVec 64))
(define-fun mask ((a (_ BitVec 64))) Bool (= (bvand a (bvadd a #x0000000000000001)) #x0000000000000000))
(define-fun max ((a (_ BitVec 64)) (b (_ BitVec 64))) (_ BitVec 64) (ite (bvuge a b) a b))
`

// BitGoals returns the properties of the functions on words in the sources of package
// flatmap, which are in dir.
func BitGoals(dir string) ([]BitGoal, error) {
	t, err := newTranslator(sourceFiles(dir, "tag.go", "geometry.go", "table.go")...)
	if err != nil {
		return nil, err
	}
	var goals []BitGoal
	for _, part := range []struct {
		functions   []string
		definitions string
		lemmas      []lemma
	}{
		{[]string{"first", "rest", "tagOf", "matchTag", "fullSlots", "emptySlots", "tagAt", "withTag"}, tagDefinitions, tagLemmas},
		{[]string{"segmentOf", "segmentLen"}, segmentDefinitions, slices.Concat(lenLemmas, segmentLemmas)},
		{nil, maskDefinitions, maskLemmas},
	} {
		var b strings.Builder
		b.WriteString(part.definitions)
		for _, name := range part.functions {
			text, err := t.define(name)
			if err != nil {
				return nil, err
			}
			// Division by a power of two is a shift, which solvers are better at.
			b.WriteString(strings.ReplaceAll(text, "(bvudiv |c.even| |c.unit|)", "quotient"))
		}
		for _, l := range part.lemmas {
			query := bitPrelude + b.String()
			if len(l.from) > 0 {
				query = bitsOpaque + b.String()
			}
			for _, f := range l.from {
				query += "(assert " + f.formula() + ")\n"
			}
			goals = append(goals, BitGoal{l.name, query + "(assert (not " + l.formula() + "))\n"})
		}
	}
	return goals, nil
}

// ProveBits returns the goals that a solver does not prove.
func (s Solver) ProveBits(ctx context.Context, goals []BitGoal, limit time.Duration) (failed []string, err error) {
	running, err := s.start(ctx)
	if err != nil {
		return nil, err
	}
	defer running.close()
	for _, g := range goals {
		v, err := running.verdict(g.query, limit)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", g.Name, err)
		}
		if v != Unsat {
			failed = append(failed, g.Name)
		}
	}
	return failed, nil
}
