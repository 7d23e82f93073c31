package refine

import (
	"strings"
	"sync"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// The models of the counters are small, and few accesses are steps of theirs: they are
// interpreted.

// A small is a structure for such a model, and its state in the beginning.
type small struct {
	*protocol.World
	model string
	first protocol.Snapshot
}

// smallModels returns the models of the counters.
var smallModels = sync.OnceValue(func() map[string]*protocol.Model {
	models := map[string]*protocol.Model{}
	for _, s := range protocol.Sources() {
		if s.Name != lenModel && s.Name != finishModel {
			continue
		}
		m, err := s.Parse()
		if err != nil {
			panic(err)
		}
		models[s.Name] = m
	}
	return models
})

const (
	lenModel    = "len"
	finishModel = "finish"
)

// smallActions returns the names of the actions of these models.
func smallActions() (names []string) {
	for _, model := range []string{lenModel, finishModel} {
		for _, a := range smallModels()[model].Actions {
			names = append(names, model+"/"+a.Name)
		}
	}
	return names
}

func newSmall(model string, size map[string]int) *small {
	return &small{World: protocol.NewWorld(smallModels()[model], size), model: model}
}

// step takes a step of a small model.
func (r *run) step(w *small, action string, args ...int) {
	w.Args(action, args...)
	if why := w.Refuses(action); why != "" {
		rule, _, _ := strings.Cut(why, ":")
		r.fail("is not a step that the model allows, since %s of %s.model requires %s: rule %s", w.Call(action), w.model, why, rule)
	}
	if err := w.Do(action); err != nil {
		r.fail("is not a step that the model allows: %s of %s.model: %w: rule %s", w.Call(action), w.model, err, action)
	}
	name := w.model + "/" + action
	r.f.takenSmall[name]++
	r.note(name)
	if r.f.Invariants {
		if err := w.Check(); err != nil {
			r.fail("after %s of %s.model: %w", w.Call(action), w.model, err)
		}
	}
}
