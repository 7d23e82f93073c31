//go:build long

package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/flatmap-go/flatmap/model/protocol"
	"github.com/flatmap-go/flatmap/model/protocol/proof"
)

func runProve(args ...string) (string, error) {
	var out strings.Builder
	err := run(context.Background(), args, &out)
	return out.String(), err
}

// TestProve proves a small model with both solvers.
func TestProve(t *testing.T) {
	out, err := runProve("-model", "waiting", "-j", "1", "-only", "woken")
	if err != nil {
		t.Fatal(err, out)
	}
	for _, want := range []string{"z3: Z3", "cvc5: This is cvc5", "waiting  z3", "waiting  cvc5", "goals in", "slowest: "} {
		if !strings.Contains(out, want) {
			t.Errorf("no %q in\n%s", want, out)
		}
	}
}

// TestProveFails proves a model without a rule: the output has the goal, the action and
// a run.
func TestProveFails(t *testing.T) {
	all, err := proof.Subjects()
	if err != nil {
		t.Fatal(err)
	}
	s := all[len(all)-1]
	text, err := s.Controls[0].Apply(s.Text)
	if err != nil {
		t.Fatal(err)
	}
	if s.Model, err = protocol.Parse(text); err != nil {
		t.Fatal(err)
	}
	solvers, err := proof.Named("z3")
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	c := &command{out: &out, subjects: []proof.Subject{s}, solvers: solvers, only: "unlock", limit: 2e9, jobs: 1}
	if err := c.prove(context.Background()); !errors.Is(err, errNotProved) || !strings.Contains(err.Error(), "len: unlock: settled") {
		t.Errorf("error %v", err)
	}
	for _, want := range []string{"len: unlock: settled", "a run of len.model", "    lock(k=", "assertion "} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}

func TestDump(t *testing.T) {
	dir := t.TempDir()
	if _, err := runProve("-model", "len", "-only", "up: settled", "-dump", dir); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(dir, "len up settled.smt2"))
	if err != nil || !strings.HasPrefix(string(text), "(set-logic ALL)\n") || !strings.HasSuffix(string(text), "(check-sat)\n") {
		t.Errorf("dumped %q, error %v", text, err)
	}
}

func TestControls(t *testing.T) {
	out, err := runProve("-controls", "-model", "len", "-only", "not-quiet", "-limit", "2s")
	if err != nil || !strings.Contains(out, "1 of 1 rules are needed") || !strings.Contains(out, "not proved: load") {
		t.Errorf("error %v\n%s", err, out)
	}
}

// TestDrop drops a requirement, and another time finds the result in the folder.
func TestDrop(t *testing.T) {
	dir := t.TempDir()
	args := []string{"-drop", "-model", "len", "-only", "load", "-solvers", "z3", "-limit", "2s", "-results", dir}
	for _, want := range []int{1, 0} {
		out, err := runProve(args...)
		if err != nil || !strings.Contains(out, "len: 1 requirements are needed, 0 are not") || strings.Count(out, "needed      load: quiet") != want {
			t.Errorf("error %v, want %d results in\n%s", err, want, out)
		}
	}
	document, err := os.ReadFile(filepath.Join(dir, documentFile))
	if err != nil || !strings.Contains(string(document), "| len | 1 | 1 | ") {
		t.Errorf("document:\n%s\nerror %v", document, err)
	}
}

// TestSeeds proves a model with one of the seeds, and keeps the result.
func TestSeeds(t *testing.T) {
	dir := t.TempDir()
	args := []string{"-seeds", "-model", "len", "-solvers", "cvc5-seed7", "-results", dir}
	for _, want := range []int{1, 0} {
		out, err := runProve(args...)
		if err != nil || strings.Count(out, "goals in") != want {
			t.Errorf("error %v, want %d results in\n%s", err, want, out)
		}
	}
	document, err := os.ReadFile(filepath.Join(dir, documentFile))
	if err != nil || !strings.Contains(string(document), "| len | cvc5-seed7 | 22 | 22 | ") {
		t.Errorf("document:\n%s\nerror %v", document, err)
	}
}

func TestErrors(t *testing.T) {
	for args, want := range map[string]string{
		"-model nothing": `unknown model "nothing" (have flatmap, finish, helpers, waiting, len)`,
		"-solvers z4":    `unknown solver "z4" (have z3, cvc5,`,
		"more":           `unexpected argument "more"`,
	} {
		if _, err := runProve(strings.Fields(args)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", args, err, want)
		}
	}
}
