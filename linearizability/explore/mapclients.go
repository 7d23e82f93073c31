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
	full    bool        // key 0 is in the map at first
	collide bool        // the map is one in which keys collide
	calls   [][]mapCall // of each goroutine
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

// A mapClientList has the clients of a shape: the numbers of those on one key, and of
// those on two, which come a second time if there is a map in which keys collide.
type mapClientList struct {
	all      []mapCall
	shape    []int
	one, two []uint32
	collide  bool
}

// mostCombinations bounds the clients that are looked at.
const mostCombinations = 1 << 24

// mapClients returns the clients of a shape. It leaves out clients that only read, and
// all but one of those that are equal except for the names of keys or the order of
// goroutines. It reports false if there are too many.
func mapClients(all []mapCall, shape []int, collide bool) (*mapClientList, bool) {
	l := &mapClientList{all: all, shape: shape, collide: collide}
	combinations := 2
	for range calls(shape) {
		if combinations *= len(all); combinations > mostCombinations {
			return nil, false
		}
	}
	for n := range uint32(combinations) {
		if c := l.client(n); c.isCanonical() {
			if c.uses(1) {
				l.two = append(l.two, n)
			} else {
				l.one = append(l.one, n)
			}
		}
	}
	return l, true
}

func (l *mapClientList) len() int {
	n := len(l.one) + len(l.two)
	if l.collide {
		n += len(l.two)
	}
	return n
}

// at returns the i-th client. A part of a long list is a sample of it.
func (l *mapClientList) at(i int) mapClient {
	if n := l.len(); calls(l.shape) > 2 {
		i = i * stride(n) % n
	}
	if i < len(l.one) {
		return l.client(l.one[i])
	}
	i -= len(l.one)
	c := l.client(l.two[i%len(l.two)])
	c.collide = i >= len(l.two)
	return c
}

// stride returns a number that has no divisor in common with n, near a golden section
// of n.
func stride(n int) int {
	for s := int(float64(n)*0.618) + 1; ; s++ {
		a, b := s, n
		for b != 0 {
			a, b = b, a%b
		}
		if a == 1 {
			return s
		}
	}
}

// client returns the client with a number: whether there is an entry at first, and the
// calls.
func (l *mapClientList) client(n uint32) mapClient {
	c := mapClient{full: n%2 == 1}
	n /= 2
	for _, count := range l.shape {
		list := make([]mapCall, count)
		for i := range list {
			list[i] = l.all[n%uint32(len(l.all))]
			n /= uint32(len(l.all))
		}
		c.calls = append(c.calls, list)
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

// mapClientHeads begin the replay strings of clients: with the keys colliding or not,
// and in an empty map or one with an entry.
var mapClientHeads = map[string]mapClient{
	"m0": {}, "m1": {full: true}, "c0": {collide: true}, "c1": {full: true, collide: true},
}

// encode returns c as text for replay strings: the numbers of kinds and keys.
func (c mapClient) encode() string {
	var b strings.Builder
	for head, h := range mapClientHeads {
		if h.full == c.full && h.collide == c.collide {
			b.WriteString(head)
		}
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

// decodeMapClient is the inverse of encode, for clients of the calls of all.
func decodeMapClient(s string, all []mapCall) (mapClient, error) {
	bad := errors.New("explore: replay string: not a client of this map")
	parts := strings.Split(s, "-")
	c, ok := mapClientHeads[parts[0]]
	if !ok || len(parts) < 2 || len(parts) > MaxGoroutines {
		return c, bad
	}
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
