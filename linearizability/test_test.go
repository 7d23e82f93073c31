package linearizability_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

func TestMutex(t *testing.T) {
	r, err := linearizability.Run(context.Background(), func() model.Map[int, int] { return model.NewMutex[int, int]() })
	t.Logf("%+v", r)
	require.NoError(t, err)
}
func TestSync(t *testing.T) {
	r, err := linearizability.Run(context.Background(), func() model.Map[int, int] { return model.NewSyncMap[int, int]() })
	t.Logf("%+v", r)
	require.NoError(t, err)
}
