package main

import (
	"fmt"
	"strconv"
)

const (
	clientsPackage = "github.com/flatmap-go/flatmap/linearizability/explore/cmd/exploremap"
	suitePackage   = "github.com/flatmap-go/flatmap/ci/mutation/suite"
)

// layerNames are the layers of the verification, as results name them. Kinds
// are the tests of the map with all types of keys and values; the layers
// before it make do with some, as trimTests says.
var layerNames = []string{"rapid", "unit", "fuzz", "porcupine", "stress", "explorer", "kinds", "invariants", "race", "386"}

// ownTests is the layer of the mutants of -packages: tests of packages.
const ownTests = "tests"

// A step is one program run against a mutant. A layer has one or more.
type step struct {
	name    string
	layer   string
	variant variant
	args    []string
	quick   bool // it takes no more than a second or two
}

// The variants, by cost.
var (
	clientsBinary = variant{name: "clients", pkg: clientsPackage, tags: "explore"}
	suiteBinary   = variant{name: "suite", pkg: suitePackage}
	someTests     = variant{name: "some", pkg: mapPackage, tests: true, trimmed: true}
	allTests      = variant{name: "all", pkg: mapPackage, tests: true}
	checkedSuite  = variant{name: "checkedsuite", pkg: suitePackage, tags: "invariants"}
	checkedTests  = variant{name: "checkedtests", pkg: mapPackage, tests: true, tags: "invariants", trimmed: true}
	tests386      = variant{name: "386", pkg: mapPackage, tests: true, goarch: "386", trimmed: true}
	racySuite     = variant{name: "racesuite", pkg: suitePackage, race: true}
	racyTests     = variant{name: "racetests", pkg: mapPackage, tests: true, race: true, trimmed: true}
)

const (
	rapidTests = "^TestMachine$"
	fuzzTests  = "^Fuzz"

	// Mutants that are built together make Range too large for All to be inlined.
	inlinedTests = "^TestWholeMapAllocations$/^All$"

	// Of tests that take long with invariants or -race, those with goroutines.
	concurrentTests = "Concurrent|Torn|Owned|Winner|While|Clear|Decides|Wait|Mover"
)

// stepsOf returns all steps in the order in which they are run: what kills
// most for the least time comes first.
func stepsOf(seed uint64) []*step {
	s := strconv.FormatUint(seed, 10)
	test := func(args ...string) []string {
		return append([]string{"-test.short", "-test.failfast", "-test.timeout=0", "-rapid.nofailfile", "-rapid.shrinktime=0s", "-rapid.checks=100", "-rapid.seed=" + s}, args...)
	}
	suite := func(layer, budget string) []string { return []string{"-layer", layer, "-seed", s, "-budget", budget} }
	var steps []*step
	add := func(name, layer string, v variant, args []string) {
		steps = append(steps, &step{name: name, layer: layer, variant: v, args: args})
	}
	explore := func(suite, subject string, args ...string) {
		add("explorer, "+suite+", "+subject, "explorer", clientsBinary, append([]string{"-suites", suite, "-subject", subject}, args...))
	}
	add("model", "rapid", suiteBinary, suite("rapid", "0s"))
	add("machine, first kinds", "rapid", someTests, test("-test.run", rapidTests))
	for _, subject := range []string{"words", "words-core", "pointers", "pairs", "wide"} {
		explore("2x1", subject)
	}
	for _, subject := range []string{"words", "words-core", "pairs", "strings"} {
		explore("3x1", subject, "-scenario", "one entry, worn", "-calls", "Load,Store,Delete,LoadAndDelete", "-budget", "8s")
	}
	for _, subject := range []string{"words-core", "pointers", "pairs", "names", "wide"} {
		explore("reuse", subject)
	}
	explore("crowded", "words")
	explore("moving-large", "pairs")
	explore("moving", "words")
	explore("roomy", "pairs")
	add("unit tests, first kinds", "unit", someTests, test("-test.skip", rapidTests+"|"+fuzzTests+"|"+inlinedTests))
	add("fuzz corpus", "fuzz", suiteBinary, suite("fuzz", "0s"))
	add("fuzz corpus of the map", "fuzz", someTests, test("-test.run", fuzzTests))
	quick := len(steps)
	add("porcupine", "porcupine", suiteBinary, suite("porcupine", "2s"))
	add("stress", "stress", suiteBinary, suite("stress", "2s"))
	for _, subject := range []string{"words", "strings", "pairs", "words-core", "pointers"} {
		explore("2x1-resizing", subject, "-fewest", "-budget", "2s")
	}
	explore("2x1", "strings", "-fewest", "-budget", "3s")
	// In other suites retry hides what follows it, and nobody sleeps.
	explore("attempts", "words", "-budget", "2s")
	explore("attempts", "words", "-scenario", "one entry, worn", "-budget", "4s")
	explore("attempts", "names", "-scenario", "one entry, worn", "-budget", "4s")
	explore("attempts", "words-core", "-scenario", "one entry, worn", "-budget", "4s")
	explore("waking", "words-core", "-fewest", "-calls", "Swap,Clear,Retain", "-budget", "2s")
	explore("waking-3x1", "words-core", "-fewest", "-budget", "3s")
	explore("waking-shrinking", "words-core", "-fewest", "-budget", "3s")
	explore("helpers", "words", "-fewest", "-budget", "3s")
	explore("beginning", "words", "-fewest", "-budget", "3s")
	explore("large", "words", "-fewest")
	explore("hasher", "panicking", "-budget", "2s")
	explore("progress", "words", "-budget", "2s")
	explore("progress", "strings", "-budget", "2s")
	explore("2x2", "words", "-fewest", "-budget", "2s")
	explore("3x1", "words", "-fewest", "-budget", "2s")
	add("all tests, all kinds", "kinds", allTests, test("-test.skip", fuzzTests+"|"+inlinedTests))
	add("model with invariants", "invariants", checkedSuite, suite("rapid", "0s"))
	add("stress with invariants", "invariants", checkedSuite, suite("stress", "1s"))
	add("concurrent tests with invariants", "invariants", checkedTests, test("-test.run", concurrentTests))
	add("stress with -race", "race", racySuite, suite("stress", "2s"))
	add("concurrent tests with -race", "race", racyTests, test("-test.run", concurrentTests))
	add("unit tests on 386", "386", tests386, test())
	for i, st := range steps {
		st.quick = i < quick
		st.name = fmt.Sprintf("%02d %s", i, st.name)
	}
	return steps
}

// quickOf returns the quick ones of the steps, and the layers that have others.
func quickOf(steps []*step) (quick []*step, partly map[string]bool) {
	partly = map[string]bool{}
	for _, st := range steps {
		if st.quick {
			quick = append(quick, st)
		} else {
			partly[st.layer] = true
		}
	}
	return quick, partly
}
