package stress

import (
	"fmt"
	"runtime"
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
)

// moveBursts is how many bursts runMoves takes: on a busy machine a pair of goroutines
// meets rarely.
const moveBursts = 8

// runMoves has goroutines look for a key that stays, without a pause, while others move
// it.
func (s *session[K, V]) runMoves() {
	end := s.deadline.Add((moveBursts - 1) * s.options.burst)
	over := func() bool { return s.Err() != nil || time.Now().After(end) }
	team := s.team()
	for i := range max(1, runtime.NumCPU()/2) {
		l := drive.Lookout[K, V]{
			Turn: s.Turn, NewMap: s.newMap, Key: s.key, Value: s.value,
			Rand: s.rand(i), Over: over, Wrong: missed[K, V],
		}
		team.add(func() {
			for !over() {
				l.Run(1)
			}
		})
	}
	team.wait()
}

// missed says what a lookup has returned.
func missed[K comparable, V any](s drive.Sighting[K, V]) error {
	what := fmt.Sprintf("Load(%#v) = %#v, %t", s.Key, s.Value, s.OK)
	switch {
	case s.Contains:
		what = fmt.Sprintf("Contains(%#v) = false", s.Key)
	case s.Torn != "":
		what = fmt.Sprintf("Load(%#v) returned %s", s.Key, s.Torn)
	}
	return fmt.Errorf("%s, want %#v or %#v, true: this key stays, while other keys are stored and deleted", what, s.A, s.B)
}
