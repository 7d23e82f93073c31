package main

import (
	"math"

	"github.com/aclements/go-moremath/stats"
)

// A Summary has the median and the quartiles of a sample.
type Summary struct{ Median, Low, High float64 }

// summarize reports false if there are no values.
func summarize(values []float64) (Summary, bool) {
	if len(values) == 0 {
		return Summary{}, false
	}
	s := stats.Sample{Xs: values}
	return Summary{s.Quantile(0.5), s.Quantile(0.25), s.Quantile(0.75)}, true
}

// ratios divides the samples of the same rounds. It leaves out rounds that only
// one of the two has.
func ratios(over, under []float64) []float64 {
	n := min(len(over), len(under))
	out := make([]float64, 0, n)
	for i := range n {
		if r := over[i] / under[i]; !math.IsNaN(r) && !math.IsInf(r, 0) {
			out = append(out, r)
		}
	}
	return out
}

// geomean returns the geometric mean of at least one value.
func geomean(values []float64) float64 { return stats.GeoMean(values) }
