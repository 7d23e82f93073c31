//go:build long

package refine

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// mutations are checks of the follower that a test must miss when they are gone: a text in
// a file, and what it is replaced by.
var mutations = []struct{ name, file, old, new string }{
	{"the model's refusals do not count", "follow.go", "if refused != 0 {", "if false {"},
	{"versions are not compared", "follow.go", "e.op == opLoad && v != int(e.after)", "false"},
	{"words are not compared", "compare.go", "if r.number(e.after) != has {", "if r.number(e.after) != has && false {"},
	{"tags are not compared", "compare.go", "if tag != want {", "if false {"},
	{"locks are not compared", "compare.go", "if m.locked[c] != (meta&flagLocked != 0) {", "if false {"},
	{"results are not compared", "follow.go", "b != Unknown && b != g.before", "false"},
	{"a table that is not replaced is not noticed", "follow.go", "cur != f.layout.Current-f.base", "false"},
	{"slots with which locks are lent are not compared", "compare.go", "s != int(m.lat[c])", "false"},
	{"flags of held keys are not compared", "compare.go", "if m.fh[c] != (meta&flagHeld != 0) {", "if false {"},
	{"any goroutine may use the registry", "lend.go", "if r.registrar != g {", "if false {"},
	{"metas that are stored are not compared", "write.go", "if r.storeMeta(e) {", "if r.storeMeta(e) && false {"},
	{"words that are written are not compared", "write.go", "if has != to {", "if has != to && false {"},
	{"any goroutine may write a locked chain", "write.go", "r.role[c] == noRole || r.holder[c] != g {", "r.role[c] == noRole {"},
	{"metas of copies need not be stored", "lock.go", "		r.copiesPublished(e)\n", ""},
	{"values of copies are not compared", "lock.go", "if m.vword[s*m.nVidx+j] != x {", "if m.vword[s*m.nVidx+j] != x && false {"},
	{"a read may end anywhere", "read.go", "	default:\n		r.fail(\"is the last access", "	case -1:\n		r.fail(\"is the last access"},
	{"an entry may be shown twice", "iterate.go", "case seen[x.Key]:", "case false:"},
	{"an entry may be left out", "iterate.go", "out && !seen[k]", "out && false"},
	{"values that are shown are not compared", "iterate.go", "case value != x.Value:", "case false:"},
	{"what Len reports is not compared", "count.go", "n != sum", "false"},
	{"counts are not compared", "count.go", `n := w.Get("count", e.slot); n != int(e.after)`, `n := w.Get("count", e.slot); n != n`},
	{"counts of chains are not compared", "count.go", `n := w.Get("counter"); n != int(e.after)`, `n := w.Get("counter"); n != n`},
	{"chains that have moved need not be counted", "count.go", "has > 0", "false"},
	{"small models refuse nothing", "small.go", `why != ""`, "false"},
	{"the slots that a reader must look at are those that it does look at", "read.go", "m.full[s] && m.gr[s] == m.rkey[x]", "false"},
}

// TestMutations removes one check of the follower after the other, and expects its tests
// to fail.
func TestMutations(t *testing.T) {
	for _, m := range mutations {
		t.Run(strings.ReplaceAll(m.name, " ", "-"), func(t *testing.T) {
			path, err := filepath.Abs(m.file)
			require.NoError(t, err)
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.Equal(t, 1, strings.Count(string(text), m.old), "%s has %q", m.file, m.old)
			dir := t.TempDir()
			mutant, overlay := filepath.Join(dir, "mutant.go"), filepath.Join(dir, "overlay.json")
			require.NoError(t, os.WriteFile(mutant, []byte(strings.Replace(string(text), m.old, m.new, 1)), 0o600))
			list, err := json.Marshal(map[string]map[string]string{"Replace": {path: mutant}})
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(overlay, list, 0o600))
			binary := filepath.Join(dir, "refine.test")
			out, err := exec.CommandContext(t.Context(), "go", "test", "-vet=off", "-tags", "explore", "-overlay", overlay, "-c", "-o", binary, ".").CombinedOutput()
			require.NoError(t, err, "the mutant does not build: %s", out)
			out, err = exec.CommandContext(t.Context(), binary, "-test.run", "TestFollows|TestTampered", "-test.timeout", "1m").CombinedOutput()
			require.Error(t, err, "the tests pass")
			require.Regexp(t, `--- FAIL|panic: test timed out`, string(out), "%v", err)
		})
	}
}
