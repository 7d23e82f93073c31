package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// A version is what an entry is about: a published module at one version.
type version struct {
	module  string
	version string
	subject subject
}

// An entry is one line of the gallery.
type entry struct {
	name string
	kind wire.Kind
	// about is the type that is verified, as its users know it.
	about string
	version
	// without says which methods or demands are left out, and why; it goes with
	// the subject's choice.
	without string
	// passes is set for a current version if all that has been found is left out:
	// then nothing more may be found.
	passes bool

	// The rest is for documented bugs.

	// issue is where the bug is documented, as owner/repository#number or as
	// owner/repository@commit.
	issue string
	// bug says what is wrong, in our words.
	bug string
	// mark is found in what the suite says if it has found this bug: any other
	// finding does not count.
	mark *regexp.Regexp
	// shows says why a finding with that mark is the documented bug.
	shows string
	// fixed is the first version without the bug, if one is published.
	fixed *version
}

// link returns the address of the issue or the commit.
func (e entry) link() string {
	if repository, number, ok := strings.Cut(e.issue, "#"); ok {
		return "https://github.com/" + repository + "/issues/" + number
	}
	repository, commit, _ := strings.Cut(e.issue, "@")
	return "https://github.com/" + repository + "/commit/" + commit
}

// check returns an error if e is not filled in.
func (e entry) check() error {
	switch {
	case e.name == "" || e.about == "" || e.subject.run == nil:
		return fmt.Errorf("entry %q is not complete", e.name)
	case e.kind == wire.KindBug && (e.issue == "" || e.bug == "" || e.mark == nil || e.shows == "" || e.module == "" || e.version.version == ""):
		return fmt.Errorf("entry %q says too little about its bug", e.name)
	}
	return nil
}

// gallery returns all entries, each followed by what shows that it is fixed.
func gallery() []entry {
	var all []entry
	for _, e := range slices.Concat(xsyncEntries, otherEntries, referenceEntries, currentEntries) {
		all = append(all, e)
		if e.fixed != nil {
			all = append(all, e.fixedEntry())
		}
	}
	return all
}

const fixedSuffix = "-fixed"

// fixedEntry returns the entry for the version without the bug.
func (e entry) fixedEntry() entry {
	return entry{name: e.name + fixedSuffix, kind: wire.KindFixed, about: e.about, version: *e.fixed, without: e.without,
		issue: e.issue, bug: e.bug, mark: e.mark}
}

// choose returns the entries whose name is among those given, separated by
// commas, or all if there are none. A bug comes with its fixed version.
func choose(all []entry, only string) ([]entry, error) {
	if only == "" {
		return all, nil
	}
	want := strings.Split(only, ",")
	used := make([]bool, len(want))
	var chosen []entry
	for _, e := range all {
		for i, name := range want {
			if e.name == name || e.kind == wire.KindFixed && e.name == name+fixedSuffix {
				chosen, used[i] = append(chosen, e), true
				break
			}
		}
	}
	if i := slices.Index(used, false); i >= 0 {
		names := make([]string, len(all))
		for i, e := range all {
			names[i] = e.name
		}
		return nil, fmt.Errorf("no entry %q; there are %s", want[i], strings.Join(names, ", "))
	}
	return chosen, nil
}
