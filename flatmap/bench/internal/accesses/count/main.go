// Command count prints a Markdown table of the shared accesses that the map's
// operations make. It fails if a read writes, or if writes to different chains
// write the same cache line. It must be built by package accesses; otherwise
// nothing is recorded.
package main

import (
	"cmp"
	"flag"
	"fmt"
	fnv1a "hash/fnv"
	"hash/maphash"
	"log"
	"maps"
	"runtime"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/record"
)

const line = 64 // bytes of a cache line

// entries is the number of entries in the map, which has room for eight times as
// many. A chain therefore seldom has more than one bucket, and nothing resizes.
const entries = 1 << 12

func main() {
	log.SetFlags(0)
	log.SetPrefix("count: ")
	flag.StringVar(&plant, "plant", "", "make operations with this name write one more word, which must be found")
	flag.Parse()
	runtime.GOMAXPROCS(2) // the number of counters depends on it
	fmt.Println("| entries | operation | atomic loads | atomic stores | locked | plain words written | lines written |")
	fmt.Println("| --- | --- | --- | --- | --- | --- | --- |")
	count("uint64, uint64", func(i int) uint64 { return uint64(i) }, func(i int) uint64 { return uint64(i) }, true,
		func(_ maphash.Seed, k uint64) uint64 { return mix(k) })
	count("string, string", func(i int) string { return fmt.Sprint("key ", i) }, func(i int) string { return fmt.Sprint(i) }, false,
		func(_ maphash.Seed, k string) uint64 { return mix(fnv(k)) })
	count("[4]uint64, [8]uint64", func(i int) [4]uint64 { return [4]uint64{uint64(i)} }, func(i int) [8]uint64 { return [8]uint64{uint64(i)} }, false,
		func(_ maphash.Seed, k [4]uint64) uint64 { return mix(k[0]) })
}

// plant names the operations that also write planted, or is "".
var (
	plant   string
	planted record.Uint64
)

// An operation is measured on many keys.
type operation struct {
	name   string
	writes bool
	do     func(i int)
}

// count measures maps of one type. Entries of two words have fast paths, and
// buckets of wholeLines, whole cache lines. The hasher gives entries the same places
// in every process; the places decide how many lines an operation touches.
func count[K comparable, V any](types string, key func(i int) K, value func(i int) V, wholeLines bool, hasher func(maphash.Seed, K) uint64) {
	keys, values := make([]K, 2*entries), make([]V, 2*entries)
	for i := range keys {
		keys[i], values[i] = key(i), value(i)
	}
	for {
		m := flatmap.New[K, V](flatmap.WithCapacity(8*entries), flatmap.WithHasher(hasher))
		rows, owners := operate(types, m, keys, values)
		// A chain that gets a second bucket writes its link, and may share the
		// bucket's lines with any other chain: the exception that SCALING.md names.
		// A few maps have one by chance; try another map then.
		if m.Stats().Overflow > 0 {
			continue
		}
		fmt.Print(rows)
		owners.check(types, wholeLines)
		break
	}
	during(types, keys, values)
}

// operate fills m and runs every operation on many keys. It returns the rows of the
// table and the lines that were written.
func operate[K comparable, V any](types string, m *flatmap.Map[K, V], keys []K, values []V) (rows string, owners owners) {
	var text strings.Builder
	for i := range entries {
		m.Store(keys[i], values[i])
	}
	for _, op := range []operation{
		{"Load, hit", false, func(i int) { m.Load(keys[i]) }},
		{"Load, miss", false, func(i int) { m.Load(keys[entries+i]) }},
		{"Store, update", true, func(i int) { m.Store(keys[i], values[i+1]) }},
		{"Store, insert", true, func(i int) { m.Store(keys[entries+i], values[i]) }},
		{"Delete", true, func(i int) { m.Delete(keys[entries+i]) }},
		{"Store, insert where one was deleted", true, func(i int) { m.Store(keys[entries+i], values[i]) }},
		{"Compute, update", true, func(i int) {
			m.Compute(keys[i], func(V, bool) (V, flatmap.Op) { return values[i], flatmap.Set })
		}},
	} {
		var tallies []tally
		for i := range entries {
			t := tallyOf(record.During(func() {
				op.do(i)
				if op.name == plant {
					planted.Store(1)
				}
			}))
			if t.loads == 0 {
				log.Fatal("nothing was recorded: run go test ./internal/accesses instead")
			}
			if len(t.written) > 0 != op.writes {
				log.Fatalf("%s, %s: %d cache lines written", types, op.name, len(t.written))
			}
			if op.writes {
				owners.add(types, op.name, &t)
			}
			tallies = append(tallies, t)
		}
		fmt.Fprintf(&text, "| %s | %s | %d | %d | %d | %d | %d |\n", types, op.name, usual(tallies, func(t tally) int { return t.loads }),
			usual(tallies, func(t tally) int { return t.stores }), usual(tallies, func(t tally) int { return t.locked }),
			usual(tallies, func(t tally) int { return t.plain }), usual(tallies, func(t tally) int { return len(t.written) }))
	}
	return text.String(), owners
}

