package controls_test

import (
	"cmp"
	"flag"
	"fmt"
	"hash/maphash"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
)

var table = flag.String("table", "", "a file to write, as Markdown, which layer rejects which control and how fast")

// Every control is rejected by the first of the layers that it names (with the build
// tag long by all of them), by one of them within the limit, and because of its fault.
func TestControls(t *testing.T) {
	effort.Unshrunk(t)
	rows := make(map[controls.Fault][]string)
	for _, fault := range controls.Faults() {
		t.Run(strings.ReplaceAll(fault.String(), " ", "-"), func(t *testing.T) {
			require.NotEmpty(t, fault.Layers())
			type result struct {
				layer controls.Layer
				took  time.Duration
			}
			var results []result
			layers := fault.Layers()
			for _, layer := range effort.Of(layers[:1], layers) {
				took, fired, err := run(layer, fault)
				require.Error(t, err, "%s has accepted it; the fault has taken effect %d times", layer, fired)
				require.NotZero(t, fired, "%v", err)
				if fault == controls.TornString { // and not by the crash of the layer
					require.ErrorContains(t, err, "a torn string (length ")
				}
				results = append(results, result{layer, took})
				t.Attr(string(layer), fmt.Sprintf("%.3f %d", took.Seconds(), fired)) // for go run ./ci
				t.Logf("%s, %v, fired %d times:\n%s", layer, took, fired, firstLines(err))
			}
			slices.SortFunc(results, func(a, b result) int { return cmp.Compare(a.took, b.took) })
			require.Less(t, results[0].took, limit, "%s is the fastest layer", results[0].layer)
			for _, r := range results {
				rows[fault] = append(rows[fault], fmt.Sprintf("%s %s", r.layer, seconds(r.took)))
			}
		})
	}
	if *table == "" {
		return
	}
	var b strings.Builder
	b.WriteString("| control | what is wrong | rejected by, in seconds |\n|---|---|---|\n")
	for _, fault := range controls.Faults() {
		fmt.Fprintf(&b, "| %v | %s | %s |\n", fault, fault.Breaks(), strings.Join(rows[fault], ", "))
	}
	require.NoError(t, os.WriteFile(*table, []byte(b.String()), 0o666))
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f", d.Seconds()) }

// firstLines returns the beginning of an error, which may have stacks in it.
func firstLines(err error) string {
	lines := strings.SplitN(err.Error(), "\n", 12)
	return strings.Join(lines[:min(len(lines), 11)], "\n")
}

// Maps that are right pass every layer: the controls' own base, with good hash
// functions and bad ones, and those that everything is compared with. (By default the
// base alone: the layers' own tests run them on the others, too.)
func TestSoundPass(t *testing.T) {
	none := controls.Break[int, pair](controls.None)
	budget := effort.Of(10*time.Millisecond, 100*time.Millisecond)
	for name, m := range map[string]maker[int, pair]{
		"none": {newMap: none.New, hashed: none.Hashed, parked: true},
		"none, constant hash": {parked: true, newMap: func() model.Map[int, pair] {
			return none.Hashed(func(maphash.Seed, int) uint64 { return 1 })
		}},
		"Mutex":   {newMap: func() model.Map[int, pair] { return model.NewMutex[int, pair]() }, parked: true},
		"SyncMap": {newMap: func() model.Map[int, pair] { return model.NewSyncMap[int, pair]() }},
	} {
		if name != "none" && effort.Of(true, false) {
			continue
		}
		for layer, check := range layers {
			t.Run(name+"/"+string(layer), func(t *testing.T) {
				require.NoError(t, check(m, budget))
			})
		}
	}
	require.Zero(t, none.Fired())
}

// Names and sentences are all there.
func TestFaults(t *testing.T) {
	faults := controls.Faults()
	require.GreaterOrEqual(t, len(faults), 15)
	names := make(map[string]bool)
	for _, f := range faults {
		require.False(t, names[f.String()], "%v", f)
		names[f.String()] = true
		require.NotEmpty(t, f.Breaks(), "%v", f)
	}
	require.Equal(t, "none", controls.None.String())
}
