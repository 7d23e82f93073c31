// Package proof has SMT solvers prove the models of package protocol, and shows that
// they could fail: rules that are removed, requirements that are dropped, and runs of
// models on finite structures.
package proof

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Install is the command that installs the solvers on Debian and Ubuntu.
const Install = "apt-get install -y z3 cvc5"

// A Solver is a way of calling an SMT solver.
type Solver struct {
	Name    string
	program string
	args    []string
	options func(limit time.Duration) string // sent before each query
}

// Solvers are those that Named knows: z3 and cvc5, which have no code in common, both
// with other seeds, and z3 without its search for models of quantifiers. A proof that
// depends on luck fails with one of them.
var Solvers = []Solver{
	{Name: "z3", program: "z3", args: []string{"-in", "-smt2"}, options: z3Options(0)},
	{Name: "cvc5", program: "cvc5", args: []string{"--lang=smt2", "--incremental"}, options: cvc5Options},
	{Name: "cvc5-seed7", program: "cvc5", args: []string{"--lang=smt2", "--incremental", "--seed=7", "--sat-random-seed=7"}, options: cvc5Options},
	{Name: "cvc5-seed99", program: "cvc5", args: []string{"--lang=smt2", "--incremental", "--seed=99", "--sat-random-seed=99"}, options: cvc5Options},
	{Name: "z3-seed7", program: "z3", args: []string{"-in", "-smt2"}, options: z3Options(7)},
	{Name: "z3-seed99", program: "z3", args: []string{"-in", "-smt2"}, options: z3Options(99)},
	{Name: "z3-nombqi", program: "z3", args: []string{"-in", "-smt2", "smt.mbqi=false"}, options: z3Options(0)},
}

// Seeded are the solvers of the document: each of the two with three seeds.
var Seeded = []string{"z3", "z3-seed7", "z3-seed99", "cvc5", "cvc5-seed7", "cvc5-seed99"}

func z3Options(seed int) func(time.Duration) string {
	return func(limit time.Duration) string {
		return fmt.Sprintf("(set-option :timeout %d)\n(set-option :smt.random_seed %d)\n(set-option :sat.random_seed %d)\n",
			limit.Milliseconds(), seed, seed)
	}
}

func cvc5Options(limit time.Duration) string {
	return fmt.Sprintf("(set-option :tlimit-per %d)\n(set-logic ALL)\n", limit.Milliseconds())
}

// Named returns the solvers with the given names.
func Named(names ...string) ([]Solver, error) {
	var list []Solver
	for _, name := range names {
		i := slices.IndexFunc(Solvers, func(s Solver) bool { return s.Name == name })
		if i < 0 {
			var have []string
			for _, s := range Solvers {
				have = append(have, s.Name)
			}
			return nil, fmt.Errorf("unknown solver %q (have %s)", name, strings.Join(have, ", "))
		}
		list = append(list, Solvers[i])
	}
	return list, nil
}

// ErrNoSolver is wrapped by the error for a solver that is not installed.
var ErrNoSolver = errors.New("not installed (" + Install + ")")

// Version returns the first line of what the solver says about itself.
func (s Solver) Version() (string, error) {
	out, err := exec.Command(s.program, "--version").Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", fmt.Errorf("solver %s: %w", s.program, ErrNoSolver)
	}
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", s.program, err)
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line), nil
}

// Answers of a solver. Unsat is proved.
const (
	Unsat   = "unsat"
	Sat     = "sat"
	Unknown = "unknown" // also after the time limit
)

// A session is a running solver that is asked one query after the other.
type session struct {
	solver Solver
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
}

func (s Solver) start(ctx context.Context) (*session, error) {
	cmd := exec.CommandContext(ctx, s.program, s.args...)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) {
			err = ErrNoSolver
		}
		return nil, fmt.Errorf("solver %s: %w", s.program, err)
	}
	return &session{s, cmd, in, bufio.NewReader(out)}, nil
}

func (s *session) close() {
	s.in.Close()
	s.cmd.Wait()
}

// over is what a solver is asked to print after its answers.
const over = "over"

// ask sends a query, with its check-sat, and returns the lines of the answer.
func (s *session) ask(query string, limit time.Duration) ([]string, error) {
	sent := make(chan error, 1)
	go func() {
		_, err := io.WriteString(s.in, "(reset)\n"+s.solver.options(limit)+query+"(echo \""+over+"\")\n")
		sent <- err
	}()
	var lines []string
	for {
		line, err := s.out.ReadString('\n')
		if err != nil {
			return nil, fmt.Errorf("%s ended: %w %s", s.solver.Name, errors.Join(err, <-sent), strings.Join(lines, "\n"))
		}
		switch line = strings.TrimSpace(line); {
		case strings.Trim(line, `"`) == over:
			return lines, <-sent
		case strings.HasPrefix(line, "(error") && !strings.Contains(line, "unsat core is not available"):
			return nil, fmt.Errorf("%s: %s", s.solver.Name, line)
		}
		lines = append(lines, line)
	}
}

// verdict asks whether a query can be satisfied.
func (s *session) verdict(query string, limit time.Duration) (string, error) {
	lines, err := s.ask(query+"(check-sat)\n", limit)
	if err != nil {
		return "", err
	}
	for _, line := range lines {
		switch line {
		case Unsat, Sat, Unknown:
			return line, nil
		case "timeout":
			return Unknown, nil
		}
	}
	return "", fmt.Errorf("%s: unexpected answer %q", s.solver.Name, lines)
}
