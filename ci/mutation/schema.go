package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A schema is the package with many mutants in it at once, of which a number
// in the environment chooses one when the program starts (mutant schemata,
// Untch, Offutt and Harrold 1993). One build of a layer then serves all of
// them. With the number 0 it is the original.
type schema struct {
	texts   map[string]string // of the files that differ, and one more
	number  map[string]int    // of each mutant, by its ID
	ejected []*Mutant         // mutants that the compiler does not take this way
}

const (
	chooser     = "FLATMAP_MUTANT" // in the environment
	chooserFile = "mutant_chosen.go"
)

// chooserImports are the packages that chooserText imports.
var chooserImports = []string{"os", "strconv"}

// chooserText is the file that a schema adds to the package.
const chooserText = `package %s

import (
	"os"
	"strconv"
)

// mutantChosen is the number of the mutant that runs.
var mutantChosen, _ = strconv.Atoi(os.Getenv(%q))
`

// newSchema builds the schema of the mutants, which must not be alone.
func newSchema(s *source, mutants []*Mutant) (*schema, error) {
	left := slices.Clone(mutants)
	var ejected []*Mutant
	for {
		x, spans := compose(s, left)
		problems := s.check(x.texts)
		if len(problems) == 0 {
			x.ejected = ejected
			return x, nil
		}
		bad := map[*Mutant]bool{}
		for _, p := range problems {
			at := p.Fset.Position(p.Pos)
			for _, m := range smallest(spans[at.Filename], at.Offset) {
				bad[m] = true
			}
		}
		if len(bad) == 0 {
			return nil, fmt.Errorf("the mutants do not compile together: %v", problems[0])
		}
		left = slices.DeleteFunc(left, func(m *Mutant) bool {
			if bad[m] {
				ejected = append(ejected, m)
			}
			return bad[m]
		})
	}
}

// A span is where the text of mutants is in a file of the schema: of one, or of
// all at one place with the original.
type span struct {
	start, end int
	mutants    []*Mutant
}

// smallest returns the mutants of the smallest span around an offset.
func smallest(spans []span, at int) []*Mutant {
	var best *span
	for i, sp := range spans {
		if sp.start <= at && at < sp.end && (best == nil || sp.end-sp.start < best.end-best.start) {
			best = &spans[i]
		}
	}
	if best == nil {
		return nil
	}
	return best.mutants
}

// A point is a place in a file with the mutants that change it.
type point struct {
	edit
	numbers []int
	mutants []*Mutant
	withs   []string
}

// compose puts the mutants into the files, without a look at whether that
// compiles.
func compose(s *source, mutants []*Mutant) (*schema, map[string][]span) {
	x := &schema{texts: map[string]string{}, number: map[string]int{}}
	points := map[string][]*point{}
	for i, m := range mutants {
		x.number[m.ID] = i + 1
		for _, e := range m.edits {
			p := findPoint(points[e.file], e)
			if p == nil {
				p = &point{edit: e}
				points[e.file] = append(points[e.file], p)
			}
			p.numbers, p.mutants, p.withs = append(p.numbers, i+1), append(p.mutants, m), append(p.withs, e.with)
		}
	}
	spans := map[string][]span{}
	for name, list := range points {
		slices.SortStableFunc(list, func(a, b *point) int {
			return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(order(a.place), order(b.place)), cmp.Compare(b.end, a.end))
		})
		c := composer{text: s.files[name].text, points: list}
		c.copy(0, len(c.text))
		x.texts[name], spans[name] = c.out.String(), c.spans
	}
	x.texts[chooserFile] = fmt.Sprintf(chooserText, s.pkg.Name(), chooser)
	return x, spans
}

// order puts what is around something before it: text that is added stays in
// front of a statement, which is around its expression.
func order(p place) int {
	return map[place]int{before: 0, statement: 1, value: 2}[p]
}

func findPoint(points []*point, e edit) *point {
	for _, p := range points {
		if p.start == e.start && p.end == e.end && p.place == e.place {
			return p
		}
	}
	return nil
}

// A composer writes one file of a schema.
type composer struct {
	text   string
	points []*point // those not yet written, outer ones first
	out    strings.Builder
	spans  []span
}

// copy writes the original from one offset to another, with the mutants there.
func (c *composer) copy(from, to int) {
	for len(c.points) > 0 && c.points[0].start < to && c.points[0].end <= to {
		p := c.points[0]
		c.points = c.points[1:]
		c.out.WriteString(c.text[from:p.start])
		from = p.end
		start := c.out.Len()
		switch p.place {
		case before:
			for i := range p.withs {
				fmt.Fprintf(&c.out, "if mutantChosen == %d {\n", p.numbers[i])
				c.alternative(p, i)
				c.out.WriteString("\n}\n")
			}
		case statement:
			for i := range p.withs {
				fmt.Fprintf(&c.out, "if mutantChosen == %d {\n", p.numbers[i])
				c.alternative(p, i)
				c.out.WriteString("\n} else ")
			}
			c.out.WriteString("{\n")
			c.copy(p.start, p.end)
			c.out.WriteString("\n}")
		case value:
			fmt.Fprintf(&c.out, "func() %s {\n", p.typ)
			for i := range p.withs {
				fmt.Fprintf(&c.out, "if mutantChosen == %d {\nreturn ", p.numbers[i])
				c.alternative(p, i)
				c.out.WriteString("\n}\n")
			}
			c.out.WriteString("return ")
			c.copy(p.start, p.end)
			c.out.WriteString("\n}()")
		}
		c.spans = append(c.spans, span{start, c.out.Len(), p.mutants})
	}
	c.out.WriteString(c.text[from:to])
}

func (c *composer) alternative(p *point, i int) {
	start := c.out.Len()
	c.out.WriteString(p.withs[i])
	c.spans = append(c.spans, span{start, c.out.Len() + 1, p.mutants[i : i+1]})
}
