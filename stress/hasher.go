package stress

import (
	"fmt"
	"hash/maphash"
	"sync/atomic"
	"testing"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/model"
)

// A Hasher is a user's hash function.
type Hasher[K comparable] = func(seed maphash.Seed, key K) uint64

// TestHasher verifies that maps call the hash function that newMap is given in
// every operation that looks up a key, and are correct with good, poor and constant
// hashes. Of the options only [WithKeys] and [WithValues] matter.
func TestHasher[K comparable, V any](t testing.TB, newMap func(Hasher[K]) model.Map[K, V], opts ...Option) {
	t.Helper()
	if err := CheckHasher(newMap, opts...); err != nil {
		t.Fatal(err)
	}
}

// CheckHasher does what [TestHasher] does, outside of tests.
func CheckHasher[K comparable, V any](newMap func(Hasher[K]) model.Map[K, V], opts ...Option) error {
	o := newOptions(opts)
	var calls atomic.Int64
	hashes := map[string]func(uint64) uint64{
		"good":     func(h uint64) uint64 { return h },
		"4-bit":    func(h uint64) uint64 { return h % 16 },
		"constant": func(uint64) uint64 { return 0 },
	}
	for name, reduce := range hashes {
		hash := func(seed maphash.Seed, key K) uint64 {
			calls.Add(1)
			return reduce(maphash.Comparable(seed, key))
		}
		s, err := newSession(func() model.Map[K, V] { return newMap(hash) }, &o)
		if err != nil {
			return err
		}
		s.core = &core{Turn: new(drive.Turn)}
		s.checkHasher(&calls)
		if err := s.Err(); err != nil {
			return fmt.Errorf("stress: with a %s hash function: %w", name, err)
		}
	}
	return nil
}

// checkHasher fills a map, looks everything up in every way, and counts how
// often the hash function is called.
func (s *session[K, V]) checkHasher(calls *atomic.Int64) {
	const n = 200
	m := s.newMap()
	want := make(map[int]V)
	for i := range n {
		want[i] = s.value(i, 1)
		m.Store(s.key(i), want[i])
	}
	s.audit(m, want)
	for _, kind := range model.Kinds() {
		if !kind.SingleKey() || !s.supports(kind) {
			continue
		}
		before := calls.Load()
		r := model.Apply(m, model.Op[K, V]{Kind: kind, Key: s.key(0), Value: s.value(0, 2)})
		if calls.Load() == before && r.Exit == model.Finish {
			s.failf("%v does not call it", kind)
		}
	}
	m.Clear()
	s.audit(m, nil)
}
