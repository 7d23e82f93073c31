package main

import (
	"io"

	"golang.org/x/perf/benchfmt"
)

// printRaw writes all samples in the Go benchmark format, one line a sample.
func (r *Results) printRaw(out io.Writer) error {
	w := benchfmt.NewWriter(out)
	for _, row := range r.Rows {
		for i := range row.Cells {
			c := &row.Cells[i]
			for _, s := range c.Samples {
				for _, v := range s.Values {
					res := &benchfmt.Result{
						Config: []benchfmt.Config{
							{Key: "goos", Value: []byte(r.Machine.OS), File: true},
							{Key: "goarch", Value: []byte(r.Machine.Arch), File: true},
							{Key: "pkg", Value: []byte("github.com/flatmap-go/flatmap/flatmap/bench"), File: true},
							{Key: "cpu", Value: []byte(r.Machine.CPU), File: true},
						},
						Name: benchfmt.Name(c.Name(s.Impl)), Iters: c.Iters, Values: []benchfmt.Value{{Value: v, Unit: c.Unit}},
					}
					if err := w.Write(res); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}
