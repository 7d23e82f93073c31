package linearizability_test

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// A seqlocked map has buckets, each under a seqlock. A reader validates a hit, and a miss
// only if careful is set. If last is set, a deletion moves the last entry of the bucket to
// the place of the one that is deleted. Otherwise a Store of a key that is there moves it.
type seqlocked struct {
	careful, last bool
	buckets       [64]seqBucket
}

type seqBucket struct {
	mu      sync.Mutex
	version atomic.Uint64
	slots   atomic.Pointer[[]seqSlot]
}

type seqSlot struct{ key, value atomic.Int64 } // a key is one more than in the map

func newSeqlocked(last, careful bool) model.Map[int, int] {
	m := &seqlocked{careful: careful, last: last}
	for i := range m.buckets {
		slots := make([]seqSlot, 4)
		m.buckets[i].slots.Store(&slots)
	}
	return model.Adapt(model.Methods[int, int]{Load: m.load, Store: m.store, Delete: m.delete, Range: m.all})
}

func (m *seqlocked) bucket(key int) *seqBucket {
	return &m.buckets[uint64(key)*0x9e3779b97f4a7c15>>58]
}

// find returns the slot with a key, or nil.
func (b *seqBucket) find(key int) *seqSlot {
	slots := *b.slots.Load()
	for i := range slots {
		if slots[i].key.Load() == int64(key)+1 {
			return &slots[i]
		}
	}
	return nil
}

func (m *seqlocked) load(key int) (value int, ok bool) {
	for b := m.bucket(key); ; {
		before := b.version.Load()
		if before%2 == 1 {
			continue
		}
		slot := b.find(key)
		if value = 0; slot != nil {
			value = int(slot.value.Load())
		}
		if slot == nil && !m.careful || b.version.Load() == before {
			return value, slot != nil
		}
	}
}

func (m *seqlocked) store(key, value int) {
	b := m.bucket(key)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.version.Add(1)
	defer b.version.Add(1)
	old := b.find(key)
	if old != nil && m.last {
		old.value.Store(int64(value))
		return
	}
	free := b.find(-1)
	if free == nil {
		slots := *b.slots.Load()
		next := make([]seqSlot, 2*len(slots))
		for i := range slots {
			next[i].key.Store(slots[i].key.Load())
			next[i].value.Store(slots[i].value.Load())
		}
		b.slots.Store(&next)
		free, old = b.find(-1), b.find(key)
	}
	free.value.Store(int64(value))
	free.key.Store(int64(key) + 1)
	if old != nil {
		old.key.Store(0)
	}
}

func (m *seqlocked) delete(key int) {
	b := m.bucket(key)
	b.mu.Lock()
	defer b.mu.Unlock()
	slot := b.find(key)
	if slot == nil {
		return
	}
	b.version.Add(1)
	defer b.version.Add(1)
	slots := *b.slots.Load()
	for i := len(slots) - 1; m.last && &slots[i] != slot; i-- {
		if k := slots[i].key.Load(); k != 0 {
			slot.value.Store(slots[i].value.Load())
			slot.key.Store(k)
			slot = &slots[i]
			break
		}
	}
	slot.key.Store(0)
}

func (m *seqlocked) all(f func(int, int) bool) {
	for i := range m.buckets {
		b := &m.buckets[i]
		b.mu.Lock()
		slots := *b.slots.Load()
		b.mu.Unlock()
		for i := range slots {
			if k := slots[i].key.Load(); k != 0 && !f(int(k-1), int(slots[i].value.Load())) {
				return
			}
		}
	}
}

// newShifting returns a probing map in which a deletion moves the entries after it towards
// where they belong.
func newShifting(careful bool) model.Map[int, int] {
	m := &probing{careful: careful}
	m.table.Store(newProbingTable(16))
	return model.Adapt(model.Methods[int, int]{Load: m.load, Store: m.store, Delete: m.shift, Range: m.all})
}

func (m *probing) shift(key int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.table.Load()
	i, ok := t.find(int64(key) + 1)
	if !ok {
		return
	}
	t.n--
	t.version.Add(1)
	defer t.version.Add(1)
	mask := len(t.slots) - 1
	for j := (i + 1) & mask; ; j = (j + 1) & mask {
		k := t.slots[j].key.Load()
		if k == 0 {
			break
		}
		if (j-t.home(k))&mask >= (j-i)&mask {
			t.slots[i].value.Store(t.slots[j].value.Load())
			t.slots[i].key.Store(k)
			i = j
		}
	}
	t.slots[i].key.Store(0)
}

// moving are maps in which a key moves, in four ways. If the argument is false, a lookup
// that does not find a key does not look whether it has moved.
var moving = map[string]func(careful bool) model.Map[int, int]{
	"deletions insert again":  newProbing,
	"deletions shift":         newShifting,
	"deletions move the last": func(careful bool) model.Map[int, int] { return newSeqlocked(true, careful) },
	"stores move":             func(careful bool) model.Map[int, int] { return newSeqlocked(false, careful) },
}

// The workload moves finds maps whose lookups miss a key that moves, and only those.
func TestMissOfMovingKey(t *testing.T) {
	only := linearizability.WithWorkloads("moves")
	for name, newMap := range moving {
		t.Run(name, func(t *testing.T) {
			err := rejected(t, func() model.Map[int, int] { return newMap(false) }, only)
			require.ErrorIs(t, err, linearizability.ErrOwned)
			require.ErrorContains(t, err, "this key stays")
			_, err = linearizability.Run(t.Context(), func() model.Map[int, int] { return newMap(true) }, only, linearizability.WithRounds(1))
			require.NoError(t, err)
		})
	}
}
