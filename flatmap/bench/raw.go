package main

import (
	"bytes"

	"golang.org/x/perf/benchfmt"
)

// rawFile has all samples in the format that benchstat reads.
const rawFile = "results/raw.txt"

// raw writes results in the Go benchmark format, a line a sample.
func (r *Results) raw() ([]byte, error) {
	var out bytes.Buffer
	w := benchfmt.NewWriter(&out)
	for _, row := range r.Rows {
		for i := range row.Cells {
			c := &row.Cells[i]
			for _, impl := range c.Impls {
				for _, v := range c.Values[impl] {
					res := &benchfmt.Result{
						Config: []benchfmt.Config{
							{Key: "goos", Value: []byte(r.Machine.OS), File: true},
							{Key: "goarch", Value: []byte(r.Machine.Arch), File: true},
							{Key: "pkg", Value: []byte("github.com/flatmap-go/flatmap/flatmap/bench"), File: true},
							{Key: "cpu", Value: []byte(r.Machine.CPU), File: true},
						},
						Name: benchfmt.Name(c.Name(impl)), Iters: c.Iters, Values: []benchfmt.Value{{Value: v, Unit: c.Unit}},
					}
					if err := w.Write(res); err != nil {
						return nil, err
					}
				}
			}
		}
	}
	return out.Bytes(), nil
}
