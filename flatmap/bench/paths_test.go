package main

import (
	"bytes"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/paths"
	"github.com/stretchr/testify/require"
)

// TestPathsCommand checks that -paths measures the map with and without a path.
// Iterations that copy every chain take more than twice as long. On a busy machine a
// round may not show it; but one of three does.
func TestPathsCommand(t *testing.T) {
	var out, log bytes.Buffer
	require.NoError(t, run([]string{"-paths", "^show-chains$", "-rounds", "3"}, &out, &log))
	require.Equal(t, "1/1 show-chains\n", log.String())
	require.Regexp(t, `(?m)^\| show-chains \| Map\.Range .* \| keys=words/op=range/n=1000 \| .+ µs \| .+ µs \| [\d.]+ \[[\d.]+, (1\.[5-9]|[2-9]|\d\d)`, out.String())
	require.Regexp(t, `(?m)^\|  \|  \| keys=large/op=range/n=1000 \| `, out.String())
	require.Regexp(t, `, 3 rounds\. Took \d+ s\.\n$`, out.String())
}

// TestPathLine checks what the table has of samples.
func TestPathLine(t *testing.T) {
	p := paths.Path{Name: "some", Off: "nothing"}
	c := Cell{Op: "hit"}
	for _, drift := range []float64{1, 2, 4} {
		c.Add(withPath, 10*drift)
		c.Add(withoutPath, 12*drift+1)
	}
	require.Equal(t, "| some | nothing | hit | 20.0 ns | 25.0 ns | 1.25 [1.23, 1.30] |", pathLine(p, &c))
	c.Samples[0].Impl, c.Samples[1].Impl = withoutPath, withPath
	require.Regexp(t, ` 0\.80 \[0\.77, 0\.82\] LOSS \|$`, pathLine(p, &c))
	require.Equal(t, "1.50 µs", duration(1500))
	require.Equal(t, "23.7 ms", duration(23.7e6))
}
