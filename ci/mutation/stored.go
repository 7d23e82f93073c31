package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// A record is a line of a file of results. It names mutants by their IDs
// without the function. What can be computed from the sources is not there.
// Lines of one function may repeat: a run appends a line for each mutant, and
// puts those of a function together when it ends.
type record struct {
	Func     string              `json:"func,omitempty"`
	Source   string              `json:"source,omitempty"`   // fingerprint: the results are worth nothing if another is true now
	Killed   map[string][]string `json:"killed,omitempty"`   // by the layer that killed first
	Hung     map[string][]string `json:"hung,omitempty"`     // the same, of mutants that did not end
	Survived []string            `json:"survived,omitempty"` // the layers in Layers
	Argued   []string            `json:"argued,omitempty"`   // never run: had an exact argument when this was recorded
	Layers   map[string][]string `json:"layers,omitempty"`   // of mutants that ran through all layers that were asked for: see endings

	// What the runs took on a machine.
	Machine string  `json:"machine,omitempty"`
	Seconds float64 `json:"seconds,omitempty"`
}

// stored is what a file of results holds.
type stored struct {
	byID  map[string]Result
	spent map[string]float64 // seconds by machine
	other []record           // of packages that were not asked for
}

// packageSet is a set of packages, by name.
type packageSet map[string]bool

func packagesOf(mutants []*Mutant) packageSet {
	set := packageSet{}
	for _, m := range mutants {
		set[m.Package] = true
	}
	return set
}

// has reports whether an ID, or the name of a function, is of a package of the
// set.
func (set packageSet) has(id string) bool {
	for name := range set {
		if name == "" || strings.HasPrefix(id, name+".") {
			return true
		}
	}
	return false
}

// argued is the verdict on a mutant that was not run, because it had an
// argument.
const argued = "argued"

// Marks behind the name of a layer, in the endings of a mutant.
const (
	markKills  = "!"
	markUnable = "?"
)

// formatEndings writes how the layers ended, as "rapid,unit!,386?": unit has
// killed, and the machine cannot run 386.
func formatEndings(layers map[string]string) string {
	var list []string
	for _, name := range slices.Concat(layerNames, []string{ownTests}) {
		switch how := layers[name]; {
		case kills(how):
			list = append(list, name+markKills)
		case how == unable:
			list = append(list, name+markUnable)
		case how != "":
			list = append(list, name)
		}
	}
	return strings.Join(list, ",")
}

func parseEndings(text string) map[string]string {
	layers := map[string]string{}
	for mark := range strings.SplitSeq(text, ",") {
		if name, ok := strings.CutSuffix(mark, markKills); ok {
			layers[name] = failed
		} else if name, ok := strings.CutSuffix(mark, markUnable); ok {
			layers[name] = unable
		} else {
			layers[mark] = passed
		}
	}
	return layers
}

// readResults reads files of results, and keeps those that are of the given
// mutants as they are now. Of several results of one mutant the most telling
// stays.
func readResults(mutants []*Mutant, names ...string) (stored, error) {
	s := stored{byID: map[string]Result{}, spent: map[string]float64{}}
	packages := packagesOf(mutants)
	sources := map[string]string{}
	for _, m := range mutants {
		sources[m.ID] = m.source
	}
	for _, name := range names {
		if err := s.read(name, sources, packages); err != nil {
			return s, err
		}
	}
	return s, nil
}

func (s *stored) read(name string, sources map[string]string, packages packageSet) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	d := json.NewDecoder(bufio.NewReader(f))
	d.DisallowUnknownFields()
	for line := 1; ; line++ {
		var r record
		if err := d.Decode(&r); err == io.EOF || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil // the last line is cut off if its writer was killed
		} else if err != nil {
			return fmt.Errorf("%s: record %d: %w", name, line, err)
		}
		if r.Func != "" && len(packages) > 0 && !packages.has(r.Func) {
			s.other = append(s.other, r)
			continue
		}
		s.add(&r, sources)
	}
}

// add takes in a line. Results of other sources are worth nothing.
func (s *stored) add(r *record, sources map[string]string) {
	if r.Machine != "" {
		s.spent[r.Machine] += r.Seconds
	}
	layers := map[string]map[string]string{}
	for endings, texts := range r.Layers {
		for _, text := range texts {
			layers[text] = parseEndings(endings)
		}
	}
	put := func(text string, result Result) {
		result.ID, result.Func, result.Source, result.Layers = r.Func+" "+text, r.Func, r.Source, layers[text]
		if sources[result.ID] == r.Source {
			keep(s.byID, result)
		}
	}
	for layer, texts := range r.Killed {
		for _, text := range texts {
			put(text, Result{Verdict: killed, By: layer, How: failed})
		}
	}
	for layer, texts := range r.Hung {
		for _, text := range texts {
			put(text, Result{Verdict: killed, By: layer, How: hung})
		}
	}
	for _, text := range r.Survived {
		put(text, Result{Verdict: survived})
	}
	for _, text := range r.Argued {
		put(text, Result{Verdict: argued})
	}
}

// recordOf returns the line of some results of one function and source.
func recordOf(results ...Result) record {
	r := record{Func: results[0].Func, Source: results[0].Source}
	put := func(to *map[string][]string, key, text string) {
		if *to == nil {
			*to = map[string][]string{}
		}
		(*to)[key] = append((*to)[key], text)
	}
	for _, x := range results {
		text := strings.TrimPrefix(x.ID, x.Func+" ")
		switch {
		case x.Verdict == killed && x.How == hung:
			put(&r.Hung, x.By, text)
		case x.Verdict == killed:
			put(&r.Killed, x.By, text)
		case x.Verdict == survived:
			r.Survived = append(r.Survived, text)
		case x.Verdict == argued:
			r.Argued = append(r.Argued, text)
		}
		if len(x.Layers) > 0 {
			put(&r.Layers, formatEndings(x.Layers), text)
		}
	}
	return r
}

// write writes all results, a line for each function.
func (s *stored) write(w io.Writer) error {
	var errs []error
	for _, machine := range slices.Sorted(maps.Keys(s.spent)) {
		errs = append(errs, writeRecord(w, record{Machine: machine, Seconds: s.spent[machine]}))
	}
	lines := map[[2]string][]Result{}
	for _, id := range slices.Sorted(maps.Keys(s.byID)) {
		r := s.byID[id]
		key := [2]string{r.Func, r.Source}
		lines[key] = append(lines[key], r)
	}
	keys := slices.SortedFunc(maps.Keys(lines), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
	for _, key := range keys {
		errs = append(errs, writeRecord(w, recordOf(lines[key]...)))
	}
	for _, r := range s.other {
		errs = append(errs, writeRecord(w, r))
	}
	return errors.Join(errs...)
}

func writeRecord(w io.Writer, r record) error {
	r.Seconds = float64(int64(10*r.Seconds+0.5)) / 10
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false) // the IDs are full of operators
	return e.Encode(r)
}

// keep adds a result, unless the one that is there is more telling: a mutant
// that was killed once is killed.
func keep(byID map[string]Result, r Result) {
	old, ok := byID[r.ID]
	switch {
	case !ok || old.Verdict == argued:
		byID[r.ID] = r
	case r.Verdict == argued || old.Verdict == killed && r.Verdict == survived:
	case old.Verdict != r.Verdict || len(r.Layers) >= len(old.Layers):
		byID[r.ID] = r
	}
}
