package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// spelling is a client without its values.
func spelling(c client) string {
	goroutines := make([]string, len(c))
	for g, ops := range c {
		for _, o := range ops {
			goroutines[g] += fmt.Sprintf("%s%d;", kindNames[o.kind], o.key)
		}
	}
	return strings.Join(goroutines, "|")
}

// equivalents returns the spellings of all clients that differ from c by the
// order of goroutines with equally many calls, and by the names of two keys.
func equivalents(c client, symmetric bool) map[string]bool {
	all := map[string]bool{}
	var permute func(rest, placed client)
	permute = func(rest, placed client) {
		if len(rest) == 0 {
			all[spelling(placed)] = true
			return
		}
		for i := range rest {
			if len(rest[i]) == len(c[len(placed)]) {
				permute(slices.Concat(rest[:i], rest[i+1:]), append(slices.Clone(placed), rest[i]))
			}
		}
	}
	permute(c, nil)
	if symmetric {
		var swapped client
		for _, ops := range c {
			ops = slices.Clone(ops)
			for i := range ops {
				if ops[i].kind.singleKey() {
					ops[i].key = 1 - ops[i].key
				}
			}
			swapped = append(swapped, ops)
		}
		permute(swapped, nil)
	}
	return all
}

// everyClient calls yield for all clients, symmetric or not, in any order.
func everyClient(shape []int, ops []op, yield func(client)) {
	c := make(client, len(shape))
	var fill func(g int)
	fill = func(g int) {
		switch {
		case g == len(shape):
			yield(c)
		case len(c[g]) == shape[g]:
			fill(g + 1)
		default:
			for _, o := range ops {
				c[g] = append(c[g], o)
				fill(g)
				c[g] = c[g][:len(c[g])-1]
			}
		}
	}
	fill(0)
}

// generated returns the spellings that gen yields.
func generated(t *testing.T, shape []int, ops []op, symmetric bool, gen func([]int, []op, bool, func(client) bool) bool) []string {
	var list []string
	done := gen(shape, ops, symmetric, func(c client) bool {
		list = append(list, spelling(c))
		values := map[value]bool{}
		for _, ops := range c {
			for _, o := range ops {
				require.False(t, values[o.value], "value %d twice in %v", o.value, c)
				values[o.value] = true
			}
		}
		return true
	})
	require.True(t, done)
	return list
}

// checkGeneration returns an error unless the list has one client of each class.
func checkGeneration(shape []int, ops []op, symmetric bool, list []string) (err error) {
	has := map[string]bool{}
	for _, s := range list {
		if has[s] {
			return fmt.Errorf("%s twice", s)
		}
		has[s] = true
	}
	everyClient(shape, ops, func(c client) {
		n := 0
		for s := range equivalents(c, symmetric) {
			if has[s] {
				n++
			}
		}
		if n != 1 {
			err = fmt.Errorf("%d clients like %s", n, spelling(c))
		}
	})
	return err
}

// TestClients compares the generation of clients with the enumeration of all
// of them, of which it must yield one of each class.
func TestClients(t *testing.T) {
	few := func(k kind) bool { return k == load || k == store || k == clearAll }
	withRetain := func(k kind) bool { return k == store || k == retain }
	for _, c := range []struct {
		shape     []int
		allowed   func(kind) bool
		symmetric bool
	}{
		{[]int{1}, nil, true},
		{[]int{1, 1}, nil, true},
		{[]int{1, 1}, nil, false},
		{[]int{1, 1, 1}, few, true},
		{[]int{1, 1, 1}, few, false},
		{[]int{2, 2}, few, true},
		{[]int{2, 2}, few, false},
		{[]int{2, 1, 1}, few, true},
		{[]int{3, 1}, few, true},
		{[]int{1, 1, 1, 1}, few, true},
		{[]int{2, 2}, withRetain, true},
	} {
		ops := alphabet(2, c.allowed)
		list := generated(t, c.shape, ops, c.symmetric, clients)
		// Retain knows the keys apart.
		symmetric := c.symmetric && !slices.ContainsFunc(ops, func(o op) bool { return o.kind == retain })
		require.NoError(t, checkGeneration(c.shape, ops, symmetric, list), "%v", c.shape)

		// A generator that forgets a client, or that knows no symmetry, is noticed.
		require.Error(t, checkGeneration(c.shape, ops, symmetric, list[1:]))
		if len(c.shape) > 1 {
			var all []string
			everyClient(c.shape, ops, func(c client) { all = append(all, spelling(c)) })
			require.Greater(t, len(all), len(list))
			require.Error(t, checkGeneration(c.shape, ops, symmetric, all))
		}
	}
}

// TestAlphabet checks that every method is there, on every key.
func TestAlphabet(t *testing.T) {
	for keys := 2; keys <= maxKeys; keys++ {
		seen := map[string]int{}
		for _, o := range alphabet(keys, nil) {
			seen[kindNames[o.kind]]++
		}
		for k := range kinds {
			want := 1
			if k.singleKey() {
				want = keys
			}
			require.Equal(t, want, seen[kindNames[k]], kindNames[k])
		}
	}
}

// TestClientsStop checks that generation ends when yield returns false.
func TestClientsStop(t *testing.T) {
	n := 0
	require.False(t, clients([]int{1, 1}, alphabet(2, nil), false, func(client) bool { n++; return n < 3 }))
	require.Equal(t, 3, n)
}
