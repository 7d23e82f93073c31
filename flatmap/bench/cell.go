package main

import (
	"fmt"
	"strconv"
	"strings"
)

// A Cell is one comparison: one workload, measured on several implementations.
type Cell struct {
	Op      string    `json:"op"`
	Keys    string    `json:"keys"`
	N       int       `json:"n"`
	Params  []Param   `json:"params,omitempty"`
	Unit    string    `json:"unit"`
	Iters   int       `json:"iters"`   // operations per sample; the sample is their mean
	Samples []Samples `json:"samples"` // in the order of subject's lists
}

// Samples are the samples of one implementation, one for each round.
type Samples struct {
	Impl   string    `json:"impl"`
	Values []float64 `json:"values"`
}

// A Param distinguishes cells further. Its text is key=value.
type Param struct{ Key, Value string }

// MarshalText returns key=value.
func (p Param) MarshalText() ([]byte, error) { return []byte(p.Key + "=" + p.Value), nil }

// UnmarshalText reads key=value.
func (p *Param) UnmarshalText(text []byte) error {
	var found bool
	if p.Key, p.Value, found = strings.Cut(string(text), "="); !found {
		return fmt.Errorf("parameter %q is not key=value", text)
	}
	return nil
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
// prefix Benchmark. Such names must not contain spaces.
func (c *Cell) Name(impl string) string {
	return "Map/impl=" + impl + "/" + strings.ReplaceAll(c.ID(), " ", "_")
}

// ID identifies the cell: everything that its implementations have in common.
func (c *Cell) ID() string {
	parts := []string{"op=" + c.Op, "keys=" + c.Keys, "n=" + strconv.Itoa(c.N)}
	for _, p := range c.Params {
		parts = append(parts, p.Key+"="+p.Value)
	}
	return strings.Join(parts, "/")
}

// Add adds a sample of an implementation. It keeps four significant digits, as
// many as the stored results have: noise is larger than the rest.
func (c *Cell) Add(impl string, value float64) {
	value = fourDigits(value)
	for i := range c.Samples {
		if s := &c.Samples[i]; s.Impl == impl {
			s.Values = append(s.Values, value)
			return
		}
	}
	c.Samples = append(c.Samples, Samples{impl, []float64{value}})
}

func fourDigits(x float64) float64 {
	rounded, err := strconv.ParseFloat(strconv.FormatFloat(x, 'e', 3, 64), 64)
	if err != nil { // the text is always a number
		panic(err)
	}
	return rounded
}

// Impls returns the names of the implementations that were measured.
func (c *Cell) Impls() []string {
	names := make([]string, len(c.Samples))
	for i, s := range c.Samples {
		names[i] = s.Impl
	}
	return names
}

// Values returns the samples of an implementation, or nil.
func (c *Cell) Values(impl string) []float64 {
	for _, s := range c.Samples {
		if s.Impl == impl {
			return s.Values
		}
	}
	return nil
}

// Ratio compares two implementations round by round.
func (c *Cell) Ratio(impl, to string) (Summary, bool) {
	return summarize(ratios(c.Values(impl), c.Values(to)))
}
