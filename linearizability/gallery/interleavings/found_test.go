//go:build long

package interleavings

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "write ../INTERLEAVINGS.md")

// A bug is one that a test in bugs_test.go shows.
type bug struct {
	test, about, module string
	link, text          string // where it is documented; and what it is, in our words
	shows               string // what the failure must say
}

var bugs = []bug{
	{"TestXsync250LosesUpdateInResize", "xsync.MapOf", "github.com/puzpuzpuz/xsync/v2@v2.5.0",
		"https://github.com/puzpuzpuz/xsync/issues/109", "a Store that meets a resize is made in the old table, and lost",
		"expected: 100"},
	{"TestXsync450CountsLessThanNothing", "xsync.Map", "github.com/puzpuzpuz/xsync/v4@v4.5.0",
		"https://github.com/maypok86/otter/issues/139", "Size is negative",
		`"-1" is not greater than or equal to "0"`},
	{"TestXsync450DropsClearInResize", "xsync.Map", "github.com/puzpuzpuz/xsync/v4@v4.5.0",
		"https://github.com/flatmap-go/flatmap/blob/main/linearizability/gallery/LEDGER.md", "a Clear during a resize does nothing",
		"an entry has survived Clear"},
	{"TestHaxmap141GetOrSetHasTwoWinners", "haxmap.Map", "github.com/alphadose/haxmap@v1.4.1",
		"https://github.com/alphadose/haxmap/issues/32", "two concurrent GetOrSets of one key both store",
		"both have stored"},
	{"TestHashmap108LosesSetToDel", "hashmap.Map", "github.com/cornelk/hashmap@v1.0.8",
		"https://github.com/flatmap-go/flatmap/blob/main/linearizability/gallery/LEDGER.md", "a Set next to a key that is being deleted is lost",
		"Should be true"},
	{"TestHashmap108GetOrInsertNeverReturns", "hashmap.Map", "github.com/cornelk/hashmap@v1.0.8",
		"https://github.com/cornelk/hashmap/issues/67", "GetOrInsert loops permanently if a concurrent Set has linked its key behind one that is deleted",
		"deadlock: goroutine 0 spins"},
	{"TestSkipmap0101LosesStoreToLoadAndDelete", "skipmap.OrderedMap", "github.com/zhangyunhao116/skipmap@v0.10.1",
		"https://github.com/bytedance/gg/issues/37", "a Store writes to a node that LoadAndDelete has taken, and is lost",
		"LoadAndDelete returns 1, and then there is an entry: false"},
}

// examples are those in examples_test.go.
var examples = []bug{
	{test: "TestStackHasABA", about: "Treiber's stack", text: "ABA: a node leaves the stack and comes back while another Pop looks at it", shows: "a node that was popped is in the stack"},
	{test: "TestQueueLosesPush", about: "queue for several producers", text: "two producers append to one node", shows: "a value is lost"},
	{test: "TestRingPublishesBeforeItWrites", about: "bounded ring", text: "a slot is published before it is written", shows: "data race"},
	{test: "TestSeqlockDoesNotRecheckMisses", about: "seqlock", text: "a miss is not rechecked", shows: "the entry is there all the time"},
	{test: "TestForgottenPlainCounter", about: "counters", text: "a forgotten plain counter", shows: "data race"},
}

var arguments = []string{"tool", "explore", "test", "-json", "-tags=bugs",
	"-set", "pinned.test/xsync-v2.5.0.minMapTableLen=1", "-set", "github.com/puzpuzpuz/xsync/v4.defaultMinMapTableLen=1", "."}

// mostExecutions is how many executions may be needed to find a bug. They take less than
// a second on an idle core.
const mostExecutions = 1000

func TestBugsAreFound(t *testing.T) {
	c := exec.Command("go", arguments...)
	var errs bytes.Buffer
	c.Stderr = &errs
	out, err := c.Output()
	var exit *exec.ExitError
	require.True(t, errors.As(err, &exit), "%v", err)
	require.Equal(t, 1, exit.ExitCode(), "%s%s", out, errs.Bytes())
	outputs := map[string]string{}
	for line := range bytes.Lines(out) {
		var event struct{ Test, Output string }
		require.NoError(t, json.Unmarshal(line, &event), "%s", line)
		outputs[event.Test] += event.Output
	}
	rows := &strings.Builder{}
	exampleRows := &strings.Builder{}
	tables := &strings.Builder{}
	for _, b := range slices.Concat(bugs, examples) {
		t.Run(b.test, func(t *testing.T) {
			found := regexp.MustCompile(b.test + `: failed after (\d+) executions(?: and (\d+) redundant)? in `).FindStringSubmatch(errs.String())
			require.NotNil(t, found, "%s", errs.Bytes())
			executions := 0
			for _, n := range found[1:3] {
				if n != "" {
					count, err := strconv.Atoi(n)
					require.NoError(t, err)
					executions += count
				}
			}
			assert.LessOrEqual(t, executions, mostExecutions)
			text := outputs[b.test]
			assert.Contains(t, text, b.shows)
			table := regexp.MustCompile(`(?s) +(\d+) steps, (\d+) preemptions[^\n]*\n(.*)\n *replay: `).FindStringSubmatch(text)
			require.NotNil(t, table, text)
			if found[2] == "" {
				found[2] = "0"
			}
			figures := fmt.Sprintf("%s + %s | %s | %s |\n", found[1], found[2], table[1], table[2])
			if b.module != "" {
				fmt.Fprintf(rows, "| %s | `%s` | [%s](%s) | %s", b.about, b.module, b.text, b.link, figures)
			} else {
				fmt.Fprintf(exampleRows, "| %s | %s | %s", b.about, b.text, figures)
			}
			fmt.Fprintf(tables, "\n## %s: %s\n\n```\n%s\n```\n", b.about, b.text, undent(table[3]))
		})
	}
	if !*update || t.Failed() {
		return
	}
	page := "# Interleavings\n\nDocumented bugs that the explorer finds in published modules as they are, by the tests in\n" +
		"[interleavings/bugs_test.go](interleavings/bugs_test.go). Written by\n\n```sh\n" +
		"go test -C linearizability/gallery -tags long -run BugsAreFound ./interleavings -update\n```\n\n" +
		"The modules of xsync are compiled with tables of one bucket (-set). Executions are complete and redundant ones.\n\n" +
		"| map | version | bug | executions | steps | preemptions |\n|---|---|---|---|---|---|\n" +
		rows.String() + "\nWorked examples, in [interleavings/examples_test.go](interleavings/examples_test.go):\n\n" +
		"| structure | mistake | executions | steps | preemptions |\n|---|---|---|---|---|\n" +
		exampleRows.String() + tables.String()
	require.NoError(t, os.WriteFile("../INTERLEAVINGS.md", []byte(page), 0o666))
}

// longest is how many lines of a table the page has.
const longest = 120

// undent takes away the margin of a table, and the middle of a long one.
func undent(table string) string {
	lines := strings.Split(table, "\n")
	for i := range lines {
		lines[i] = strings.TrimPrefix(lines[i], "        ")
	}
	if len(lines) > longest {
		lines = append(append(lines[:longest/2:longest/2], "..."), lines[len(lines)-longest/2:]...)
	}
	return strings.Join(lines, "\n")
}
