package main

import (
	"cmp"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// A coverage is which accesses of the map were made, and which pairs of them
// conflicted in which order.
type coverage wire.Coverage

// oneOrder returns the accesses of a pair in the only order in which they were
// seen.
func oneOrder(p *wire.Orders) (first, second string, ok bool) {
	switch {
	case p.A == p.B || p.AB > 0 && p.BA > 0:
		return "", "", false
	case p.BA > 0:
		return p.B, p.A, true
	}
	return p.A, p.B, true
}

// argumentsFile argues why accesses are not made, and why pairs of them are seen
// in one order only.
const argumentsFile = "coverage.md"

// An argument is a line of that file: an access that is not made, or an order.
type argument struct {
	text          string
	access        *regexp.Regexp // not made
	first, second *regexp.Regexp
}

var argumentLine = regexp.MustCompile("(?m)^- (?:`([^`]*)`|all)(?: before (?:`([^`]*)`|all))?$")

func readArguments(path string) (list []argument, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	for line := range strings.SplitSeq(string(text), "\n") {
		if !strings.HasPrefix(line, "- ") {
			continue
		}
		m := argumentLine.FindStringSubmatch(line)
		switch {
		case m == nil || m[1] == "" && m[2] == "":
			return nil, fmt.Errorf("%s: no argument: %s", path, line)
		case strings.Contains(line, " before "):
			list = append(list, argument{text: line, first: pattern(m[1]), second: pattern(m[2])})
		default:
			list = append(list, argument{text: line, access: pattern(m[1])})
		}
	}
	return list, nil
}

// pattern matches what text says, in which a star is anything; "" is too.
func pattern(text string) *regexp.Regexp {
	return regexp.MustCompile("^" + strings.ReplaceAll(regexp.QuoteMeta(cmp.Or(text, "*")), `\*`, ".*") + "$")
}

// ofAccess reports whether a is about an access.
func (a *argument) ofAccess(name string) bool { return a.access != nil && a.access.MatchString(name) }

// ofOrder reports whether a is about an order of two accesses.
func (a *argument) ofOrder(first, second string) bool {
	return a.first != nil && a.first.MatchString(first) && a.second.MatchString(second)
}

// A gap is something that was not seen.
type gap struct {
	text   string // a line for the file
	argued bool
}

// judge returns what was not seen, and which arguments are refuted, or about
// nothing.
func (c *coverage) judge(arguments []argument) (gaps []gap, stale []string) {
	used := map[string]bool{}
	refuted := map[string]string{}
	for access, made := range c.Made {
		g := gap{text: fmt.Sprintf("- `%s`", access)}
		for _, a := range arguments {
			if a.ofAccess(access) {
				g.argued, used[a.text] = true, true
				if made {
					refuted[a.text] = "it is made"
				}
			}
		}
		if !made {
			gaps = append(gaps, g)
		}
	}
	for i := range c.Pairs {
		p := &c.Pairs[i]
		first, second, one := oneOrder(p)
		g := gap{text: fmt.Sprintf("- `%s` before `%s`", first, second)}
		for _, a := range arguments {
			if one && a.ofOrder(first, second) {
				g.argued, used[a.text] = true, true
			} else if p.A != p.B && (p.AB > 0 && a.ofOrder(p.B, p.A) || p.BA > 0 && a.ofOrder(p.A, p.B)) {
				refuted[a.text] = fmt.Sprintf("`%s` and `%s` were seen in the other order", p.A, p.B)
			}
		}
		if one {
			gaps = append(gaps, g)
		}
	}
	for _, a := range arguments {
		if why := refuted[a.text]; why != "" {
			stale = append(stale, a.text+": "+why)
		} else if !used[a.text] {
			stale = append(stale, a.text+": there is nothing like it")
		}
	}
	slices.SortFunc(gaps, func(a, b gap) int { return cmp.Compare(a.text, b.text) })
	return gaps, stale
}

// merge adds another coverage of the same sources.
func (c *coverage) merge(other *coverage) {
	for name, made := range other.Made {
		c.Made[name] = c.Made[name] || made
	}
	for _, p := range other.Pairs {
		c.add(p)
	}
}

// add adds a pair, in whichever order it is given.
func (c *coverage) add(p wire.Orders) {
	for i := range c.Pairs {
		switch q := &c.Pairs[i]; {
		case q.A == p.A && q.B == p.B:
			q.AB += p.AB
			q.BA += p.BA
			return
		case q.A == p.B && q.B == p.A:
			q.AB += p.BA
			q.BA += p.AB
			return
		}
	}
	c.Pairs = append(c.Pairs, p)
}

// summary returns a sentence with the figures.
func (c *coverage) summary() string {
	made, both := 0, len(c.Pairs)
	for _, m := range c.Made {
		if m {
			made++
		}
	}
	for i := range c.Pairs {
		if _, _, one := oneOrder(&c.Pairs[i]); one {
			both--
		}
	}
	return fmt.Sprintf("%d of %d accesses in the source were made; %d pairs of them conflicted, %d in both wire.Orders.", made, len(c.Made), len(c.Pairs), both)
}

// print prints what was not seen, in the form of the file of arguments.
func (c *coverage) print(out io.Writer) {
	if c == nil {
		return
	}
	gaps, _ := c.judge(nil)
	fmt.Fprintf(out, "\n%s\n", c.summary())
	for _, g := range gaps {
		fmt.Fprintln(out, g.text)
	}
}
