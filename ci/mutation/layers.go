package main

import (
	"fmt"
	"strconv"
)

const (
	clientsPackage = "github.com/flatmap-go/flatmap/linearizability/explore/clients"
	suitePackage   = "github.com/flatmap-go/flatmap/ci/mutation/suite"
)

// layerNames are the layers of the verification, as results name them. Kinds
// are the tests of the map with all types of keys and values; the layers
// before it make do with some, as trimTests says.
var layerNames = []string{"unit", "rapid", "fuzz", "porcupine", "stress", "explorer", "kinds", "invariants", "386", "race"}

// A step is one program run against a mutant. A layer has one or more.
type step struct {
	name    string
	layer   string
	variant variant
	args    []string
}

// The variants, by cost.
var (
	clientsBinary = variant{name: "clients", pkg: clientsPackage, tags: "explore"}
	suiteBinary   = variant{name: "suite", pkg: suitePackage}
	someTests     = variant{name: "some", pkg: mapPackage, trimmed: true}
	allTests      = variant{name: "all", pkg: mapPackage}
	checkedSuite  = variant{name: "checkedsuite", pkg: suitePackage, tags: "invariants"}
	checkedTests  = variant{name: "checkedtests", pkg: mapPackage, tags: "invariants", trimmed: true}
	tests386      = variant{name: "386", pkg: mapPackage, goarch: "386", trimmed: true}
	racySuite     = variant{name: "racesuite", pkg: suitePackage, race: true}
	racyTests     = variant{name: "racetests", pkg: mapPackage, race: true, trimmed: true}
)

const (
	rapidTests = "^TestMachine$"
	fuzzTests  = "^Fuzz"
)

// stepsOf returns all steps in the order in which they are run: what kills
// most for the least time comes first.
func stepsOf(seed uint64) []*step {
	s := strconv.FormatUint(seed, 10)
	test := func(args ...string) []string {
		return append([]string{"-test.short", "-test.failfast", "-test.timeout=0", "-rapid.nofailfile", "-rapid.shrinktime=0s", "-rapid.seed=" + s}, args...)
	}
	suite := func(layer, budget string) []string { return []string{"-layer", layer, "-seed", s, "-budget", budget} }
	steps := []*step{
		{"model", "rapid", suiteBinary, suite("rapid", "0s")},
		{"machine, first kinds", "rapid", someTests, test("-test.run", rapidTests)},
	}
	explore := func(name string, args ...string) {
		steps = append(steps, &step{"explorer, " + name, "explorer", clientsBinary, args})
	}
	for _, subject := range []string{"words", "words-core", "pointers", "pairs"} {
		explore("2x1, "+subject, "-suites", "2x1", "-subject", subject)
	}
	steps = append(steps, &step{"unit tests, first kinds", "unit", someTests, test("-test.skip", rapidTests+"|"+fuzzTests)})
	explore("2x1, strings", "-suites", "2x1", "-subject", "strings", "-fewest", "-budget", "6s")
	explore("progress", "-suites", "progress", "-budget", "10s")
	for _, subject := range []string{"words", "pairs", "strings"} {
		explore("3x1 on a worn slot, "+subject, "-suites", "3x1", "-subject", subject, "-scenario", "one entry, worn",
			"-calls", "Load,Store,LoadAndDelete", "-budget", "8s")
	}
	steps = append(steps,
		&step{"fuzz corpus", "fuzz", suiteBinary, suite("fuzz", "0s")},
		&step{"fuzz corpus of the map", "fuzz", someTests, test("-test.run", fuzzTests)},
		&step{"porcupine", "porcupine", suiteBinary, suite("porcupine", "3s")},
		&step{"stress", "stress", suiteBinary, suite("stress", "3s")},
	)
	for _, subject := range []string{"words", "pairs", "strings", "pointers", "words-core"} {
		explore("2x1-resizing, "+subject, "-suites", "2x1-resizing", "-subject", subject, "-fewest", "-budget", "8s")
	}
	explore("3x1", "-suites", "3x1,helpers,2x2", "-budget", "20s")
	steps = append(steps,
		&step{"suite with invariants", "invariants", checkedSuite, suite("all", "3s")},
		&step{"unit tests with invariants", "invariants", checkedTests, test("-test.skip", fuzzTests)},
		&step{"all tests, all kinds", "kinds", allTests, test("-test.skip", fuzzTests)},
		&step{"unit tests on 386", "386", tests386, test()},
		&step{"suite with -race", "race", racySuite, suite("all", "5s")},
		&step{"unit tests with -race", "race", racyTests, test("-test.skip", fuzzTests)},
	)
	for i, st := range steps {
		st.name = fmt.Sprintf("%02d %s", i, st.name)
	}
	return steps
}
