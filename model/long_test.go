//go:build long

package model_test

import (
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/model"
)

// The test function that is printed compiles, and fails like the original.
func TestPrintedProgramRuns(t *testing.T) {
	fired := 0
	f := rejected(t, &fired, func() model.Map[float64, []int] {
		return bitwiseZero{broken[float64, []int]{model.NewMutex[float64, []int](), &fired}}
	})
	printed := f.Error()
	code := `package pasted

import (
	"math"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

var _ = flatmap.Keep

type bitwiseZero struct{ *model.Mutex[float64, []int] }

func (m bitwiseZero) Load(key float64) ([]int, bool) {
	if key == 0 && math.Signbit(key) {
		return nil, false
	}
	return m.Mutex.Load(key)
}

func newMap() model.Map[float64, []int] { return bitwiseZero{model.NewMutex[float64, []int]()} }

` + printed[strings.Index(printed, "func Test"):]
	dir := t.TempDir()
	here, err := os.Getwd()
	require.NoError(t, err)
	pasted, overlay := filepath.Join(dir, "pasted_test.go"), filepath.Join(dir, "overlay.json")
	require.NoError(t, os.WriteFile(pasted, []byte(code), 0o600))
	replace, err := json.Marshal(map[string]any{"Replace": map[string]string{
		filepath.Join(here, "pasted", "pasted_test.go"): pasted,
	}})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(overlay, replace, 0o600))
	binary := filepath.Join(dir, "pasted.test")
	out, err := exec.Command("go", "test", "-c", "-vet=off", "-o", binary, "-overlay", overlay, "./pasted").CombinedOutput()
	require.NoError(t, err, "%s\n%s", out, code)
	out, err = exec.Command(binary).CombinedOutput()
	var exit *exec.ExitError
	require.True(t, errors.As(err, &exit), "it passes:\n%s", out)
	require.Contains(t, string(out), "--- FAIL: TestCounterexample", "%s\n%s", out, code)
	require.Contains(t, string(out), f.Reason.Error())
}
