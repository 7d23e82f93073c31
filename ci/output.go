package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/ci/report"
	"github.com/flatmap-go/flatmap/internal/cli"
)

// The generated documents, in the module's folder.
const (
	dataFile   = "ci/verification.json"
	reportFile = "VERIFICATION.md"
	readmeFile = "README.md"
)

// checkFiles returns an error if a file that is to be written in the end
// cannot be written: hours later would be too late to say so.
func (o *options) checkFiles() error {
	if o.json != "" && o.json == o.html {
		return fmt.Errorf("-json and -html are both %q", o.json)
	}
	for _, file := range []string{o.json, o.html} {
		if file == "" {
			continue
		}
		if err := cli.Writable(file); err != nil {
			return fmt.Errorf("the report cannot be written: %w", err)
		}
	}
	return nil
}

// write writes the files that were asked for. One that cannot be written keeps
// none of the others from being written.
func (o *options) write(r *report.Report) error {
	var errs []error
	if o.json != "" {
		errs = append(errs, cli.WriteFile(o.json, r.Write))
	}
	if o.html != "" {
		errs = append(errs, cli.WriteFile(o.html, r.WriteHTML))
	}
	if o.update {
		errs = append(errs, update(r))
	}
	return errors.Join(errs...)
}

// update writes what the repository says about its verification.
func update(r *report.Report) error {
	if r.Verdict() != report.Holds {
		return fmt.Errorf("-update: nothing is written, since the verdict is %q", r.Verdict())
	}
	if err := sameShape(r, layers); err != nil {
		return fmt.Errorf("-update: nothing is written: %w", err)
	}
	root, err := moduleRoot()
	if err != nil {
		return err
	}
	readme, err := os.ReadFile(filepath.Join(root, readmeFile))
	if err != nil {
		return err
	}
	if readme, err = report.ReplaceBlock(readme, r.Summary()); err != nil {
		return fmt.Errorf("%s: %w", readmeFile, err)
	}
	return errors.Join(
		cli.WriteFile(filepath.Join(root, dataFile), r.Write),
		cli.WriteFile(filepath.Join(root, reportFile), r.WriteMarkdown),
		cli.WriteFile(filepath.Join(root, readmeFile), cli.Bytes(readme)))
}

// wholeBudget is the budget of a report that the repository keeps, at least. A
// layer that needs more than its share of that may be left out, and the report
// says so.
const wholeBudget = 5 * time.Minute

// sameShape returns an error if the report does not have the layers that there
// are, as they are named and described now.
func sameShape(r *report.Report, layers []layer) error {
	if len(r.Layers) != len(layers) {
		return fmt.Errorf("the report has %d layers, and there are %d", len(r.Layers), len(layers))
	}
	long := dropped(wholeBudget, layers)
	for i, l := range layers {
		got := r.Layers[i]
		if got.Name != l.name || got.What != l.what {
			return fmt.Errorf("layer %d of the report is %s (%s), and should be %s (%s)", i+1, got.Name, got.What, l.name, l.what)
		}
		if got.Verdict == report.LeftOut && long[l.name] {
			continue
		}
		if got.Verdict == report.LeftOut || len(got.Counts) == 0 || got.Counts[0].What != l.unit || got.Counts[0].N == 0 {
			return fmt.Errorf("layer %s of the report has no %s", l.name, l.unit)
		}
		for _, t := range got.Tables {
			if !slices.ContainsFunc(l.tables, t.SameColumns) {
				return fmt.Errorf("layer %s: table %q has outdated columns; rerun go run ./ci -update", l.name, t.Title)
			}
		}
		if len(got.Tables) == 0 && len(l.tables) > 0 {
			return fmt.Errorf("layer %s of the report has no tables", l.name)
		}
	}
	return nil
}

// readReport reads a report from a file.
func readReport(file string) (*report.Report, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	r, err := report.Read(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return r, nil
}

// mergeFiles reads reports and makes one of them.
func mergeFiles(files []string) (*report.Report, error) {
	var parts []*report.Report
	for _, file := range files {
		r, err := readReport(file)
		if err != nil {
			return nil, err
		}
		parts = append(parts, r)
	}
	return report.Merge(parts...)
}
