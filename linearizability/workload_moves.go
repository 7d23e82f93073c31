package linearizability

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
)

// moves: pairs of goroutines, of which one moves a key that stays, by what it does with
// other keys and by rewriting that key, and the other one looks for it without a pause and
// records no history. That finds maps in which a lookup misses a key that moves.
func moves[K, V comparable](s *stage[K, V]) error {
	// On machines that are busy the time is over first.
	const maps, limit = 150, 200 * time.Millisecond
	defer manyThreads()()
	start := time.Now()
	pairs := max(1, min(4, runtime.NumCPU()/2))
	lookouts := make([]drive.Lookout[K, V], pairs)
	for i := range lookouts {
		lookouts[i] = drive.Lookout[K, V]{
			Turn: s.Turn, NewMap: s.newMap, Key: s.key,
			Value: func(key, i int) V { return s.value(2*key + i + 1) },
			Rand:  rand.New(rand.NewPCG(s.rng.Uint64(), uint64(i))),
			Over:  func() bool { return s.Err() != nil || time.Since(start) > limit },
			Wrong: missed[K, V],
		}
	}
	err := s.together(pairs, func(i int) { lookouts[i].Run(maps) })
	s.Histories.Add(1)
	return err
}

// missed says what a lookup has returned.
func missed[K, V comparable](s drive.Sighting[K, V]) error {
	what := fmt.Sprintf("Load(%s) = %s, %t", shown(s.Key), shown(s.Value), s.OK)
	switch {
	case s.Contains:
		what = fmt.Sprintf("Contains(%s) = false", shown(s.Key))
	case s.Torn != "":
		what = fmt.Sprintf("Load(%s) returned %s", shown(s.Key), s.Torn)
	}
	return fmt.Errorf("%w: %s, want %s or %s, true: this key stays, while other keys are stored and deleted",
		ErrOwned, what, shown(s.A), shown(s.B))
}
