package linearizability

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// Workloads that overlap leave GOMAXPROCS as it was before the first.
func TestManyThreads(t *testing.T) {
	before := runtime.GOMAXPROCS(0)
	first := manyThreads()
	second := manyThreads()
	require.Equal(t, 4*runtime.NumCPU(), runtime.GOMAXPROCS(0))
	first()
	require.Equal(t, 4*runtime.NumCPU(), runtime.GOMAXPROCS(0))
	second()
	require.Equal(t, before, runtime.GOMAXPROCS(0))
}
