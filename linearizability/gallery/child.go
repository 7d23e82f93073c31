package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/metrics"
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
	share float64 // of the time; it is more if layers are left out
}

// stints are short ones of every layer first, so that what is easy to find is
// found soon, and longer ones after.
var stints = []stint{
	{layerModel, 0.05}, {layerLinearizability, 0.1}, {layerStress, 0.15},
	{layerModel, 0.05}, {layerStress, 0.25}, {layerLinearizability, 0.2}, {layerStress, 0.2},
}

// conduct runs all layers on a subject, for about budget in all, until one finds
// something, and writes notes about it.
func conduct(out io.Writer, s subject, budget time.Duration, seed uint64) error {
	notes := json.NewEncoder(out)
	total := 0.0
	for _, stint := range stints {
		if s.run[stint.layer] != nil {
			total += stint.share
		}
	}
	for i, stint := range stints {
		run := s.run[stint.layer]
		if run == nil {
			continue
		}
		if err := notes.Encode(note{Layer: stint.layer}); err != nil {
			return err
		}
		d := time.Duration(float64(budget) * stint.share / total)
		err := run(d, seed+uint64(i)<<32)
		if errors.Is(err, linearizability.ErrTimeout) {
			continue // the checker cannot tell, which is not a finding
		}
		if err != nil {
			return notes.Encode(note{Layer: stint.layer, Finding: summarise(err), Text: clean(err.Error())})
		}
	}
	return notes.Encode(note{Done: true})
}

// most is how much memory the process of an entry may use: there are maps that
// go on allocating once they are out of order.
const most = 2 << 30

// guardMemory ends the process if it uses too much memory.
func guardMemory() {
	sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}}
	for range time.Tick(50 * time.Millisecond) {
		if metrics.Read(sample); sample[0].Value.Uint64() > most {
			panic(fmt.Sprintf("more than %d MiB of memory are in use", most>>20))
		}
	}
}

// child is the main function of the process of an entry.
func child(out io.Writer, name string, budget time.Duration, seed uint64) error {
	for _, e := range gallery() {
		if e.name == name {
			go guardMemory()
			return conduct(out, e.subject, budget, seed)
		}
	}
	return fmt.Errorf("no entry %q", name)
}
