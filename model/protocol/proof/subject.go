package proof

import (
	"fmt"

	"github.com/flatmap-go/flatmap/model/protocol"
)

// A Subject is a model, and what there is to show that its proof could fail.
type Subject struct {
	protocol.Source
	Model      *protocol.Model
	Hints      Hints
	Structures []Structure
	Controls   []Control
}

// Subjects returns all models.
func Subjects() ([]Subject, error) {
	known := map[string]Subject{
		"flatmap": {Structures: flatmapStructures(), Controls: flatmapControls},
		"finish":  {Structures: finishStructures(), Controls: finishControls},
		"helpers": {Structures: helpersStructures(), Controls: helpersControls},
		"waiting": {Structures: waitingStructures(), Controls: waitingControls},
		"len":     {Structures: lenStructures(), Controls: lenControls},
	}
	var list []Subject
	for _, source := range protocol.Sources() {
		s := known[source.Name]
		s.Source = source
		var err error
		if s.Model, err = source.Parse(); err != nil {
			return nil, err
		}
		if s.Hints, err = ParseHints(source.Hints); err != nil {
			return nil, fmt.Errorf("%s.hints: %w", source.Name, err)
		}
		list = append(list, s)
	}
	return list, nil
}
