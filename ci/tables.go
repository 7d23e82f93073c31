package main

import "github.com/flatmap-go/flatmap/ci/report"

// The tables that the layers fill. The generated documents have to have them as
// they are here.
var (
	docsTable = report.NewTable("checks",
		"text package", "count checks", "seconds seconds")
	programsTable = report.NewTable("kinds of map",
		"text map", "count programs", "count operations", "seconds seconds", "rate operations")
	historiesTable = report.NewTable("workloads",
		"text workload", "text what it is", "count histories", "count operations", "seconds seconds", "rate histories")
	stressTable = report.NewTable("workloads",
		"text workload", "text what", "count bursts", "count operations", "seconds seconds", "rate operations")
	mutatedTable = report.NewTable("mutated inputs",
		"text map", "count executions", "seconds seconds", "rate executions")
	nativeTable = report.NewTable("targets, guided by coverage",
		"text package", "text target", "count executions", "count new inputs", "seconds seconds", "rate executions")
	raceTable = report.NewTable("layers",
		"text layer", "count histories", "count operations", "seconds seconds", "rate operations")
	suitesTable = report.NewTable("suites",
		"text suite", "text map", "count clients", "count exhausted", "count executions", "count redundant", "most longest", "count cut short", "seconds seconds", "rate executions")
	boundsTable = report.NewTable("lock-free reads",
		"text map", "text parked for good", "count at so many steps", "most steps a Load then takes")
	controlsTable = report.NewTable("controls",
		"text control", "text what is wrong", "text rejected by", "count times it took effect", "seconds seconds")
	plantedTable = report.NewTable("planted bugs",
		"text bug", "text what it breaks", "text found by", "text initially", "most preemptions", "text shown as", "seconds seconds")
	killersTable = report.NewTable("first to notice",
		"text layer", "text class", "count mutants")
	mutantsTable = report.NewTable("mutants",
		"text mutant", "text class", "text where", "text noticed by", "text how", "seconds seconds")
	galleryTable = report.NewTable("maps",
		"text map", "text version", "text what it is", "text layer", "text what was found", "seconds seconds")
)
