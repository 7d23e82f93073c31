package planted

import "slices"

// Catalogue is all mistakes.
var Catalogue = slices.Concat(reading, writing, resizing, wholeMap, waiting, lending)

func in(function, old, new string) Edit { return times(1, function, old, new) }

func times(n int, function, old, new string) Edit { return Edit{function, old, new, n} }

// explorer is a row that the explorer must find.
func explorer(name, what, suites, subject, scenario, calls string, edits ...Edit) Mistake {
	return Mistake{Name: name, What: what, Edits: edits, Explorer: &Search{suites, subject, scenario, calls}}
}

// mutant is a row that the layers of ci/mutation must kill.
func mutant(name, what string, edits ...Edit) Mistake {
	return Mistake{Name: name, What: what, Edits: edits, Mutant: true}
}

// both is a row that the explorer must find and the layers must kill.
func both(name, what, suites, subject, scenario, calls string, edits ...Edit) Mistake {
	m := explorer(name, what, suites, subject, scenario, calls, edits...)
	m.Mutant = true
	return m
}

// Calls that many searches share.
const (
	resizes = "Load,Store,Delete,Clear,Retain,grow,shrink"
	wholes  = "Load,Store,Delete,Clear,Range,Len"
)
