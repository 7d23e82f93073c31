package refine

import (
	"encoding/binary"
	"unsafe"

	"github.com/flatmap-go/flatmap/model/protocol/refine/memory"
)

// Begin takes note of what a map holds before an execution, and of what its goroutines
// call. No goroutine may use the map meanwhile.
func (f *Follower) Begin(m Map, calls [][]Call) {
	f.log, f.arena = f.log[:0], f.arena[:0]
	f.subject, f.calls = m, calls
	m.Layout(&f.layout)
	f.base = f.layout.Current
	f.roots, f.links, f.overflow = f.roots[:0], f.links[:0], f.overflow[:0]
	f.announced = false
	for _, x := range f.layout.Regions {
		if x.Table != f.base {
			continue
		}
		switch x.Kind {
		case memory.Root:
			f.roots = append(f.roots, wordsAt(x.First, x.N*int(x.Stride)/8)...)
		case memory.Link:
			f.links = append(f.links, linksAt(x.First, x.N)...)
		case memory.Overflow: // in the order of their numbers
			f.overflow = append(f.overflow, wordsAt(x.First, x.N*int(x.Stride)/8)...)
		case memory.Next:
			f.announced = wordsAt(x.First, 1)[0] != 0
		}
		if x.Kind == memory.Root {
			f.stride = int(x.Stride) / 8
		}
	}
}

func wordsAt(p unsafe.Pointer, n int) []uint64 { return unsafe.Slice((*uint64)(p), n) }

func linksAt(p unsafe.Pointer, n int) []uint32 { return unsafe.Slice((*uint32)(p), n) }

// A chainStart is what a chain holds in the beginning: the words of its buckets.
func (f *Follower) chainStart(chain int) (buckets [][]uint64, links []int) {
	b := f.roots[chain*f.stride:][:f.stride]
	next := int(f.links[chain])
	for {
		buckets = append(buckets, b)
		if b[0]&flagLinked == 0 {
			return buckets, links
		}
		links = append(links, next)
		b = f.overflow[(next-1)*f.stride:][:f.stride]
		next = int(b[1])
	}
}

