package main

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/linearizability/explore/internal/tool"
)

var errHelp = errors.New("help")

// options is a parsed command line.
type options struct {
	verb   string
	config tool.Config
	races  bool
	sets   []string // import/path.name=expression
	keep   []string // import paths, or prefixes that end in /...

	build    []string // flags for go list as well
	gcflags  string   // flags of the compiler for all that is rewritten
	first    []string // flags for go test that come before those of the command
	rest     []string // all other flags and packages for go test, in their order
	packages []string
	coverpkg string // patterns, separated by commas
	trimpath bool
	given    map[string]bool // flags of go test
}

// Flags of go test that take a value, of which the first are for go list as well.
var (
	buildFlags = strings.Fields(`p asmflags buildmode compiler gccgoflags installsuffix ldflags mod modfile overlay pgo pkgdir tags`)
	testFlags  = strings.Fields(`covermode coverpkg o exec vet bench benchtime blockprofile blockprofilerate count coverprofile cpu cpuprofile fuzz fuzztime
		fuzzminimizetime list memprofile memprofilerate mutexprofile mutexprofilefraction outputdir parallel run shuffle skip timeout trace artifacts`)
	// boolean flags that are for go list as well
	buildSwitches = strings.Fields(`a linkshared modcacherw trimpath buildvcs`)
)

// refused are flags that cannot be combined with exploring, and why.
var refused = map[string]string{
	"race": "data races are found without it, in every execution; the detector's runtime would take the explorer's goroutines for the program's",
	"msan": "the explorer compiles for the memory that it watches", "asan": "the explorer compiles for the memory that it watches",
	"toolexec": "the explorer uses it", "fuzz": "an exploration is not a fuzz test",
}

func parseFlags(verb string, args []string) (*options, error) {
	o := &options{verb: verb, races: racesPossible(), config: tool.Config{Bound: -1}, given: map[string]bool{}}
	o.trimpath = strings.Contains(os.Getenv("GOFLAGS"), "-trimpath")
	if strings.Contains(os.Getenv("GOFLAGS"), "-race") {
		return nil, fmt.Errorf("GOFLAGS has -race: %s", refused["race"])
	}
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		if arg == "-args" || arg == "--args" {
			o.rest = append(append(o.rest, arg), args...)
			break
		}
		if !strings.HasPrefix(arg, "-") || arg == "-" {
			if verb == "replay" && o.config.Replay == "" {
				o.config.Replay = arg
				continue
			}
			o.packages, o.rest = append(o.packages, arg), append(o.rest, arg)
			continue
		}
		flag, value, has := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(arg, "-"), "-"), "=")
		if flag == "h" || flag == "help" {
			return nil, errHelp
		}
		own := slices.Contains(ownValues, flag)
		goFlag := strings.TrimPrefix(flag, "test.")
		forList := slices.Contains(buildFlags, goFlag)
		if !has && (own || forList || flag == "gcflags" || flag == "C" || slices.Contains(testFlags, goFlag)) {
			if len(args) == 0 {
				return nil, fmt.Errorf("flag -%s: no value", flag)
			}
			value, args = args[0], args[1:]
			arg = "-" + flag + "=" + value
		}
		if own || slices.Contains(ownSwitches, flag) {
			if err := o.own(flag, value, has); err != nil {
				return nil, fmt.Errorf("flag -%s: %w", flag, err)
			}
			continue
		}
		if why := refused[goFlag]; why != "" && value != "false" {
			return nil, fmt.Errorf("flag -%s: %s", goFlag, why)
		}
		if flag == "covermode" && value != "atomic" {
			return nil, fmt.Errorf("flag -covermode: value %q, want atomic: counters of other modes are data races", value)
		}
		o.given[goFlag] = true
		switch goFlag {
		case "trimpath":
			o.trimpath = value != "false"
		case "coverpkg":
			o.coverpkg = value
		}
		switch {
		case flag == "C":
			if err := os.Chdir(value); err != nil {
				return nil, err
			}
			continue
		case flag == "gcflags":
			flags, all := strings.CutPrefix(value, "all=")
			if !all && strings.Contains(strings.SplitN(value, " ", 2)[0], "=") {
				return nil, fmt.Errorf(`flag -gcflags=%s: only "all=..." or flags without a pattern can be combined with exploring`, value)
			}
			o.gcflags += " " + flags
			if all { // flags without a pattern are for the packages to test, which are marked
				o.build, o.first = append(o.build, arg), append(o.first, arg)
			}
			continue
		case forList || slices.Contains(buildSwitches, flag):
			o.build = append(o.build, arg)
		}
		o.rest = append(o.rest, arg)
	}
	if verb == "replay" && o.config.Replay == "" {
		return nil, errors.New("replay: no string, want the one that a failure shows")
	}
	if o.config.Bound >= 0 && o.config.Random {
		return nil, errors.New("flags -bound and -random exclude each other")
	}
	return o, nil
}

// Flags that go test does not have.
var (
	ownValues   = []string{"bound", "executions", "time", "seed", "spin", "set", "keep"}
	ownSwitches = []string{"allow-partial", "progress", "races", "random"}
)

func (o *options) own(flag, value string, has bool) (err error) {
	c := &o.config
	truth := true
	if slices.Contains(ownSwitches, flag) && has {
		if truth, err = strconv.ParseBool(value); err != nil {
			return err
		}
	}
	natural := func() int {
		n, e := strconv.Atoi(value)
		if e != nil || n < 0 {
			err = fmt.Errorf("value %q, want a number from 0", value)
		}
		return n
	}
	switch flag {
	case "bound":
		c.Bound = natural()
	case "executions":
		c.Executions = uint64(natural())
	case "spin":
		c.Spin = natural()
	case "seed":
		c.Seed, err = strconv.ParseUint(value, 0, 64)
	case "time":
		if c.Time, err = time.ParseDuration(value); err == nil && c.Time <= 0 {
			err = fmt.Errorf("value %q, want more than 0", value)
		}
	case "set":
		path, _, found := strings.Cut(value, "=")
		if i := strings.LastIndex(path, "."); !found || i <= strings.LastIndex(path, "/") {
			return fmt.Errorf("value %q, want import/path.name=expression", value)
		}
		o.sets = append(o.sets, value)
	case "keep":
		o.keep = append(o.keep, value)
	case "allow-partial":
		c.AllowPartial = truth
	case "random":
		c.Random = truth
	case "progress":
		c.Progress = truth
	case "races":
		o.races = truth && racesPossible()
		if truth && !o.races {
			return fmt.Errorf("plain accesses are not announced on %s/%s", runtime.GOOS, runtime.GOARCH)
		}
	}
	return err
}

// kept returns the value of -keep that keeps a package as it is, or "".
func (o *options) kept(path string) string {
	for _, k := range o.keep {
		prefix, below := strings.CutSuffix(k, "/...")
		if path == prefix || below && strings.HasPrefix(path, prefix+"/") {
			return k
		}
	}
	return ""
}

// racesPossible reports whether the compiler announces plain accesses on this platform,
// and package race hears them.
func racesPossible() bool {
	switch runtime.GOOS + "/" + runtime.GOARCH {
	case "linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "freebsd/amd64", "netbsd/amd64":
		return true
	}
	return false
}
