//go:build explore

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// describeCoverage lists the accesses of the map that were never made, and the
// pairs of conflicting ones that were seen in one order only.
func describeCoverage(ctx context.Context, c *explore.Coverage) (string, error) {
	sources, err := mapSources(ctx)
	if err != nil {
		return "", err
	}
	list, err := mapAccesses(sources)
	if err != nil {
		return "", err
	}
	reached := map[string]bool{}
	for _, s := range c.Sites() {
		reached[s.Site.String()] = ofMap(s.Site)
	}
	var b strings.Builder
	made := 0
	for _, a := range list {
		if reached[fmt.Sprintf("%s:%d", a.file, a.line)] {
			made++
		} else {
			fmt.Fprintf(&b, "never reached: %v\n", a)
		}
	}
	pairs, both := 0, 0
	for _, p := range c.Conflicts() {
		if !ofMap(p.A) || !ofMap(p.B) {
			continue
		}
		pairs++
		if p.A == p.B || p.AB > 0 && p.BA > 0 {
			both++
			continue
		}
		first, second := p.A, p.B
		if p.AB == 0 {
			first, second = second, first
		}
		fmt.Fprintf(&b, "one order only: %v before %v, %d times\n", first, second, max(p.AB, p.BA))
	}
	fmt.Fprintf(&b, "%d of %d accesses in the source were made; %d pairs of them conflicted, %d in both orders\n",
		made, len(list), pairs, both)
	return b.String(), nil
}

func ofMap(s explore.Site) bool { return filepath.Base(filepath.Dir(s.File)) == "flatmap" }
