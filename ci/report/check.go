package report

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// unmarshalStrictly is json.Unmarshal without unknown fields.
func unmarshalStrictly(data []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); err != io.EOF {
		return errors.New("trailing data after the report")
	}
	return nil
}

// check returns an error if the report is not what this package writes.
func (r *Report) check() error {
	for i := range r.Layers {
		if err := r.Layers[i].check(); err != nil {
			return fmt.Errorf("layer %q: %w", r.Layers[i].Name, err)
		}
	}
	return nil
}

func (l *Layer) check() error {
	if !slices.Contains(verdicts, l.Verdict) {
		return fmt.Errorf("unknown verdict %q", l.Verdict)
	}
	if (l.Violation != nil) != (l.Verdict == Violated) {
		return fmt.Errorf("the verdict is %q, but a violation is there: %t", l.Verdict, l.Violation != nil)
	}
	for _, s := range l.Shards {
		if s.Index < 0 || s.Index >= s.Of {
			return fmt.Errorf("no shard %v", s)
		}
	}
	for i := range l.Tables {
		if err := l.Tables[i].check(); err != nil {
			return fmt.Errorf("table %q: %w", l.Tables[i].Title, err)
		}
	}
	if v := l.Violation; v != nil && v.Trace != nil {
		for _, s := range v.Trace.Steps {
			if s.Goroutine < 0 || s.Goroutine >= len(v.Trace.Goroutines) {
				return fmt.Errorf("step %d is of goroutine %d", s.Number, s.Goroutine)
			}
		}
	}
	return nil
}
