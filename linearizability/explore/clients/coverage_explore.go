//go:build explore

package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// describeCoverage lists the pairs of conflicting accesses of the map, with how
// often each order was seen.
func describeCoverage(c *explore.Coverage) string {
	var b strings.Builder
	pairs, both := 0, 0
	for _, p := range c.Conflicts() {
		if !ofMap(p.A) || !ofMap(p.B) {
			continue
		}
		pairs++
		if p.A == p.B || p.AB > 0 && p.BA > 0 {
			both++
		} else {
			fmt.Fprintf(&b, "one order only: %v before %v, %d times\n", p.A, p.B, max(p.AB, p.BA))
		}
	}
	fmt.Fprintf(&b, "%d pairs of places conflicted, %d of them in both orders\n", pairs, both)
	return b.String()
}

func ofMap(s explore.Site) bool { return filepath.Base(filepath.Dir(s.File)) == "flatmap" }
