package subject

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The loops must call the maps as a user's program would: not through an interface,
// a closure or a dictionary. The test looks for indirect calls in the command's
// binary.
func TestCallsAreDirect(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "bench")
	if out, err := exec.Command("go", "build", "-o", binary, "../..").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	calls := indirectCalls(t, binary, `subject\.\(\*.*\)\.(StoreAll|LoadAll|DeleteAll|Mix|LoadChain|StoreTimed|StoreSeq|LoadSeq|DeleteSeq|Steps)$`)
	functions := 0
	for function, indirect := range calls {
		functions++
		// The code of these two is inlined here, and hashes by a function value.
		own := strings.Contains(function, "*Haxmap") || strings.Contains(function, "*ConcurrentMap")
		if len(indirect) > 0 && !own {
			t.Errorf("%s calls %s", function, strings.Join(indirect, ", "))
		}
	}
	// The linker leaves out loops that the command does not use.
	if want := 200; functions < want {
		t.Errorf("%d loops found, want %d or more", functions, want)
	}
	for _, impl := range OfUint64 {
		typ := strings.TrimPrefix(fmt.Sprintf("%T", impl.New(0)), "*subject.")
		found := 0
		for function := range calls {
			if strings.Contains(function, "(*"+typ+").") {
				found++
			}
		}
		if found != 10 {
			t.Errorf("%d loops of %s found, want 10", found, typ)
		}
	}

	// The test sees an indirect call in a function that is known to make one.
	for function, indirect := range indirectCalls(t, binary, `^main\.timeMix.*func1$`) {
		if len(indirect) == 0 {
			t.Errorf("%s calls Mix through an interface, but the test does not see it", function)
		}
	}
}

// indirectCalls returns, for each function whose symbol matches the pattern, its
// calls whose target is not a symbol.
func indirectCalls(t *testing.T, binary, pattern string) map[string][]string {
	t.Helper()
	out, err := exec.Command("go", "tool", "objdump", "-s", pattern, binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	call := regexp.MustCompile(`\b(CALL|BL)\s+(\S+)\s*$`)
	calls := map[string][]string{}
	function := ""
	for line := range strings.Lines(string(out)) {
		if name, ok := strings.CutPrefix(line, "TEXT "); ok {
			function, _, _ = strings.Cut(name, "(SB)")
			calls[function] = nil
		} else if m := call.FindStringSubmatch(line); m != nil && !strings.HasSuffix(m[2], "(SB)") {
			calls[function] = append(calls[function], m[2])
		}
	}
	if len(calls) == 0 {
		t.Fatalf("no function matches %s", pattern)
	}
	return calls
}
