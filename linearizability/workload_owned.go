package linearizability

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/internal/torn"
	"github.com/flatmap-go/flatmap/model"
)

// An owner compares keys that only it writes with a private map. It records no
// history, so that the map runs at full speed.
type owner[K, V comparable] struct {
	m       model.Map[K, V]
	kinds   []model.Kind // that the map supports, of those that step does
	stage   *stage[K, V]
	rng     *rand.Rand
	first   int // number of its first key
	keys    int
	stride  int // between the values of different owners
	offset  int
	wrote   int
	private map[K]V
	done    int // operations
}

func (o *owner[K, V]) fresh() V {
	o.wrote++
	return o.stage.value(o.wrote*o.stride + o.offset)
}

// step does one operation and compares.
func (o *owner[K, V]) step() error {
	key := o.stage.key(o.first + o.rng.IntN(o.keys))
	want, wantOK := o.private[key]
	var got V
	var ok bool
	o.done++
	kind := o.kinds[o.rng.IntN(len(o.kinds))]
	switch kind {
	case model.Swap:
		value := o.fresh()
		got, ok = o.m.Swap(key, value)
		o.private[key] = value
	case model.LoadAndDelete:
		got, ok = o.m.LoadAndDelete(key)
		delete(o.private, key)
	case model.LoadOrStore:
		value := o.fresh()
		got, ok = o.m.LoadOrStore(key, value)
		if !wantOK {
			o.private[key], want = value, value
		}
	case model.Store:
		value := o.fresh()
		o.m.Store(key, value)
		o.private[key] = value
		return nil
	case model.Delete:
		o.m.Delete(key)
		delete(o.private, key)
		return nil
	case model.CompareAndSwap:
		value := o.fresh()
		got, ok = want, o.m.CompareAndSwap(key, want, value)
		if wantOK {
			o.private[key] = value
		}
	default:
		got, ok = o.m.Load(key)
	}
	if what := torn.Of(&got); what != "" {
		return fmt.Errorf("%w: %v(%s) returned %s, want %s, %t", ErrOwned, kind, shown(key), what, shown(want), wantOK)
	}
	if ok != wantOK || got != want {
		return fmt.Errorf("%w: %v(%s) = %s, %t, want %s, %t", ErrOwned, kind, shown(key), shown(got), ok, shown(want), wantOK)
	}
	return nil
}

// audit compares every key.
func (o *owner[K, V]) audit() error {
	for i := range o.keys {
		key := o.stage.key(o.first + i)
		want, wantOK := o.private[key]
		got, ok := o.m.Load(key)
		if what := torn.Of(&got); what != "" {
			return fmt.Errorf("%w: at the end, Load(%s) returned %s, want %s, %t", ErrOwned, shown(key), what, shown(want), wantOK)
		}
		if ok != wantOK || got != want {
			return fmt.Errorf("%w: at the end, Load(%s) = %s, %t, want %s, %t", ErrOwned, shown(key), shown(got), ok, shown(want), wantOK)
		}
	}
	return nil
}

// own runs owners on m, each in its goroutine. Until they are done, another
// goroutine calls churn.
func (s *stage[K, V]) own(m model.Map[K, V], owners, keys, steps int, churn func(rng *rand.Rand) int) error {
	seeds := make([]*rand.Rand, owners+1)
	for i := range seeds {
		seeds[i] = rand.New(rand.NewPCG(s.rng.Uint64(), uint64(i)))
	}
	kinds := slices.DeleteFunc([]model.Kind{
		model.Swap, model.LoadAndDelete, model.LoadOrStore, model.Store, model.Delete, model.CompareAndSwap, model.Load, model.Load,
	}, func(kind model.Kind) bool { return !model.Supports(m, kind) })
	errs := make([]error, owners)
	var left atomic.Int32
	left.Store(int32(owners))
	err := s.together(owners+1, func(i int) {
		if i == owners {
			for left.Load() > 0 {
				s.Operations.Add(int64(churn(seeds[i])))
			}
			return
		}
		defer left.Add(-1)
		o := &owner[K, V]{m: m, kinds: kinds, stage: s, rng: seeds[i], first: i * keys, keys: keys,
			stride: owners + 1, offset: i, private: make(map[K]V)}
		for range steps {
			if errs[i] = o.step(); errs[i] != nil {
				return
			}
		}
		errs[i] = o.audit()
		s.Operations.Add(int64(o.done))
	})
	s.Histories.Add(1)
	for _, e := range append(errs, err) {
		if e != nil {
			return e
		}
	}
	return nil
}

// owned: several owners, while the table grows and shrinks.
func owned[K, V comparable](s *stage[K, V]) error {
	m := drive.NewMap(&s.Failure, s.newMap)
	return s.own(m, 3, 16, 3000, func(rng *rand.Rand) int {
		size := 1 << (3 + rng.IntN(7))
		for i := range size {
			m.Store(s.key(fillers+i), s.value(1))
		}
		for i := range size {
			m.Delete(s.key(fillers + i))
		}
		return 2 * size
	})
}

// lone: one owned key, in a map that has no other keys again and again.
func lone[K, V comparable](s *stage[K, V]) error {
	m := drive.NewMap(&s.Failure, s.newMap)
	return s.own(m, 1, 1, 4000, func(rng *rand.Rand) int {
		size := 1 + rng.IntN(24)
		for i := range size {
			m.Store(s.key(fillers+i), s.value(1))
		}
		for i := range size {
			m.Delete(s.key(fillers + i))
		}
		return 2 * size
	})
}
