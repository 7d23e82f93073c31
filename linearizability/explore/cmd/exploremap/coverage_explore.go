//go:build explore

package main

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/flatmap-go/flatmap/internal/planted"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// coverageExecutions is how many executions of a client showCoverage makes at
// most.
const coverageExecutions = 8_000

// showCoverage explores the clients of coverageSuite on one kind of map.
func (x *explorer) showCoverage(ctx context.Context, cfg config, s suite, name string) (r wire.Row, _ []wire.Bound, err error) {
	r = wire.Row{Suite: s.name, Subject: name, Bound: unbounded, Complete: true, Shard: cfg.shard.String()}
	w := watch{row: &r, progress: cfg.progress}
	w.begin()
	defer w.stop()
	list, err := coverageClients(coverageFile)
	if err != nil {
		return r, nil, err
	}
	for i, c := range list {
		if c.subject != name || i%cfg.shard.Of != cfg.shard.Index {
			continue
		}
		report := x.search(ctx, x.program(c.client, c.scenario), explore.Options{Executions: coverageExecutions}, &r)
		r.Clients++
		if report.Failure != nil {
			return r, nil, &violation{s.name, name, c.scenario.name, c.client, report.Failure, x.sleeping}
		}
		if r.Complete = ctx.Err() == nil; !r.Complete {
			break
		}
		x.tellNews(cfg, name, c.scenario, c.client)
		w.look()
	}
	return r, nil, nil
}

// tellNews prints a client that has reached something first, as a line of
// coverage_clients.txt.
func (x *explorer) tellNews(cfg config, subject string, sc *scenario, c client) {
	if x.coverage == nil {
		return
	}
	if n := x.coverage.Distinct(); n > x.reached {
		x.reached = n
		cfg.news(fmt.Sprintf("%s | %s | %v", subject, sc.name, c))
	}
}

// findCoverage says what an exploration covered of the map's source.
func findCoverage(ctx context.Context, c *explore.Coverage) (*coverage, error) {
	sources, err := planted.Map(ctx)
	if err != nil {
		return nil, err
	}
	list, err := mapAccesses(sources.Dir)
	if err != nil {
		return nil, err
	}
	found := &coverage{Made: map[string]bool{}, At: map[string]string{}}
	for _, a := range list {
		found.Made[a.String()] = false
		found.At[a.String()] = fmt.Sprintf("%s:%d", a.file, a.line)
	}
	for _, s := range c.Sites() {
		if !ofMap(s.Site) {
			continue
		}
		name, err := nameOf(s.Site, list)
		if err != nil {
			return nil, err
		}
		found.Made[name] = true
	}
	for _, p := range c.Conflicts() {
		if !ofMap(p.A) || !ofMap(p.B) {
			continue
		}
		a, err := nameOf(p.A, list)
		if err != nil {
			return nil, err
		}
		b, err := nameOf(p.B, list)
		if err != nil {
			return nil, err
		}
		found.add(wire.Orders{A: a, B: b, AB: p.AB, BA: p.BA})
	}
	return found, nil
}

// ofMap reports whether a place is in the map, not in what drives it.
func ofMap(s explore.Site) bool {
	return filepath.Base(filepath.Dir(s.File)) == "flatmap" && !harness.MatchString(filepath.Base(s.File))
}

// nameOf returns the access at a place.
func nameOf(s explore.Site, list []access) (string, error) {
	deferred := ""
	for _, a := range list {
		switch {
		case a.file != filepath.Base(s.File):
		case a.line == s.Line:
			return a.String(), nil
		case a.deferred && a.function == shortFunction(s.Function):
			deferred = a.String()
		}
	}
	if deferred == "" {
		return "", fmt.Errorf("%v, in %s, makes an access that is not seen in the source", s, s.Function)
	}
	return deferred, nil
}

var (
	typeArguments = regexp.MustCompile(`\[.*\]`)
	closureSuffix = regexp.MustCompile(`(\.func|-range)\d.*$`)
)

// shortFunction returns Type.Method of a function as the runtime names it.
func shortFunction(name string) string {
	name = typeArguments.ReplaceAllString(name, "")
	name = name[strings.LastIndex(name, "/flatmap.")+len("/flatmap."):]
	return strings.NewReplacer("(*", "", ")", "").Replace(closureSuffix.ReplaceAllString(name, ""))
}
