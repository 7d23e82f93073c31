// Package tool is what the command explore and package explore have in common: how
// the command says what it wants of a test binary, and how the binary reports what
// it has explored.
package tool

import (
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"
)

// Path is the import path of this package.
const Path = "github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"

// InfoVariable is the variable that the linker sets to an [Info] in a binary whose
// packages the command has rewritten.
const InfoVariable = Path + ".info"

var info string

// Info is what a binary knows of how it was built.
type Info struct {
	// Races reports that the compiler announces plain accesses.
	Races bool
	// Sets are the declarations that the command was asked to replace, as
	// "import/path.name=expression".
	Sets []string `json:",omitempty"`
	// Unseen is the code in the binary that the explorer does not see.
	Unseen []Unseen `json:",omitempty"`
	// Dirs are the folders of packages whose files have other names in the binary, by
	// those names: with -trimpath.
	Dirs map[string]string `json:",omitempty"`
}

// Unseen is code of which the explorer does not see all accesses.
type Unseen struct {
	Package string
	Reason  string // such as "assembly: add_amd64.s"
}

// String returns the package and the reason.
func (u Unseen) String() string { return u.Package + ": " + u.Reason }

// Binary returns how this binary was built. It reports false if the command has not
// rewritten it.
func Binary() (Info, bool) {
	var i Info
	if info == "" {
		return i, false
	}
	if err := json.Unmarshal([]byte(info), &i); err != nil {
		panic(fmt.Sprintf("explore: %s is %q: %v", InfoVariable, info, err))
	}
	return i, true
}

// A Config is what the command wants of the explorations in a test binary.
type Config struct {
	Bound        int           // EXPLORE_BOUND: the most preemptions; -1: any number
	Random       bool          // EXPLORE_RANDOM: only random executions
	Executions   uint64        // EXPLORE_N: the most executions of one test; 0: any number
	Time         time.Duration // EXPLORE_TIME: the most time for one test; 0: the default
	Seed         uint64        // EXPLORE_SEED: of the random executions
	Spin         int           // EXPLORE_SPIN: the rounds after which a loop that only rereads is taken to spin; 0: the default
	AllowPartial bool          // EXPLORE_ALLOW_PARTIAL
	Progress     bool          // EXPLORE_PROGRESS
	Replay       string        // EXPLORE_REPLAY: the execution to repeat
	Verdicts     string        // EXPLORE_VERDICTS: the file to which verdicts are appended
}

// Variables returns the environment variables by which [Environment] returns c.
func (c Config) Variables() []string {
	flag := func(b bool) string {
		if b {
			return "1"
		}
		return ""
	}
	return []string{
		"EXPLORE_BOUND=" + strconv.Itoa(c.Bound),
		"EXPLORE_RANDOM=" + flag(c.Random),
		"EXPLORE_N=" + strconv.FormatUint(c.Executions, 10),
		"EXPLORE_TIME=" + c.Time.String(),
		"EXPLORE_SEED=" + strconv.FormatUint(c.Seed, 10),
		"EXPLORE_SPIN=" + strconv.Itoa(c.Spin),
		"EXPLORE_ALLOW_PARTIAL=" + flag(c.AllowPartial),
		"EXPLORE_PROGRESS=" + flag(c.Progress),
		"EXPLORE_REPLAY=" + c.Replay,
		"EXPLORE_VERDICTS=" + c.Verdicts,
	}
}

// Environment returns the Config that the environment variables describe. A variable
// that is not set limits nothing.
func Environment() (Config, error) {
	c := Config{
		Bound:        -1,
		Random:       os.Getenv("EXPLORE_RANDOM") != "",
		AllowPartial: os.Getenv("EXPLORE_ALLOW_PARTIAL") != "",
		Progress:     os.Getenv("EXPLORE_PROGRESS") != "",
		Replay:       os.Getenv("EXPLORE_REPLAY"),
		Verdicts:     os.Getenv("EXPLORE_VERDICTS"),
	}
	var first error
	parse := func(name string, into func(string) error) {
		s := os.Getenv(name)
		if s == "" {
			return
		}
		if err := into(s); err != nil && first == nil {
			first = fmt.Errorf("explore: environment variable %s: %w", name, err)
		}
	}
	parse("EXPLORE_BOUND", func(s string) (err error) { c.Bound, err = strconv.Atoi(s); return })
	parse("EXPLORE_N", func(s string) (err error) { c.Executions, err = strconv.ParseUint(s, 10, 64); return })
	parse("EXPLORE_TIME", func(s string) (err error) { c.Time, err = time.ParseDuration(s); return })
	parse("EXPLORE_SEED", func(s string) (err error) { c.Seed, err = strconv.ParseUint(s, 0, 64); return })
	parse("EXPLORE_SPIN", func(s string) (err error) { c.Spin, err = strconv.Atoi(s); return })
	return c, first
}

// States of a [Verdict].
const (
	Running = "running"
	Done    = "done"
)

// A Verdict is what one exploration has found so far.
type Verdict struct {
	Package    string // the directory of the test
	Test       string
	State      string // Running or Done
	Exhausted  bool   `json:",omitempty"`
	Failed     bool   `json:",omitempty"`
	Replayed   bool   `json:",omitempty"` // the string of Config.Replay was of this test
	Executions uint64
	Redundant  uint64        `json:",omitempty"`
	Elapsed    time.Duration `json:",omitempty"`
	Replay     string        `json:",omitempty"` // of the failure
	Search     string        `json:",omitempty"` // such as "at most 2 preemptions"
	Notes      []string      `json:",omitempty"` // what was not seen
}

var writing sync.Mutex

// Write appends v to the file that the command reads, if there is one. It fills in
// v.Package.
func Write(v Verdict) error {
	name := os.Getenv("EXPLORE_VERDICTS")
	if name == "" {
		return nil
	}
	if v.Package == "" {
		v.Package, _ = os.Getwd()
	}
	line, err := json.Marshal(v)
	if err != nil {
		return err
	}
	writing.Lock()
	defer writing.Unlock()
	f, err := os.OpenFile(name, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
