package report

import (
	"bytes"
	"encoding/json"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/stretchr/testify/require"
)

// hostile returns a report in which every text is a piece of HTML that would
// run.
func hostile(t *testing.T) *Report {
	const evil = `<script>alert("x")</script>|'` + "\n&amp;"
	r := sample(shard(0, 1), 2)
	r.Revision, r.Commands[0], r.Machines[0].CPU = evil, evil, evil
	l := &r.Layers[0]
	l.What, l.Command, l.Reason, l.Verdict = evil, evil, evil, Violated
	l.Counts[1].What = evil
	l.Tables[0].Title, l.Tables[0].Columns[0].Name = evil, evil
	l.Tables[0].Rows[0][0] = evil
	l.Violation = &Violation{Title: evil, Text: evil, Picture: `<p onclick="alert('x')">`, Repeat: evil, Trace: &Trace{
		Why: evil, Goroutines: []string{evil, "Load(k1)"}, Replay: evil,
		Steps: []wire.Step{{Number: 1, Call: evil, Text: evil, Site: evil}, {Number: 2, Goroutine: 1, Call: "Load(k1)", Text: "meta.Load() = 3", Site: "table.go:7"}},
	}}
	require.NoError(t, r.check())
	return r
}

// TestEscaping checks that nothing in a report becomes markup, in the page or
// in the document.
func TestEscaping(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, hostile(t).WriteHTML(&b))
	text := b.String()
	require.NotContains(t, text, "<script")
	require.NotContains(t, text, `onclick="alert`)
	require.Greater(t, strings.Count(text, "&lt;script&gt;"), 10)
	require.Contains(t, text, `<iframe sandbox="allow-scripts" srcdoc="&lt;p onclick=`)
	// Nothing comes from elsewhere.
	require.NotRegexp(t, regexp.MustCompile(`(?i)(src|href)="[^#]|url\(|@import|https?:`), text)
	require.NotContains(t, text, "ZgotmplZ")

	b.Reset()
	r := hostile(t)
	r.Layers[0].Violation = nil // whose text is shown as it is
	r.Layers[0].What, r.Layers[0].Command, r.Commands[0], r.Layers[0].Reason = "x", "x", "x", ""
	r.Layers[0].Tables[0].Title = "suites"
	require.NoError(t, r.WriteMarkdown(&b))
	require.NotRegexp(t, regexp.MustCompile(`(^|[^\\])<script`), b.String())
}

// TestPage checks that the page shows what there is: every layer, the figures,
// the steps of the counterexample in a column for each goroutine, and the
// verdict.
func TestPage(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, sample(shard(0, 1), 20).WriteHTML(&b))
	for _, want := range []string{"Everything holds", ">explore<", "2,020 executions", "<td class=\"number\">2,000</td>", "for want of time", "1,010/s", "executions/s"} {
		require.Contains(t, b.String(), want)
	}
	require.NotContains(t, b.String(), `id="violation"`)

	b.Reset()
	require.NoError(t, hostile(t).WriteHTML(&b))
	for _, want := range []string{"A violation was found", `id="violation"`, "goroutine 1",
		`<tr><td class="number">2</td><td></td><td class="step">meta.Load() = 3</td><td class="site">table.go:7</td></tr>`} {
		require.Contains(t, b.String(), want)
	}
}

// TestMarkdown checks that the figures of every layer are in the document, and
// that every row of a table has as many cells as its head.
func TestMarkdown(t *testing.T) {
	var b bytes.Buffer
	r := sample(shard(0, 1), 20)
	require.NoError(t, r.WriteMarkdown(&b))
	columns := 0
	for line := range strings.Lines(b.String()) {
		n := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
		if n > 0 && columns > 0 {
			require.Equal(t, columns, n, line)
		}
		columns = n
	}
	for _, want := range []string{"go run ./ci -only explore", "linux/amd64, go1.26, 2 cores", "2,020 executions, 20 clients"} {
		require.Contains(t, b.String(), want)
	}
}

// TestReplaceBlock checks that only what lies between the marks is replaced.
func TestReplaceBlock(t *testing.T) {
	document := "# A\n" + blockBegin + "old\n" + blockEnd + "b\n"
	got, err := ReplaceBlock([]byte(document), []byte("new\n"))
	require.NoError(t, err)
	require.Equal(t, "# A\n"+blockBegin+"new\n"+blockEnd+"b\n", string(got))
	for _, bad := range []string{"", blockBegin, blockEnd + blockBegin, document + document} {
		_, err := ReplaceBlock([]byte(bad), nil)
		require.ErrorContains(t, err, "not one place", bad)
	}
}

// TestSchemaIsDocumented checks that the example in the package's
// documentation names the fields that a report has, and no others.
func TestSchemaIsDocumented(t *testing.T) {
	data, err := json.Marshal(sample(shard(0, 1), 1))
	require.NoError(t, err)
	fields := regexp.MustCompile(`"(\w+)":`)
	named := map[string]bool{}
	for _, m := range fields.FindAllStringSubmatch(documentation(t), -1) {
		named[m[1]] = true
	}
	got := map[string]bool{}
	for _, m := range fields.FindAllStringSubmatch(string(data), -1) {
		got[m[1]] = true
	}
	delete(got, "reason") // of some layers only
	delete(got, "of")     // of a rate; that of a shard is another
	delete(named, "of")
	require.Equal(t, got, named)
}

// documentation returns the comment of the package.
func documentation(t *testing.T) string {
	f, err := parser.ParseFile(token.NewFileSet(), "report.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	require.NoError(t, err)
	return f.Doc.Text()
}
