package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
)

// A layer is one way of verifying the map, or of showing that the others can
// fail.
type layer struct {
	name   string
	what   string
	unit   string  // of its first count
	weight float64 // its part of the budget
	// least is the time below which the layer is not worth starting, most what it
	// can use; 0 for unlimited.
	least, most time.Duration
	tables      []report.Table // that it can fill
	// verify does the work and writes what it does into the task. The error is a
	// violation, a couldNot, or the context's.
	verify func(context.Context, *task) error
}

// couldNot is the error of a layer that could not do its work.
type couldNot struct{ error }

func (e couldNot) Unwrap() error { return e.error }

func failed(format string, args ...any) error {
	return couldNot{fmt.Errorf(format, args...)}
}

// errTooShort is wrapped by the error of a layer that had no time to do
// anything.
var errTooShort = errors.New("budget too short")

// A violation is the error of a layer that knows more than its text.
type violation report.Violation

func (v *violation) Error() string { return v.Text }

var layers = []layer{
	{name: "docs", what: "the documents' examples, commands, links and citations", unit: "checks",
		weight: 3, least: 10 * time.Second, most: 30 * time.Second, tables: []report.Table{docsTable}, verify: verifyDocs},
	{name: "model", what: "random programs against the sequential model", unit: "programs",
		weight: 4, tables: []report.Table{programsTable}, verify: verifyModel},
	{name: "proof", what: "models of the protocol, proved by two SMT solvers; rules removed from them", unit: "goals",
		weight: 8, least: 30 * time.Second, most: 20 * time.Minute, tables: []report.Table{proofTable, rulesTable}, verify: verifyProof},
	{name: "linearizability", what: "concurrent histories checked by porcupine", unit: "histories",
		weight: 4, tables: []report.Table{historiesTable}, verify: verifyLinearizability},
	{name: "corpus", what: "words of a real corpus counted by 4 goroutines", unit: "words",
		weight: 1, verify: verifyCorpus},
	{name: "stress", what: "oversubscription, resize storms, garbage collection, parked writers, leaks", unit: "operations",
		weight: 4, tables: []report.Table{stressTable}, verify: verifyStress},
	{name: "cost", what: "steps that must not become slower the more entries there are", unit: "patterns",
		weight: 2, least: 5 * time.Second, most: time.Minute, tables: []report.Table{costTable}, verify: verifyCost},
	{name: "fuzz", what: "mutated inputs of the fuzz targets; guided by coverage if there are minutes for it", unit: "executions",
		weight: 4, tables: []report.Table{mutatedTable, nativeTable}, verify: verifyFuzz},
	{name: "race", what: "linearizability and stress in a build with the race detector", unit: "operations",
		weight: 6, least: 20 * time.Second, tables: []report.Table{raceTable}, verify: verifyRace},
	{name: "explore", what: "interleavings of small clients of the shipped code", unit: "executions",
		weight: 12, tables: []report.Table{suitesTable, boundsTable}, verify: verifyExplore},
	{name: "refine", what: "the accesses of executions of the shipped code, each a step of the proved model", unit: "accesses",
		weight: 6, least: 20 * time.Second, tables: []report.Table{followedTable, actionsTable, brokenRulesTable}, verify: verifyRefine},
	{name: "controls", what: "maps that are broken on purpose, which a layer must reject", unit: "controls",
		weight: 3, least: 10 * time.Second, most: 10 * time.Minute, tables: []report.Table{controlsTable}, verify: verifyControls},
	{name: "planted", what: "bugs planted in the map's protocol, which the explorer must find", unit: "bugs",
		weight: 5, least: 20 * time.Second, most: 30 * time.Minute, tables: []report.Table{plantedTable}, verify: verifyPlanted},
	{name: "mutation", what: "mistakes made in the map's sources, which a layer must notice", unit: "mutants",
		weight: 14, least: 10 * time.Minute, most: 3 * time.Hour, tables: []report.Table{killersTable, mutantsTable}, verify: verifyMutation},
	{name: "gallery", what: "published maps: their documented bugs must be found, and maps that are right must pass", unit: "maps",
		weight: 5, least: 20 * time.Second, most: time.Hour, tables: []report.Table{galleryTable}, verify: verifyGallery},
}

func layerNames(layers []layer) []string {
	var names []string
	for _, l := range layers {
		names = append(names, l.name)
	}
	return names
}

// choose returns the layers with the given names, in the order in which they
// are run; all of them for no names.
func choose(names string) ([]layer, error) {
	if names == "" {
		return layers, nil
	}
	var chosen []layer
	want := strings.Split(names, ",")
	for _, l := range layers {
		if slices.Contains(want, l.name) {
			chosen = append(chosen, l)
		}
	}
	for _, name := range want {
		if !slices.Contains(layerNames(layers), name) {
			return nil, fmt.Errorf("unknown layer %q (have %s)", name, strings.Join(layerNames(layers), ", "))
		}
	}
	return chosen, nil
}
