package main

import (
	"bytes"
	"fmt"
	"os"
)

const (
	blockBegin = "<!-- bench:begin -->"
	blockEnd   = "<!-- bench:end -->"
)

// summaryImpls are the columns of the summary.
var summaryImpls = []string{subjectName, "xsync", "sync.Map", "RWMutex", "map"}

// summaryLines are the lines of the summary. Each shows the largest cell, up to
// 100,000 entries, that was measured with an operation and parameters.
var summaryLines = []struct {
	what   string
	row    string
	op     string
	params []Param
}{
	{"Load, key present", "types/uint64", "hit", nil},
	{"Load, key absent", "types/uint64", "miss", nil},
	{"Store, key present", "types/uint64", "update", nil},
	{"Store of a new key, then Delete", "types/uint64", "insertdelete", nil},
	{"90% Load, 5% Store, 5% Delete, 2 goroutines", "mix/int", "mix", []Param{{"reads", "90"}, {"map", "warm"}, {"procs", "2"}}},
}

// summaryCell returns the cell that line i shows, or nil.
func (r *Results) summaryCell(i int) (largest *Cell) {
	l := summaryLines[i]
	cells := r.cells(l.row)
	for _, p := range l.params {
		cells = having(cells, p.Key, p.Value)
	}
	for _, c := range cells {
		if c.Op == l.op && c.N <= 100_000 && (largest == nil || c.N > largest.N) {
			largest = c
		}
	}
	return largest
}

// summary returns the block of a README: medians of a few telling cells.
func (r *Results) summary() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "%s\nMedian ns/op on %s; the fastest in bold; written by `%s -readme ../../README.md`.\n\n",
		blockBegin, r.Machine, r.command())
	header := []string{"operation", "entries"}
	for _, impl := range summaryImpls {
		header = append(header, summaryTitle(impl))
	}
	markdownTable(&b, header, func(line func(...string)) {
		for i, l := range summaryLines {
			c := r.summaryCell(i)
			if c == nil {
				continue
			}
			line(append([]string{l.what, short(c.N)}, c.medians(summaryImpls)...)...)
		}
	})
	b.WriteString(blockEnd)
	return b.Bytes()
}

// summaryTitle names an implementation for a reader of the summary.
func summaryTitle(impl string) string {
	switch impl {
	case "RWMutex":
		return "map + RWMutex"
	case "map":
		return "Go map, no lock"
	}
	return impl
}

// medians returns the medians of implementations, empty for one that was not
// measured, and the lowest one in bold.
func (c *Cell) medians(impls []string) []string {
	least := ""
	texts := make([]string, len(impls))
	lowest := 0.0
	for i, impl := range impls {
		s, ok := summarize(c.Values(impl))
		if !ok {
			continue
		}
		texts[i] = number(s.Median)
		if least == "" || s.Median < lowest {
			least, lowest = texts[i], s.Median
		}
	}
	for i, text := range texts {
		if text == least && text != "" {
			texts[i] = "**" + text + "**"
		}
	}
	return texts
}

// insertBlock replaces the block in a file.
func insertBlock(name string, block []byte) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	out, err := replaceBlock(name, text, block)
	if err != nil {
		return err
	}
	return writeFile(name, out)
}

// replaceBlock returns text with another block.
func replaceBlock(name string, text, block []byte) ([]byte, error) {
	begin, end := bytes.Index(text, []byte(blockBegin)), bytes.Index(text, []byte(blockEnd))
	if begin < 0 || end < begin {
		return nil, fmt.Errorf("%s: missing the lines %s and %s", name, blockBegin, blockEnd)
	}
	return append(append(append([]byte{}, text[:begin]...), block...), text[end+len(blockEnd):]...), nil
}
