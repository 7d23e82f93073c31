package explore

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/flatmap-go/flatmap/model"
)

// A mapCall is a method with the number of the key that it is called with.
type mapCall struct {
	kind   model.Kind
	key    int  // 0 or 1, or -1 for a method on the whole map
	remove bool // for Compute and Retain: the callback removes the entry
}

func (c mapCall) writes() bool {
	switch c.kind {
	case model.Load, model.Contains, model.Len, model.Range, model.All, model.Keys, model.Values:
		return false
	case model.Retain:
		return c.remove
	}
	return true
}

// mapCalls returns the calls of the methods that m has, of those that kinds names.
// There are all of them if kinds is empty.
//
//go:norace
func mapCalls[K comparable, V any](m model.Map[K, V], kinds []model.Kind) []mapCall {
	var list []mapCall
	for _, kind := range model.Kinds() {
		switch {
		case !model.Supports(m, kind), len(kinds) > 0 && !slices.Contains(kinds, kind):
		case kind == model.Retain:
			list = append(list, mapCall{kind, -1, false}, mapCall{kind, -1, true})
		case kind == model.Insert:
			list = append(list, mapCall{kind, 0, false}, mapCall{kind, 1, false})
		case !kind.SingleKey():
			list = append(list, mapCall{kind, -1, false})
		default:
			for key := range 2 {
				list = append(list, mapCall{kind, key, false})
				if kind == model.Compute {
					list = append(list, mapCall{kind, key, true})
				}
			}
		}
	}
	return list
}

// A mapClient is a client of a map.
type mapClient struct {
	full  bool        // key 0 is in the map at first
	calls [][]mapCall // of each goroutine
}

// calls returns how many calls the clients of a shape make.
func calls(shape []int) (n int) {
	for _, c := range shape {
		n += c
	}
	return n
}

func shapeText(shape []int) string {
	var parts []string
	for _, n := range shape {
		parts = append(parts, strconv.Itoa(n))
	}
	return strings.Join(parts, "+")
}

// mapClients returns the clients of a shape: first those on one key. It leaves out
// clients that only read, and all but one of those that are equal except for the names
// of keys or the order of goroutines.
//
//go:norace
func mapClients[K comparable, V any](m model.Map[K, V], kinds []model.Kind, shape []int) []mapClient {
	all := mapCalls(m, kinds)
	index := make([]int, calls(shape))
	var one, two []mapClient
	for more := len(all) > 0 && len(index) > 0; more; {
		for _, full := range []bool{false, true} {
			if c := clientOf(all, index, shape, full); c.isCanonical() {
				if c.uses(1) {
					two = append(two, c)
				} else {
					one = append(one, c)
				}
			}
		}
		more = false
		for i := len(index) - 1; i >= 0 && !more; i-- {
			if index[i]++; index[i] < len(all) {
				more = true
			} else {
				index[i] = 0
			}
		}
	}
	return append(one, two...)
}

func clientOf(all []mapCall, index, shape []int, full bool) mapClient {
	c := mapClient{full: full}
	for _, n := range shape {
		var list []mapCall
		for _, i := range index[:n] {
			list = append(list, all[i])
		}
		c.calls = append(c.calls, list)
		index = index[n:]
	}
	return c
}

func (c mapClient) uses(key int) bool {
	for _, list := range c.calls {
		for _, call := range list {
			if call.key == key {
				return true
			}
		}
	}
	return false
}

// isCanonical reports whether c writes, and is the first of the clients that equal it.
func (c mapClient) isCanonical() bool {
	writes := false
	firstKey := -1
	for g, list := range c.calls {
		for _, call := range list {
			writes = writes || call.writes()
			if firstKey < 0 {
				firstKey = call.key
			}
		}
		if g > 0 && len(list) == len(c.calls[g-1]) && slices.CompareFunc(c.calls[g-1], list, compareCalls) > 0 {
			return false
		}
	}
	// In an empty map the keys are interchangeable. A client of key 1 alone is one of
	// key 0 unless key 0 is there.
	return writes && (firstKey != 1 || c.full)
}

func compareCalls(a, b mapCall) int {
	number := func(c mapCall) int {
		n := 4*int(c.kind) + 2*(c.key+1)
		if c.remove {
			n = 4*int(c.kind) + 1 + 2*(c.key+1)
		}
		return n
	}
	return number(a) - number(b)
}

// encode returns c as text for replay strings: the numbers of kinds and keys.
func (c mapClient) encode() string {
	var b strings.Builder
	b.WriteString("m0")
	if c.full {
		b.Reset()
		b.WriteString("m1")
	}
	for _, list := range c.calls {
		b.WriteByte('-')
		for i, call := range list {
			if i > 0 {
				b.WriteByte('+')
			}
			fmt.Fprintf(&b, "%d", int(call.kind))
			if call.key >= 0 {
				b.WriteByte("ab"[call.key])
			}
			if call.remove {
				b.WriteByte('r')
			}
		}
	}
	return b.String()
}

// decodeMapClient is the inverse of encode.
//
//go:norace
func decodeMapClient[K comparable, V any](s string, m model.Map[K, V], kinds []model.Kind) (c mapClient, err error) {
	bad := errors.New("explore: replay string: not a client of this map")
	parts := strings.Split(s, "-")
	if parts[0] != "m0" && parts[0] != "m1" || len(parts) < 2 || len(parts) > MaxGoroutines {
		return c, bad
	}
	c.full = parts[0] == "m1"
	all := mapCalls(m, kinds)
	for _, part := range parts[1:] {
		var list []mapCall
		for _, text := range strings.Split(part, "+") {
			digits := strings.TrimRight(text, "abr")
			kind, err := strconv.ParseUint(digits, 10, 8)
			suffix := text[len(digits):]
			call := mapCall{model.Kind(kind), strings.IndexByte("ab", (suffix + " ")[0]), strings.HasSuffix(suffix, "r")}
			if err != nil || !slices.Contains(all, call) {
				return c, bad
			}
			list = append(list, call)
		}
		c.calls = append(c.calls, list)
	}
	return c, nil
}
