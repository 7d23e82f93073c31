//go:build long

package proof

import (
	"context"
	"fmt"
	"math/bits"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestBits proves the functions on words of the sources.
func TestBits(t *testing.T) {
	goals, err := BitGoals("../../../flatmap")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"z3", "cvc5"} {
		failed, err := solver(t, name).ProveBits(context.Background(), goals, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range failed {
			t.Errorf("%s does not prove: %s", name, f)
		}
	}
}

// TestBitsFail changes tag.go and table.go, and expects a lemma to fail.
func TestBitsFail(t *testing.T) {
	for _, test := range []struct{ file, old, replacement, fails string }{
		{"tag.go", "slotSet((x-lowBits)&^x) & allSlots", "slotSet(x-lowBits) & allSlots", "matchTag finds no slot that is not FULL"},
		{"tag.go", "slotSet((x-lowBits)&^x) & allSlots", "slotSet((x-lowBits)&^x)", "matchTag returns slots only"},
		{"tag.go", "x := m ^ tag*lowBits", "x := m ^ tag", "matchTag finds every slot with the tag"},
		{"tag.go", "slotSet(^(m | m<<7))", "slotSet(^m)", "emptySlots are those whose tag is EMPTY"},
		{"tag.go", "m&^(0xff<<shift) | tag<<shift", "m | tag<<shift", "withTag sets the tag"},
		{"tag.go", "m&^(0xff<<shift) | tag<<shift", "m&^(0xff<<(shift+1)) | tag<<shift", "withTag leaves other tags"},
		{"tag.go", "h>>57 | tagFull", "h >> 57", "tagOf is FULL"},
		{"table.go", "p - c.even<<k", "p - c.even", "segmentOf is within its segment, of the others"},
		{"table.go", "p & (c.unit - 1)", "p & c.unit", "segmentOf is within its segment, of the first ones"},
		{"table.go", "p := link - 1", "p := link", "segmentOf of no two links is the same, of the first ones"},
	} {
		dir := t.TempDir()
		for _, file := range []string{"tag.go", "geometry.go", "table.go"} {
			text, err := os.ReadFile(filepath.Join("../../../flatmap", file))
			if err != nil {
				t.Fatal(err)
			}
			changed := string(text)
			if file == test.file {
				changed = strings.Replace(changed, test.old, test.replacement, 1)
				if changed == string(text) {
					t.Fatalf("%s has no text %q", file, test.old)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, file), []byte(changed), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		goals, err := BitGoals(dir)
		if err != nil {
			t.Fatal(err)
		}
		var only []BitGoal
		for _, g := range goals {
			if g.Name == test.fails {
				only = append(only, g)
			}
		}
		failed, err := solver(t, "z3").ProveBits(context.Background(), only, time.Minute)
		if err != nil || len(only) != 1 || len(failed) != 1 {
			t.Errorf("%s: %q instead of %q: %d lemmas %q, not proved: %q, error %v",
				test.file, test.replacement, test.old, len(only), test.fails, failed, err)
		}
	}
}

// translated has what the translator knows. TestTranslator compares its meaning with
// that of the same functions in Go.
const translated = `package p

import "math/bits"

type set uint64

const top = 1 << 63

func arithmetic(a, b uint64) uint64 { return (a+b)*3 - a&b | a ^ b&^7 }

func shifts(a, b uint64) uint64 { return a<<(b&63) | a>>(b&63)&^top }

func signed(a, b uint64) int { return int(a)>>3 + int(b)/8 - int(a&b) }

func conditions(a, b uint64) (set, uintptr) {
	if a >= b {
		if c := a - b; c == 1 {
			return set(^c), uintptr(bits.Len64(c))
		}
		return set(a / 8), 7
	}
	d := a + 1
	return set(d), uintptr(bits.TrailingZeros64(d))
}

func refused(a, b uint64) uint64 { return a % b }
`

func arithmetic(a, b uint64) uint64 { return (a+b)*3 - a&b | a ^ b&^7 }

func shifts(a, b uint64) uint64 { return a<<(b&63) | a>>(b&63)&^(1<<63) }

func signed(a, b uint64) uint64 { return uint64(int(a)>>3 + int(b)/8 - int(a&b)) }

func conditions(a, b uint64) (uint64, uint64) {
	if a >= b {
		if c := a - b; c == 1 {
			return ^c, uint64(bits.Len64(c))
		}
		return a / 8, 7
	}
	d := a + 1
	return d, uint64(bits.TrailingZeros64(d))
}

func TestTranslator(t *testing.T) {
	file := filepath.Join(t.TempDir(), "p.go")
	if err := os.WriteFile(file, []byte(translated), 0o600); err != nil {
		t.Fatal(err)
	}
	tr, err := newTranslator(file)
	if err != nil {
		t.Fatal(err)
	}
	var query strings.Builder
	query.WriteString(bitPrelude)
	for _, name := range []string{"arithmetic", "shifts", "signed", "conditions"} {
		text, err := tr.define(name)
		if err != nil {
			t.Fatal(err)
		}
		query.WriteString(text)
	}
	r := rand.New(rand.NewPCG(1, 2))
	query.WriteString("(assert (not (and true\n")
	for i := range 200 {
		a := r.Uint64() >> r.IntN(64)
		b := []uint64{r.Uint64() >> r.IntN(64), a, a - 1, a + 1}[i%4]
		c0, c1 := conditions(a, b)
		for _, equal := range []struct {
			call string
			want uint64
		}{
			{"arithmetic", arithmetic(a, b)}, {"shifts", shifts(a, b)}, {"signed", signed(a, b)},
			{"conditions.0", c0}, {"conditions.1", c1},
		} {
			fmt.Fprintf(&query, "(= (|%s| %s %s) %s)\n", equal.call, word(a), word(b), word(equal.want))
		}
		fmt.Fprintf(&query, "(= (len64 %s) %s) (= (zeros64 %s) %s)\n",
			word(a), word(uint64(bits.Len64(a))), word(a), word(uint64(bits.TrailingZeros64(a))))
	}
	query.WriteString(")))\n")
	for _, name := range []string{"z3", "cvc5"} {
		failed, err := solver(t, name).ProveBits(context.Background(), []BitGoal{{"random values", query.String()}}, time.Minute)
		if err != nil || len(failed) != 0 {
			t.Errorf("%s: Go and the translation differ; error %v", name, err)
		}
	}
	if _, err := tr.define("refused"); err == nil || !strings.Contains(err.Error(), "operator %") {
		t.Errorf("error %v", err)
	}
	if _, err := tr.define("missing"); err == nil {
		t.Error("no error for a function that is not there")
	}
}
