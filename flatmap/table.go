package flatmap

// A config is what a map decides once and every table of it repeats, so that
// an operation finds it beside the table's own words.
type config[K comparable, V any] struct {
	hash     hasher[K]
	keys     layout
	values   layout
	words    bool     // keys are compared by their bits and values are one pointer-free word, or none
	fast     bool     // both are words, and the map hashes keys itself: see core
	strings  bool     // keys are of kind string
	pointers bool     // keys or values hold some: a slot is cleared when it becomes DEAD
	compares equality // what == means for values
	growOnly bool     // never shrink
	floor    uint64   // buckets of the smallest table
}

// A table is one flat array of root buckets, and overflow buckets linked by
// index, allocated in segments that double in size.
type table[K comparable, V any] struct {
	core
	config[K, V]

	// next is set once, by the resize or Clear that replaces this table.
	next atomicPointer[resize[K, V]]
	// prev is the resize that fills this table, until it is complete.
	prev atomicPointer[resize[K, V]]
}

// spareSlots returns how many slots of a bucket inserts keep free for updates.
func spareSlots[V any]() int {
	if needsSpare[V]() {
		return 1
	}
	return 0
}

// usableSlots returns how many slots of a bucket inserts may fill.
func usableSlots[V any]() uint64 { return uint64(allSlots.len() - spareSlots[V]()) }

// bucketsFor returns how many buckets hold n entries without growing.
func bucketsFor[V any](n uint64) uint64 {
	b := uint64(minBuckets)
	for uint64(loadLimit[V](b)) < n && b < 1<<56 { // more than memory can hold
		b *= 2
	}
	return b
}

// loadLimit returns how many entries n buckets hold before they grow.
func loadLimit[V any](n uint64) int64 {
	return int64(max(1, n*usableSlots[V]()*loadNum/loadDen))
}

func newTable[K comparable, V any](cfg *config[K, V], buckets uint64, counts *counters) *table[K, V] {
	t := &table[K, V]{
		core:   newCore(makeBuckets[K, V](buckets), buckets, uint64(bucketBytes[K, V]()), counts),
		config: *cfg,
	}
	t.secret, t.factor = cfg.hash.secret, cfg.hash.factor
	t.growAt = loadLimit[V](buckets)
	few, _ := tidyLimits(buckets)
	t.tidyAt.Store(few)
	if buckets > cfg.floor && !cfg.growOnly {
		t.shrinkAt = t.growAt / shrinkDivisor
	}
	t.shares()
	return t
}

// tidyLimits returns the number of overflow buckets beyond which n buckets are
// made anew: few if many of them are needed no longer, and many anyway.
func tidyLimits(n uint64) (few, many uint64) {
	many = n/2 + minBuckets
	return min(n/8+2, many), many
}

// root returns the root bucket of a chain.
func (t *table[K, V]) root(chain uint64) *head { return bucketAt[K, V](t.base, chain) }

// overflowAt returns the overflow bucket that a link, which is not 0, names.
func (t *table[K, V]) overflowAt(link uint64) *head {
	segment, i := t.segmentOf(link)
	return bucketAt[K, V](t.overflow[segment].Load(), i)
}

// newOverflow hands out an overflow bucket that no one else has: zeroed and
// not yet linked.
func (t *table[K, V]) newOverflow() (link uint64, b *head) {
	link = t.linked.Add(1)
	if link > 1<<32-1 {
		panic("flatmap: too many overflow buckets: the hasher gives too few different hashes")
	}
	if k, _ := t.segmentOf(link); t.overflow[k].Load() == nil {
		// Two goroutines may both allocate; one segment is dropped.
		t.overflow[k].CompareAndSwap(nil, makeBuckets[K, V](t.segmentLen(k)))
	}
	return link, t.overflowAt(link)
}

// follow returns the bucket after b, whose meta is m, in a chain; nil if b is
// the last.
func (t *table[K, V]) follow(chain uint64, root, b *head, m uint64) *head {
	if m&flagLinked == 0 {
		return nil
	}
	return t.overflowAt(t.linkOf(chain, root, b))
}

// find is the readers' walk of a chain: steps R1 to R5 of doc.go. It takes no
// lock, writes nothing, and starts again only when a writer has advanced the
// chain's version.
func (t *table[K, V]) find(key K, h uint64) (value V, ok bool) {
	tag := tagOf(h)
again:
	root := t.root(h & t.mask)
	version := root.version.Load() // R1; pairs with advance
	b, m := root, root.meta.Load() // R2; pairs with every store of meta
	if m&flagMoved != 0 {
		t = t.next.Load().dst
		goto again
	}
	for {
		for s := matchTag(m, tag); s != 0; s = s.rest() {
			e := slotOf[K, V](b, s)
			var k K                           // R3
			if words[K]() == 2 && t.strings { // inlined, which loadCell is not
				k = fromString[K](loadString(&e.key))
			} else {
				loadCell(&k, &e.key, &t.keys)
			}
			loadCell(&value, &e.value, &t.values)
			if root.version.Load() != version { // R4: k and v may be torn
				retry()
				goto again
			}
			if k == key {
				return value, true // LP-load-hit is R2, or the load of a one-word value
			}
		}
		if b = t.follow(h&t.mask, root, b, m); b == nil { // R5
			var none V         // value may be torn, or another key's
			return none, false // LP-load-miss
		}
		m = b.meta.Load() // R2
	}
}

// findWords is find for keys of one word compared by their bits and values of
// one pointer-free word, or none: nothing leaves registers, and a key that differs
// needs no validation beyond the version's.
func (t *table[K, V]) findWords(key uintptr, h uint64) (value uintptr, ok bool) {
	tag := tagOf(h)
again:
	root := t.root(h & t.mask)
	version := root.version.Load()
	b, m := root, root.meta.Load()
	if m&flagMoved != 0 {
		t = t.next.Load().dst
		goto again
	}
	for {
		for s := matchTag(m, tag); s != 0; s = s.rest() {
			e := slotOf[K, V](b, s)
			k, v := loadWords(e)
			if root.version.Load() != version {
				retry()
				goto again
			}
			if k == key {
				return v, true
			}
		}
		if b = t.follow(h&t.mask, root, b, m); b == nil {
			return 0, false
		}
		m = b.meta.Load()
	}
}
