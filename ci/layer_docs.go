package main

import (
	"context"
	"fmt"

	"github.com/flatmap-go/flatmap/ci/report"
)

var docsTable = report.NewTable("checks",
	"text package", "count checks", "seconds seconds")

// documented are the packages with tests of what the documents say and with
// examples of the map. TestGenerated is not among the tests, since -update fixes
// what it finds.
var documented = []string{"ci", "flatmap"}

const docTests = "^(TestReadme|TestCitations|TestLanguage|TestGlossary|TestSize|Example.*)$"

// verifyDocs runs the examples, and the tests of what the documents say.
func verifyDocs(ctx context.Context, t *task) error {
	table := docsTable
	checks := 0
	for i, folder := range documented {
		if !t.shard.Has(i) {
			continue
		}
		r, err := buildTest(ctx, folder)
		if err != nil {
			return err
		}
		here, seconds := 0, 0.0
		status, err := r.run(ctx, folder, func(e testEvent) {
			t.now(e.test)
			if e.passed {
				here++
				seconds += e.seconds
				t.count("checks", checks+here)
			}
		}, "-test.run", docTests, "-test.count=1")
		r.program.close()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err != nil:
			return failed("%w", err)
		case status != 0:
			return &violation{Title: "the documents of package " + folder + " are wrong", Text: r.text(),
				Repeat: fmt.Sprintf("go test -run '%s' ./%s", docTests, folder)}
		case here == 0:
			return failed("package %s has no examples", folder)
		}
		checks += here
		table.Add(folder, here, seconds)
		t.table(table)
	}
	return nil
}
