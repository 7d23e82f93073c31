package refine

import "github.com/flatmap-go/flatmap/linearizability/explore"

// Coverage is how often each place in the source was explained by each action.
type Coverage struct {
	counts map[sited]uint64
}

// A sited is an action at a place, or what is said of an access that is no action.
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

func (c *Coverage) note(site explore.Site, name actionName) { c.add(site, actionNames[name]) }

// noteOther notes an access that is not an action: one that reads what the model has, or
// one of a word that the model does not have.
func (c *Coverage) noteOther(e *access) {
	if e.what == outside {
		c.add(e.site, "outside: "+e.region.String())
	} else {
		c.add(e.site, "compared")
	}
}
