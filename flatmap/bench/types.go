package main

import (
	"fmt"
	"runtime"

	"github.com/flatmap-go/flatmap/flatmap/bench/internal/subject"
)

// typeRows measure single operations by one goroutine, with keys and values of
// many types.
func typeRows() []row {
	words := func(n int) []uint64 { return randomWords(n) }
	return []row{
		typeRow("uint64", words, subject.OfUint64),
		typeRow("string", stringKeys, subject.OfString),
		typeRow("struct32", structKeys, subject.OfStruct32),
		typeRow("interface", interfaceKeys, subject.OfInterface),
		typeRow("value64", words, subject.OfValue64),
		typeRow("value1k", words, subject.OfValue1K),
		typeRow("set", words, subject.OfSet),
	}
}

func structKeys(n int) []subject.Struct32 {
	keys := make([]subject.Struct32, n)
	for i, w := range randomWords(n) {
		keys[i] = subject.Struct32{A: w, B: 1, C: w * w, D: 2}
	}
	return keys
}

// interfaceKeys returns interfaces that hold ints.
func interfaceKeys(n int) []any {
	keys := make([]any, n)
	for i, k := range intKeys(n) {
		keys[i] = k
	}
	return keys
}

func typeRow[K any](name string, keys func(n int) []K, impls []subject.Impl[K]) row {
	return row{
		name: "types/" + name, about: "single operations, one goroutine",
		measure: func(r *runner) (cells []Cell, err error) {
			for _, n := range pick(r, []int{10_000}, []int{1_000, 100_000}) {
				more, err := operations(r, name, keys(2*n), impls)
				if err != nil {
					return nil, err
				}
				cells = append(cells, more...)
			}
			return cells, nil
		},
	}
}

// operations measures maps that hold the first half of keys.
func operations[K any](r *runner, name string, keys []K, impls []subject.Impl[K]) ([]Cell, error) {
	n := len(keys) / 2
	present, absent := keys[:n], keys[n:]
	order := shuffled(present)
	repeat := max(1, pick(r, 20_000, 100_000)/n)
	ops := []struct {
		name string
		run  func(m subject.Map[K]) (sum uint64)
	}{
		{"hit", func(m subject.Map[K]) uint64 { return m.LoadAll(order) }},
		{"miss", func(m subject.Map[K]) uint64 { return m.LoadAll(absent) }},
		{"update", func(m subject.Map[K]) uint64 { m.StoreAll(present); return 0 }},
		{"insertdelete", func(m subject.Map[K]) uint64 { m.StoreAll(absent); m.DeleteAll(absent); return 0 }},
		{"range", subject.Map[K].Range},
	}
	cells := make([]Cell, len(ops))
	for i, op := range ops {
		cells[i] = Cell{Op: op.name, Keys: name, N: n, Unit: "ns/op", Iters: repeat * n}.With("procs", 1)
	}
	settle()
	err := r.interleave(len(impls), 1, func(i int) error {
		runtime.GC()
		m := impls[i].New(2 * n)
		m.StoreAll(present)
		for o, op := range ops {
			var sum uint64
			cells[o].Add(impls[i].Name, elapsed(repeat*n, func() {
				for range repeat {
					sum += op.run(m)
				}
			}))
			if want, known := wantSum(op.name, name, n); known && sum != want*uint64(repeat) {
				return wrongSum(fmt.Sprintf("%s, %s", impls[i].Name, op.name), sum, want*uint64(repeat))
			}
		}
		return nil
	})
	return cells, err
}

// wantSum returns the sum that an operation on n present keys reads, if it is
// known. For a set it is the number of keys found.
func wantSum(op, keys string, n int) (sum uint64, known bool) {
	switch op {
	case "miss":
		return 0, true
	case "hit", "range":
		if keys == "set" {
			return uint64(n), true
		}
		return sumTo(n), true
	}
	return 0, false
}
