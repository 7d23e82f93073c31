package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/flatmap-go/flatmap/linearizability"
)

// A note is a line that the process of an entry writes to its standard output:
// first what it is about to run, and in the end what came of it.
type note struct {
	Layer   layer  `json:"layer"`
	Finding string `json:"finding,omitempty"` // in one line
	Text    string `json:"text,omitempty"`    // all that the layer has to say
	Done    bool   `json:"done,omitempty"`    // and nothing was found
}

// A stint is a part of an entry's run.
type stint struct {
	layer layer
	share float64 // of the time
}

// stints are short ones of every layer first, so that what is easy to find is
// found soon, and longer ones after.
var stints = []stint{
	{layerModel, 0.05}, {layerLinearizability, 0.1}, {layerStress, 0.1},
	{layerModel, 0.05}, {layerLinearizability, 0.3}, {layerStress, 0.4},
}

// conduct runs all layers on a subject, for about budget in all, until one finds
// something, and writes notes about it.
func conduct(out io.Writer, s subject, budget time.Duration, seed uint64) error {
	notes := json.NewEncoder(out)
	for i, stint := range stints {
		if err := notes.Encode(note{Layer: stint.layer}); err != nil {
			return err
		}
		d := time.Duration(float64(budget) * stint.share)
		err := s.run[stint.layer](d, seed+uint64(i)<<32)
		if errors.Is(err, linearizability.ErrTimeout) {
			continue // the checker cannot tell, which is no finding
		}
		if err != nil {
			return notes.Encode(note{Layer: stint.layer, Finding: summarise(err), Text: clean(err.Error())})
		}
	}
	return notes.Encode(note{Done: true})
}

// child is the main function of the process of an entry.
func child(out io.Writer, name string, budget time.Duration, seed uint64) error {
	for _, e := range gallery() {
		if e.name == name {
			return conduct(out, e.subject, budget, seed)
		}
	}
	return fmt.Errorf("no entry %q", name)
}
