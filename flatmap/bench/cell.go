package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A Cell is one comparison: one workload, and for each implementation a sample
// from every round.
type Cell struct {
	Op     string               `json:"op"`
	Keys   string               `json:"keys"`
	N      int                  `json:"n"`
	Params []Param              `json:"params,omitempty"`
	Unit   string               `json:"unit"`
	Iters  int                  `json:"iters"` // operations that a sample is the mean of
	Impls  []string             `json:"impls"` // in order of listing
	Values map[string][]float64 `json:"values"`
}

// A Param is what else tells cells apart.
type Param struct {
	Key   string `json:"key"`
	Value string `json:"value"`
}

// With returns the cell with one more parameter.
func (c Cell) With(key string, value any) Cell {
	c.Params = append(c.Params[:len(c.Params):len(c.Params)], Param{key, fmt.Sprint(value)})
	return c
}

// Param returns the value of a parameter, or "".
func (c *Cell) Param(key string) string {
	for _, p := range c.Params {
		if p.Key == key {
			return p.Value
		}
	}
	return ""
}

// Name returns the cell's benchmark name for an implementation, without the
// prefix Benchmark. Such names hold no spaces.
func (c *Cell) Name(impl string) string {
	return "Map/impl=" + impl + "/" + strings.ReplaceAll(c.ID(), " ", "_")
}

// ID identifies the cell: what its implementations have in common.
func (c *Cell) ID() string {
	parts := []string{"op=" + c.Op, "keys=" + c.Keys, "n=" + strconv.Itoa(c.N)}
	for _, p := range c.Params {
		parts = append(parts, p.Key+"="+p.Value)
	}
	return strings.Join(parts, "/")
}

// Add adds a sample of an implementation.
func (c *Cell) Add(impl string, value float64) {
	if c.Values == nil {
		c.Values = map[string][]float64{}
	}
	if _, ok := c.Values[impl]; !ok {
		c.Impls = append(c.Impls, impl)
	}
	c.Values[impl] = append(c.Values[impl], value)
}

// Ratio compares two implementations round by round.
func (c *Cell) Ratio(impl, to string) (Summary, bool) {
	return summarize(ratios(c.Values[impl], c.Values[to]))
}