// A tally has the accesses of one operation.
type tally struct {
	loads, stores, locked, plain int
	written                      map[uintptr]bool // cache lines
	counter                      map[uintptr]bool // the lines among them that are a counter's
	chain                        uintptr          // address of the chain's lock
}

func tallyOf(accesses []record.Access) tally {
	t := tally{written: map[uintptr]bool{}, counter: map[uintptr]bool{}}
	for _, a := range accesses {
		switch a.Kind {
		case record.Load:
			t.loads++
			continue
		case record.PlainRead:
			continue
		case record.Store:
			t.stores++
		case record.Locked, record.Count:
			t.locked++
		case record.PlainWrite:
			t.plain += int(a.Bytes / 8)
		}
		for l := a.Addr / line; l <= (a.Addr+a.Bytes-1)/line; l++ {
			t.written[l] = true
			if a.Kind == record.Count {
				t.counter[l] = true
			}
		}
		if a.Kind == record.Locked && t.chain == 0 {
			t.chain = a.Addr
		}
	}
	return t
}

// usual returns the most frequent figure. Rarer ones come from tags that are equal
// by chance.
func usual(tallies []tally, of func(tally) int) int {
	seen := map[int]int{}
	for _, t := range tallies {
		seen[of(t)]++
	}
	return slices.MaxFunc(slices.Sorted(maps.Keys(seen)), func(a, b int) int { return cmp.Compare(seen[a], seen[b]) })
}

// owners records which chains' writes wrote which cache lines.
type owners struct {
	chains   map[uintptr]map[uintptr]bool // by line, without counters
	counters map[uintptr]bool
}

func (o *owners) add(types, op string, t *tally) {
	if o.chains == nil {
		o.chains, o.counters = map[uintptr]map[uintptr]bool{}, map[uintptr]bool{}
	}
	if t.chain == 0 {
		log.Fatalf("%s, %s: no lock was taken", types, op)
	}
	if len(t.counter) > 1 {
		log.Fatalf("%s, %s: %d counters written", types, op, len(t.counter))
	}
	for l := range t.written {
		if t.counter[l] {
			o.counters[l] = true
			continue
		}
		if o.chains[l] == nil {
			o.chains[l] = map[uintptr]bool{}
		}
		o.chains[l][t.chain] = true
	}
}

// check fails if writes to different chains wrote one line. If the size of a bucket
// is not a multiple of a line, neighbours may share a line.
func (o *owners) check(types string, wholeLines bool) {
	locks := map[uintptr]bool{}
	for _, chains := range o.chains {
		for c := range chains {
			locks[c] = true
		}
	}
	all := slices.Sorted(maps.Keys(locks))
	shared := 0
	for l, chains := range o.chains {
		if o.counters[l] {
			log.Fatalf("%s: a counter's cache line was also written by another access", types)
		}
		if len(chains) == 1 {
			continue
		}
		shared++
		at := slices.Sorted(maps.Keys(chains))
		first, _ := slices.BinarySearch(all, at[0])
		last, _ := slices.BinarySearch(all, at[len(at)-1])
		if wholeLines || last-first != len(at)-1 || len(at) > 2 {
			log.Fatalf("%s: writes to %d chains wrote one cache line", types, len(at))
		}
	}
	text := "none"
	if shared > 0 {
		text = "between neighbours only"
	}
	fmt.Printf("| %s | lines that writes to different chains share | | | | | %s, and %d counters |\n", types, text, len(o.counters))
}

// during fails if a read writes while a resize is in progress.
func during[K comparable, V any](types string, keys []K, values []V) {
	resizing := flatmap.New[K, V]()
	n := 0
	for n < len(keys)/2 || !resizing.Stats().Resizing {
		if n == len(keys) {
			log.Fatalf("%s: no resize was seen in progress", types)
		}
		resizing.Store(keys[n], values[n])
		n++
	}
	for i, reads := range []func(){
		func() {
			for _, k := range keys {
				resizing.Load(k)
				resizing.Contains(k)
			}
		},
		func() { resizing.Len() },
		func() { resizing.Range(func(K, V) bool { return true }) },
	} {
		if t := tallyOf(record.During(reads)); t.loads == 0 || len(t.written) > 0 {
			log.Fatalf("%s: reads %d during a resize: %d cache lines written", types, i, len(t.written))
		}
	}
}

// mix is a bijection with good avalanche (the finalizer of MurmurHash3).
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}

func fnv(s string) uint64 {
	h := fnv1a.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}
