package stress_test

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// A twoHalves map moves an entry that is stored again from one half to the other one, where
// it is stored before it is deleted here. A lookup that finds it in neither does not look
// again.
type twoHalves struct {
	mu     sync.Mutex
	halves [2]*model.Mutex[int, value]
}

func (m *twoHalves) load(key int) (v value, ok bool) {
	for _, half := range m.halves {
		if v, ok = half.Load(key); ok {
			break
		}
	}
	return v, ok
}

func (m *twoHalves) store(key int, v value) {
	m.mu.Lock()
	defer m.mu.Unlock()
	to, from := m.halves[0], m.halves[1]
	if to.Contains(key) {
		to, from = from, to
	}
	to.Store(key, v)
	from.Delete(key)
}

func (m *twoHalves) delete(key int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.halves[0].Delete(key)
	m.halves[1].Delete(key)
}

func (m *twoHalves) all(f func(int, value) bool) {
	m.halves[0].Range(f)
	m.halves[1].Range(f)
}

// The workload moves finds a map whose lookups miss a key that moves.
func TestMissOfMovingKeyRejected(t *testing.T) {
	newMap := func() model.Map[int, value] {
		m := &twoHalves{halves: [2]*model.Mutex[int, value]{model.NewMutex[int, value](), model.NewMutex[int, value]()}}
		return model.Adapt(model.Methods[int, value]{Load: m.load, Store: m.store, Delete: m.delete, Range: m.all})
	}
	var err error
	runs := 0
	for ; err == nil && runs < 50; runs++ {
		_, err = stress.Run(t.Context(), newMap, stress.WithWorkloads("moves"))
	}
	require.ErrorContains(t, err, "this key stays, while other keys are stored and deleted")
	t.Logf("in run %d: %v", runs, err)
}
