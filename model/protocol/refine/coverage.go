package refine

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

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

// Print prints, for each place in the source, what its accesses were explained by. It
// prints nothing if c is empty.
func (c *Coverage) Print(out io.Writer) {
	if c.counts == nil {
		return
	}
	list := slices.SortedFunc(maps.Keys(c.counts), func(a, b sited) int {
		return cmp.Or(cmp.Compare(a.site.File, b.site.File), cmp.Compare(a.site.Line, b.site.Line), cmp.Compare(a.what, b.what))
	})
	taken := map[string]int{}
	for i := 0; i < len(list); {
		site := list[i].site
		var parts []string
		for ; i < len(list) && list[i].site == site; i++ {
			parts = append(parts, fmt.Sprintf("%s %d", list[i].what, c.counts[list[i]]))
			taken[list[i].what]++
		}
		fmt.Fprintf(out, "%-22s %s\n", site, strings.Join(parts, ", "))
	}
	fmt.Fprintln(out, "\naction and the number of places that it explains:")
	for _, name := range Actions() {
		fmt.Fprintf(out, "  %-18s %d\n", name, taken[name])
	}
}
