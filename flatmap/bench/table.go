package main

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// subjectName names the implementation that all others are compared with.
const subjectName = "flatmap"

// limits names the implementations that show a limit. They are not rivals.
var limits = []string{arrayName, noMap, clockName}

// table returns a row's table, with a line for each cell and a column for each
// implementation. An entry is the median, half the distance of the quartiles in
// percent of it, and the median of the ratios to flatmap in the same rounds.
func (row *Row) table() (lines [][]string) {
	var impls []string
	for i := range row.Cells {
		for _, impl := range row.Cells[i].Impls() {
			if !slices.Contains(impls, impl) {
				impls = append(impls, impl)
			}
		}
	}
	unit, scale := row.unit()
	lines = append(lines, append([]string{unit}, impls...))
	for i := range row.Cells {
		c := &row.Cells[i]
		line := []string{row.label(i)}
		for _, impl := range impls {
			line = append(line, c.entry(impl, scale))
		}
		lines = append(lines, line)
	}
	return lines
}

// unit returns the unit of the row's figures and the number to divide them by. Long
// times get a larger unit.
func (row *Row) unit() (unit string, scale float64) {
	least := math.Inf(1)
	for _, c := range row.Cells {
		unit = c.Unit
		for _, s := range c.Samples {
			least = min(least, slices.Min(s.Values))
		}
	}
	switch {
	case unit != "ns/op" || least < 1e4:
		return unit, 1
	case least < 1e7:
		return "µs/op", 1e3
	}
	return "ms/op", 1e6
}

// entry returns a table's entry for an implementation.
func (c *Cell) entry(impl string, scale float64) string {
	s, ok := summarize(c.Values(impl))
	if !ok {
		return ""
	}
	text := number(s.Median / scale)
	if spread := (s.High - s.Low) / 2 / s.Median * 100; spread > 0 {
		text += fmt.Sprintf(" ±%.0f%%", spread)
	}
	ratio, ok := c.Ratio(impl, subjectName)
	if !ok || impl == subjectName {
		return text
	}
	text += fmt.Sprintf(", %.2fx", ratio.Median)
	if ratio.Median < 1 && !slices.Contains(limits, impl) {
		text += " LOSS"
	}
	return text
}

// label names cell i by the parameters that differ among the cells of its row.
func (row *Row) label(i int) string {
	c := &row.Cells[i]
	text := ""
	add := func(s string) {
		if text != "" {
			text += ", "
		}
		text += s
	}
	differs := func(of func(c *Cell) string) bool {
		return slices.ContainsFunc(row.Cells, func(o Cell) bool { return of(&o) != of(c) })
	}
	if differs(func(c *Cell) string { return c.Op }) {
		add(c.Op)
	}
	if differs(func(c *Cell) string { return c.Keys }) {
		add(c.Keys)
	}
	if differs(func(c *Cell) string { return strconv.Itoa(c.N) }) {
		add("n=" + short(c.N))
	}
	for _, p := range c.Params {
		if differs(func(c *Cell) string { return c.Param(p.Key) }) {
			add(p.Key + "=" + p.Value)
		}
	}
	if text == "" {
		return c.Op
	}
	return text
}

// number formats a figure with at least three digits.
func number(x float64) string {
	switch {
	case x == 0:
		return "0"
	case x >= 100:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.2f", x)
}
