package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// Exit statuses.
const (
	ok      = 0
	wrong   = 1 // a failure, or not all was explored
	trouble = 2 // it could not be done
)

const usage = `usage: go tool explore test [flags] [flags of go test] [packages]
       go tool explore replay [flags] string [flags of go test] [packages]
       go tool explore list [flags] [packages]

flags:
  -bound n         explore the executions with at most n preemptions
  -random          explore at random
  -executions n    stop a test after n executions
  -time d          stop a test after this time (default 1m)
  -seed n          the seed of the random executions
  -spin n          take a loop that rereads to wait after n rounds
  -set path.name=e compile with this value of a constant or variable
  -keep path       do not rewrite this package, or those below path/...
  -races=false     do not look for data races
  -allow-partial   exit with status 0 though not all was explored
  -progress        report progress
`

func main() {
	args := os.Args[1:]
	if len(args) > 2 && args[0] == toolexecVerb {
		os.Exit(toolexec(args[1], args[2:]))
	}
	status, err := run(args, os.Stdout, os.Stderr)
	if err != nil {
		fmt.Fprintf(os.Stderr, "explore: %v\n", err)
	}
	os.Exit(status)
}

// run carries out a command and returns the exit status.
func run(args []string, stdout, stderr io.Writer) (int, error) {
	if len(args) == 0 {
		fmt.Fprint(stderr, usage)
		return trouble, nil
	}
	verb, args := args[0], args[1:]
	switch verb {
	case "help", "-h", "-help", "--help":
		fmt.Fprint(stdout, usage)
		return ok, nil
	case "test", "replay", "list":
	default:
		return trouble, fmt.Errorf("unknown command %q (have test, replay, list)", verb)
	}
	o, err := parseFlags(verb, args)
	if errors.Is(err, errHelp) {
		fmt.Fprint(stdout, usage)
		return ok, nil
	}
	if err != nil {
		return trouble, err
	}
	g := &gotool{o: o, stdout: stdout, stderr: stderr}
	if err := g.checkVersion(); err != nil {
		return trouble, err
	}
	if verb == "list" {
		return g.list()
	}
	return g.test()
}

// A gotool runs commands of go for a command of ours.
type gotool struct {
	o              *options
	stdout, stderr io.Writer
}

// output runs the go command and returns what it prints. Its complaints are the error.
func (g *gotool) output(args ...string) ([]byte, error) {
	c := exec.Command("go", args...)
	out, err := c.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		return nil, fmt.Errorf("go %s: %s", args[0], trimmed(exit.Stderr, err))
	}
	return out, err
}

func trimmed(stderr []byte, err error) string {
	if s := string(stderr); s != "" {
		for len(s) > 0 && s[len(s)-1] == '\n' {
			s = s[:len(s)-1]
		}
		return s
	}
	return err.Error()
}
