package explore

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The goal: a table of a long execution leaves out its middle, of one that is not long
// nothing, and of a livelock what repeats.
func TestHidden(t *testing.T) {
	for _, test := range []struct {
		kind  FailureKind
		steps int
		want  []fold
	}{
		{Check, 400, nil},
		{Check, 401, []fold{{200, 201, toMain, ""}}},
		{Check, 1000, []fold{{200, 800, toMain, ""}}},
		{Livelock, 90, nil},
		{Livelock, 91, []fold{{30, 31, toMain, ""}}},
		{Livelock, 400, []fold{{30, 340, toMain, ""}}},
	} {
		f := &Failure{Kind: test.kind}
		for i := range test.steps {
			f.Steps = append(f.Steps, Step{Goroutine: i % 2})
		}
		require.Equal(t, test.want, f.hidden(), "%v of %d steps", test.kind, test.steps)
	}
}
