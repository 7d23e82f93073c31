package stress_test

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/stress"
)

// A lateCount map counts an entry after it has unlocked, as skip lists do.
type lateCount struct {
	*model.Mutex[int, value]
	n atomic.Int64
}

func (m *lateCount) Store(key int, v value) {
	if _, loaded := m.Mutex.Swap(key, v); !loaded {
		m.n.Add(1)
	}
}

func (m *lateCount) Delete(key int) {
	if _, loaded := m.Mutex.LoadAndDelete(key); loaded {
		m.n.Add(-1)
	}
}

// The workload counts finds an entry that is counted after it can be deleted.
func TestLateCountRejected(t *testing.T) {
	newMap := func() model.Map[int, value] {
		m := &lateCount{Mutex: model.NewMutex[int, value]()}
		return model.Adapt(model.Methods[int, value]{Load: m.Load, Store: m.Store, Delete: m.Delete, Range: m.Range,
			Len: func() int { return int(m.n.Load()) }})
	}
	var err error
	runs := 0
	for ; err == nil && runs < 50; runs++ {
		_, err = stress.Run(t.Context(), newMap, stress.WithWorkloads("counts"))
	}
	require.ErrorContains(t, err, "Len is -")
	t.Logf("in run %d: %v", runs, err)
}
