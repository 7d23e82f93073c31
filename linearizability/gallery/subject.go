package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// A layer is a part of the suite, named after its package.
type layer string

const (
	layerModel           layer = "model"
	layerLinearizability layer = "linearizability"
	layerStress          layer = "stress"
)

// How long a layer waits for what takes microseconds before it says that the
// map hangs. They are shorter than the layers' defaults, which are for runs of
// hours, and add up to less than a default run's limit.
const (
	modelPatience  = 3 * time.Second
	workedPatience = 10 * time.Second
)

// A subject is one version of a map, as the layers of the suite take it: only a
// constructor, and what the map does not promise.
type subject struct {
	// run runs a layer for about d, and returns what it finds.
	run map[layer]func(d time.Duration, seed uint64) error
}

// A choice says what of a map is verified.
type choice struct {
	// plain callbacks return, without a panic or a call of the map.
	plain bool
	// without are methods that are left out.
	without []model.Kind
	// skip are layers that are left out.
	skip []layer
}

// subjectOf makes a subject of a constructor.
func subjectOf[K, V comparable](newMethods func() model.Methods[K, V], c choice) subject {
	newMap := func() model.Map[K, V] {
		methods := newMethods()
		for _, kind := range c.without {
			reflect.ValueOf(&methods).Elem().FieldByName(kind.String()).SetZero()
		}
		return model.Adapt(methods)
	}
	models := []model.Option{model.WithTimeout(modelPatience)}
	histories := []linearizability.Option{linearizability.WithRounds(1), linearizability.WithWatchdog(workedPatience)}
	bursts := []stress.Option{stress.WithWatchdog(workedPatience)}
	if c.plain {
		models = append(models, model.WithPlainCallbacks())
		histories = append(histories, linearizability.WithPlainCallbacks())
		bursts = append(bursts, stress.WithPlainCallbacks())
	}
	s := subject{map[layer]func(time.Duration, uint64) error{
		layerModel: func(d time.Duration, seed uint64) error {
			testing.Init() // rapid reads the flags of package testing
			for start := time.Now(); ; seed++ {
				if err := flag.Set("rapid.seed", strconv.FormatUint(seed, 10)); err != nil {
					return err
				}
				if err := model.Check(newMap, models...); err != nil || time.Since(start) >= d {
					return err
				}
			}
		},
		layerLinearizability: func(d time.Duration, seed uint64) error {
			_, err := linearizability.Run(context.Background(), newMap,
				append(histories, linearizability.WithBudget(d), linearizability.WithSeed(seed))...)
			if v := (*linearizability.Violation[K, V])(nil); errors.As(err, &v) {
				return violation[K, V]{v, err}
			}
			return err
		},
		layerStress: func(d time.Duration, seed uint64) error {
			_, err := stress.Run(context.Background(), newMap,
				append(bursts, stress.WithBudget(d), stress.WithSeed(seed))...)
			return err
		},
	}}
	for _, l := range c.skip {
		delete(s.run, l)
	}
	return s
}

// violation adds to an error a summary of the history in it.
type violation[K, V comparable] struct {
	*linearizability.Violation[K, V]
	err error
}

func (v violation[K, V]) Error() string { return v.err.Error() }
func (v violation[K, V]) Unwrap() error { return v.err }

// summary returns the history in one line, in the order of calls, with the
// stamps of call and return.
func (v violation[K, V]) summary() string {
	const most = 8
	var events []string
	for i, e := range v.History {
		if i == most {
			events = append(events, fmt.Sprintf("and %d more", len(v.History)-most))
			break
		}
		if e.Client < 0 {
			_, content, _ := strings.Cut(e.String(), ")")
			events = append(events, "it contains"+content)
			continue
		}
		events = append(events, fmt.Sprintf("%d-%d %v", e.Call, e.Return, e))
	}
	return "not linearizable: " + strings.Join(events, "; ")
}

// summarise returns what a layer found in one line.
func summarise(err error) string {
	if s := (interface{ summary() string })(nil); errors.As(err, &s) {
		return s.summary()
	}
	line, _, _ := strings.Cut(err.Error(), "\n")
	for _, prefix := range []string{"model: ", "linearizability: ", "stress: "} {
		line = strings.TrimPrefix(line, prefix)
	}
	return strings.TrimRight(line, ": ")
}