// setup makes the machine of this execution, in its initial state.
func (r *run) setup() {
	f, l := r.f, &r.f.layout
	r.first = r.first[:0]
	chains, most := 0, 0
	for _, n := range l.Roots[r.base:] {
		r.first = append(r.first, chains)
		chains += n
		most = max(most, n)
	}
	r.first = append(r.first, chains) // of the table that there never is
	r.tables, r.chains = len(r.first)-1, chains+1
	clear(r.buckets)
	for c := range l.Roots[r.base] {
		_, links := f.chainStart(c)
		for i, link := range links {
			r.buckets[linkName{0, link}] = position{c, i + 1}
		}
	}
	r.resolve()
	r.keys = f.subject.Keys()
	dummies, total, iterations := 0, 0, 0
	r.spareIter = 0
	for i, calls := range f.calls {
		total += len(calls)
		for _, c := range calls {
			if c.Kind != Retain && c.Kind != Iterate {
				continue
			}
			dummies = most // so that each chain is that of a key
			iterations++
			if g := &r.goroutines[i]; g.iter < 0 {
				g.iter = r.spareIter
				r.spareIter++
			}
		}
	}
	n := sizes{
		nReader: len(f.calls), nWriter: len(f.calls), nIter: r.spareIter, nSlot: r.chains * r.longest * l.Slots, nChain: r.chains,
		nTable: r.tables + 1, nKey: r.keys + dummies, nRep: r.keys, nVal: f.subject.Values(),
		nKidx: l.KeyWords, nVidx: l.ValueWords, nInt: r.longest,
	}
	if r.spareReader = len(f.calls); f.subject.HasherFails() {
		n.nReader += total
		n.nIter += iterations
	}
	key := append(f.id[:0], f.subject.Identity()...)
	for _, x := range []int{n.nReader, len(f.calls), len(r.goroutines), n.nIter, dummies, n.nVal, r.keys, r.longest, l.Slots, b2i(l.Pointers), b2i(l.Spare), b2i(l.Fast)} {
		key = binary.AppendUvarint(key, uint64(x))
	}
	for _, x := range l.Roots[r.base:] {
		key = binary.AppendUvarint(key, uint64(x))
	}
	for _, x := range f.roots { // what the first table holds
		key = binary.AppendUvarint(key, x)
	}
	for _, x := range f.overflow {
		key = binary.AppendUvarint(key, x)
	}
	f.id = key
	w := f.worlds[string(key)]
	if w == nil {
		w = r.newWorld(n)
		f.worlds[string(key)] = w
	}
	r.world, r.m = w, w.m
	r.m.restart()
	r.setupCounting(len(r.goroutines))
	if f.announced {
		r.m.announced[0] = true
	}
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// A world is a machine, and the numbers that stand for words in it.
type world struct {
	m      *machine
	words  map[uint64]int32
	key    map[string]int // of its words
	value  map[string]int
	hashes []uint64 // of keys

	entries *small
	ends    []*small
}

// newWorld makes a machine in its initial state.
func (r *run) newWorld(n sizes) *world {
	l, s := r.layout, r.f.subject
	w := &world{words: map[uint64]int32{0: 0}, key: map[string]int{}, value: map[string]int{}}
	for k := range r.keys {
		w.key[w.intern(s.KeyWords(k), l.KeyWords)] = k
		w.hashes = append(w.hashes, s.HashOf(k))
	}
	for v := range n.nVal {
		w.value[w.intern(s.ValueWords(v), l.ValueWords)] = v
	}
	n.nWord = len(w.words) + 1
	m := newMachine(n)
	w.m = m
	r.world, r.m = w, m
	roots := func(t int) int {
		if t == r.tables {
			return 1
		}
		return l.Roots[r.base+t]
	}
	for t := range n.nTable {
		m.ord[t], m.next[t] = int32(t), int32(min(t+1, n.nTable-1))
		if t < r.tables {
			m.shrinks[t] = roots(t+1) < roots(t)
		}
		for i := range roots(t) {
			c := r.first[t] + i
			m.tableof[c] = int32(t)
			if t > 0 {
				m.src[c] = int32(r.first[t-1] + i&(roots(t-1)-1))
			}
			if t < r.tables {
				m.dst[c] = int32(r.first[t+1] + i&(roots(t+1)-1))
			}
			m.len[c], m.wlen[c] = 1, 1
			for b := range r.longest {
				for i := range l.Slots {
					x := r.slot(c, b, i)
					m.chainof[x], m.pos[x], m.empty[x] = int32(c), int32(b), true
				}
				m.spare[c*(n.nInt+1)+b] = int32(r.slot(c, b, l.Slots-1))
			}
		}
		for k := range n.nKey {
			h := uint64(k - r.keys) // of those that nobody has, one for each class of a Retain
			if k < r.keys {
				h = w.hashes[k]
			}
			m.home[t*n.nKey+k] = int32(r.first[t] + int(h&uint64(roots(t)-1)))
		}
	}
	for k := range r.keys {
		m.keyof[k] = int32(k)
		for i, x := range s.KeyWords(k)[:l.KeyWords] {
			m.kw[k*n.nKidx+i] = w.words[x]
		}
	}
	for v := range n.nVal {
		for j, x := range s.ValueWords(v)[:l.ValueWords] {
			m.vw[v*n.nVidx+j] = w.words[x]
		}
	}
	copy(m.kptr, l.KeyPointers)
	copy(m.vptr, l.ValuePointers)
	m.multi[0], m.ptrs[0], m.fast[0] = l.Spare, l.Pointers, l.Fast
	m.index()
	for c := range l.Roots[r.base] {
		r.startChain(c)
	}
	m.keep()
	return w
}

// startChain makes the model's chain what the map's is in the beginning.
func (r *run) startChain(c int) {
	m, l := r.m, r.layout
	buckets, _ := r.f.chainStart(c)
	if buckets[0][0]&(flagLocked|flagMoved|lentBits) != 0 {
		r.fail("chain %d is locked, or has moved, before the execution", c)
	}
	n := int32(len(buckets))
	m.len[c], m.wlen[c], m.links[c], m.ver[c] = n, n, n-1, int32(buckets[0][1])
	m.fh[c] = buckets[0][0]&flagHeld != 0
	for b, words := range buckets {
		for i := range l.Slots {
			s := r.slot(c, b, i)
			slot := words[headBytes/8+i*int(l.Slot/8):]
			for j := range l.ValueWords {
				m.vword[s*m.nVidx+j] = r.number(slot[j])
			}
			for j := range l.KeyWords {
				m.kword[s*m.nKidx+j] = r.number(slot[int(l.Key/8)+j])
			}
			switch tag := tagAt(words[0], i); {
			case tag == tagEmpty:
			case tag == tagDead:
				m.empty[s], m.open[s] = false, l.Pointers
			default:
				m.empty[s], m.full[s] = false, true
				k := r.keyOf(m.kword[s*m.nKidx:][:m.nKidx])
				m.gr[s], m.gv[s] = int32(k), int32(r.valueOf(m.vword[s*m.nVidx:][:m.nVidx]))
				m.has[k], m.at[k] = true, int32(s)
			}
		}
		for i := range l.Slots {
			if s := r.slot(c, b, i); !m.full[s] {
				m.spare[c*(m.nInt+1)+b] = int32(s)
			}
		}
	}
}

// intern gives numbers to words, and returns the name of them together.
func (w *world) intern(words []uint64, n int) string {
	var name []byte
	for _, x := range words[:n] {
		if _, ok := w.words[x]; !ok {
			w.words[x] = int32(len(w.words))
		}
		name = binary.AppendVarint(name, int64(w.words[x]))
	}
	return string(name)
}

// number returns the number of a word. All that are of no key and no value share one.
func (r *run) number(word uint64) int32 {
	if n, ok := r.world.words[word]; ok {
		return n
	}
	return int32(len(r.world.words))
}

// keyOf returns the key that some words are.
func (r *run) keyOf(words []int32) int {
	if k, ok := lookup(r.world.key, words); ok {
		return k
	}
	r.fail("has words as a key that are not one: rule words")
	return 0
}

func (r *run) valueOf(words []int32) int {
	if v, ok := lookup(r.world.value, words); ok {
		return v
	}
	r.fail("has words as a value that are not one: rule words")
	return 0
}

func lookup(names map[string]int, words []int32) (int, bool) {
	var room [64]byte
	name := room[:0]
	for _, x := range words {
		name = binary.AppendVarint(name, int64(x))
	}
	n, ok := names[string(name)]
	return n, ok
}
