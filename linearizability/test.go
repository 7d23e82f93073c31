package linearizability

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/flatmap-go/flatmap/model"
)

// Test runs the workloads on maps that newMap returns, which must be a new, empty
// map each time, and checks their histories. If no correct map can have one of
// them, Test fails t with a minimal history, and writes porcupine's picture of it
// to the directory t.ArtifactDir, which go test keeps with the flag -artifacts.
//
// Test sets GOMAXPROCS while it runs, so other tests should not run in parallel
// with it.
func Test[K, V comparable](t testing.TB, newMap func() model.Map[K, V], opts ...Option) {
	t.Helper()
	report, err := Run(context.Background(), newMap, opts...)
	if err == nil {
		t.Logf("%v", report)
		return
	}
	var v Visualizer
	if errors.As(err, &v) {
		path := filepath.Join(t.ArtifactDir(), "history.html")
		if werr := writeHTML(path, v); werr != nil {
			t.Errorf("linearizability: no picture: %v", werr)
		} else {
			t.Logf("linearizability: picture in %s (kept with go test -artifacts)", path)
		}
	}
	t.Fatal(err)
}

func writeHTML(path string, v Visualizer) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(v.WriteHTML(f), f.Close())
}
