package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/wire"
)

var galleryTable = report.NewTable("maps",
	"text map", "text version", "text what it is", "text layer", "text what was found", "seconds seconds")

// galleryFolder is the nested module of published maps: so they never reach
// the module's own dependencies.
const galleryFolder = "linearizability/gallery"

// What the layers may take for an entry: to find a documented bug, and to show
// that a map passes.
const (
	galleryFind = 40 * time.Second
	galleryPass = 5 * time.Second
)

// verifyGallery has the general layers run on published maps: they must find
// the documented bugs, and pass maps that are right. If they do not, that is a
// violation: of a layer, not of the map. In a short budget a few maps are run,
// which the seed chooses. What is found in newest versions is reported,
// and does not count as a violation.
func verifyGallery(ctx context.Context, t *task) error {
	start := time.Now()
	t.now("building")
	p, err := build(ctx, galleryFolder, "build", ".")
	if err != nil {
		return err
	}
	defer p.close()
	list, err := wire.Output(ctx, p.root, nil, p.binary, "-list")
	if err != nil {
		return failed("%w", err)
	}
	var mine []string
	for i, name := range strings.Fields(string(list)) {
		if t.shard.Has(i) {
			mine = append(mine, name)
		}
	}
	// The list is by kind: of a part of it there should be some of each.
	rand.New(rand.NewPCG(t.seed, 0)).Shuffle(len(mine), func(i, j int) { mine[i], mine[j] = mine[j], mine[i] })
	g := &galleryRun{task: t}
	for i, name := range mine {
		if i > 0 && time.Since(start) > t.budget {
			break
		}
		t.now(name)
		if err := g.run(ctx, p, name); err != nil {
			return err
		}
	}
	return nil
}

// A galleryRun is what has been run of the gallery.
type galleryRun struct {
	task             *task
	maps, bugs, news int
}

// run runs the entries of one name: a map, or one with a documented bug and
// one where it is fixed.
func (g *galleryRun) run(ctx context.Context, p *program, name string) error {
	args := []string{"-json", "-only", name, "-seed", fmt.Sprint(g.task.seed), "-budget", galleryFind.String(), "-pass", galleryPass.String()}
	var wrong []wire.Entry
	status, stderr, err := wire.Messages(wire.Command(ctx, p.root, p.binary, args...), func(m wire.Gallery) error {
		if m.Entry == nil {
			return nil
		}
		e := *m.Entry
		if !e.OK && e.Error == "" {
			wrong = append(wrong, e)
		}
		g.take(e)
		return nil
	})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return failed("%w", err)
	case len(wrong) > 0:
		return wrongEntry(wrong[0])
	case status != 0:
		return failed("%s: %s\nexit status %d", name, stderr, status)
	}
	return nil
}

// take takes in the result of one entry.
func (g *galleryRun) take(e wire.Entry) {
	g.maps++
	switch {
	case e.Kind == wire.KindBug && e.Found:
		g.bugs++
	case e.Kind == wire.KindCurrent && e.Finding != "":
		g.news++
	}
	g.task.count("maps", g.maps)
	g.task.count("documented bugs found", g.bugs)
	g.task.count("findings in newest versions", g.news)
	table := galleryTable
	what := map[wire.Kind]string{wire.KindBug: "bug to find: ", wire.KindFixed: "fixed", wire.KindReference: "right", wire.KindCurrent: "newest"}[e.Kind]
	if e.Kind == wire.KindBug {
		what += e.Issue
	}
	finding := e.Finding
	if finding == "" {
		finding = "nothing"
	}
	table.Add(e.Name, strings.TrimSpace(e.Module+" "+e.Version), what, e.Layer, finding, e.Seconds)
	g.task.extend(table)
}

// wrongEntry is the violation that an entry shows.
func wrongEntry(e wire.Entry) error {
	title := fmt.Sprintf("%s: the documented bug is not found", e.Name)
	if e.Kind != wire.KindBug {
		title = fmt.Sprintf("%s: layer %s finds something in a map that must pass", e.Name, e.Layer)
	}
	return &violation{Title: title, Text: strings.TrimSpace(e.Issue + "\n" + e.Finding + "\n" + e.Text),
		Repeat: fmt.Sprintf("go run -C %s . -only %s", galleryFolder, strings.TrimSuffix(e.Name, "-fixed"))}
}
