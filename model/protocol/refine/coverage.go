package refine

import (
	"cmp"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// Coverage is how often each place in the source was explained by each action.
type Coverage struct {
	counts map[sited]uint64
}

// A sited is a place, and an action or what else is said of an access there.
type sited struct {
	site explore.Site
	what string
}

func (c *Coverage) add(site explore.Site, what string) {
	if c.counts == nil {
		c.counts = map[sited]uint64{}
	}
	c.counts[sited{site, what}]++
}

// noteOther notes an access that is not an action: one that reads what the model has, or
// one of a word that the model does not have.
func (c *Coverage) noteOther(e *access) {
	if e.what == outside {
		c.add(e.site, "outside: "+e.region.String())
	} else {
		c.add(e.site, "compared")
	}
}

// All returns an iterator over the places, and how often each was explained by what.
func (c *Coverage) All() iter.Seq2[explore.Site, map[string]uint64] {
	sites := map[explore.Site]map[string]uint64{}
	for x, n := range c.counts {
		if sites[x.site] == nil {
			sites[x.site] = map[string]uint64{}
		}
		sites[x.site][x.what] = n
	}
	list := slices.SortedFunc(maps.Keys(sites), func(a, b explore.Site) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return func(yield func(explore.Site, map[string]uint64) bool) {
		for _, site := range list {
			if !yield(site, sites[site]) {
				return
			}
		}
	}
}

// Sites returns what All does, for another process.
func (c *Coverage) Sites() (list []wire.Site) {
	for site, counts := range c.All() {
		for _, what := range slices.Sorted(maps.Keys(counts)) {
			list = append(list, wire.Site{Site: site.String(), What: what, Count: counts[what]})
		}
	}
	return list
}

// Print prints, for each place in the source, what its accesses were explained by. It
// prints nothing if c is empty.
func (c *Coverage) Print(out io.Writer) {
	if c.counts == nil {
		return
	}
	taken := map[string]int{}
	for site, counts := range c.All() {
		var parts []string
		for _, what := range slices.Sorted(maps.Keys(counts)) {
			parts = append(parts, fmt.Sprintf("%s %d", what, counts[what]))
			taken[what]++
		}
		fmt.Fprintf(out, "%-22s %s\n", site, strings.Join(parts, ", "))
	}
	fmt.Fprintln(out, "\naction and the number of places that it explains:")
	for _, name := range Actions() {
		fmt.Fprintf(out, "  %-18s %d\n", name, taken[name])
	}
}
