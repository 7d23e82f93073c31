package model

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

type stuck struct {
	*Mutex[int, int]
	stick func()
}

func (m stuck) Load(int) (int, bool) {
	m.stick()
	return 0, false
}

// A hang that uses a processor differs from one that waits.
func TestWaits(t *testing.T) {
	var over atomic.Bool
	release := make(chan struct{})
	defer func() { over.Store(true); close(release) }()
	hang := func(stick func()) *Failure[int, int] {
		newMap := func() Map[int, int] { return stuck{NewMutex[int, int](), stick} }
		f := run(newMap, Program[int, int]{{Kind: Load}}, 50*time.Millisecond, nil)
		require.ErrorIs(t, f, ErrHung)
		return f
	}
	require.True(t, hang(func() { <-release }).waits())
	require.False(t, hang(func() {
		for !over.Load() {
		}
	}).waits())
}
