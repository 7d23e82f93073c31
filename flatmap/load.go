package flatmap

import "hash/maphash"

// Load returns the value of key, and whether there is one. It never blocks,
// writes nothing and allocates nothing; it starts again only when a writer of
// the same chain has made progress. Expected constant time.
func (m *Map[K, V]) Load(key K) (value V, ok bool) {
	t := m.table.Load()
	if t == nil {
		unhashable(key)
		return value, false
	}
	if words[K]() == 1 && words[V]() == 1 && t.fast {
		// The fast path for words: a find in the root bucket that calls nothing.
		// Words cannot be torn, so the key may be compared before R4; and one that
		// is not there when it is compared was not there at some moment since R2.
		// It makes hits 7 to 10 % faster, and misses up to 7 % (bench -paths load-words,
		// EPYC, 2026-11-30).
		k := toWord(key)
		h := mix(uint64(k), t.secret, t.factor)
		root := t.wordRoot(h & t.mask)
		version := root.version.Load() // R1; pairs with advance
		meta := root.meta.Load()       // R2; pairs with every store of meta
		for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
			e := wordSlot(root, s)
			if loadWord(&e.key.v) != k { // R3
				continue
			}
			w := loadWord(&e.value.v)
			if root.version.Load() != version { // R4
				retry() // find does
				return t.lookup(key)
			}
			if meta&flagMoved != 0 {
				return t.lookup(key)
			}
			return fromWord[V](w), true // LP-load-hit
		}
		if meta&(flagMoved|flagLinked) == 0 {
			return value, false // LP-load-miss
		}
		return t.lookup(key)
	}
	// The same for words with other values, and for keys of kind string. Here R4
	// comes before the comparison of keys: strings may be torn, and an update of a
	// large value moves its entry, so a slot that has another key by now says
	// nothing about this one. It makes such Loads 18 to 108 % faster (bench -paths
	// load-strings-and-words, EPYC, 2026-11-30).
	var h uint64
	switch {
	case words[K]() == 1 && t.hash.kind == hashWord:
		h = mix(uint64(toWord(key)), t.secret, t.factor)
	case words[K]() == 2 && t.hash.kind == hashString:
		h = maphash.Comparable(t.hash.seed, asString(key))
	case words[K]() == 2 && t.strings:
		h = t.hash.slow(key)
	default:
		return t.lookup(key)
	}
	root := t.root(h & t.mask)
	version := root.version.Load() // R1; pairs with advance
	meta := root.meta.Load()       // R2; pairs with every store of meta
	if meta&flagMoved != 0 {
		return t.find(key, h)
	}
	if s := matchTag(meta, tagOf(h)); s != 0 {
		e := slotOf[K, V](root, s)
		var data pointer // R3
		var word uintptr
		if words[K]() == 2 {
			data, word = loadPointer(pointerOf(&e.key, 0)), loadWord(wordOf(&e.key, 1))
		} else {
			word = loadWord(wordOf(&e.key, 0))
		}
		if words[V]() == 1 && t.values.mask == 0 { // in a register: 6 % faster (bench -paths load-register, EPYC, 2026-11-30)
			w := loadWord(wordOf(&e.value, 0))
			if root.version.Load() != version { // R4: k may be torn
				retry() // find does
				return t.find(key, h)
			}
			if words[K]() == 2 && isString(data, word, asString(key)) || words[K]() == 1 && word == toWord(key) {
				return fromWord[V](w), true // LP-load-hit
			}
			return t.find(key, h) // rarely: another key's tag
		}
		var v V
		if words[V]() == 1 { // inlined, which loadMany is not
			v = loadOne(&e.value, &t.values)
		} else {
			loadMany(&v, &e.value, &t.values)
		}
		if root.version.Load() != version { // R4: k and v may be torn
			retry() // find does
			return t.find(key, h)
		}
		if words[K]() == 2 && isString(data, word, asString(key)) || words[K]() == 1 && word == toWord(key) {
			return v, true // LP-load-hit
		}
		return t.find(key, h) // rarely: another key's tag
	}
	if meta&flagLinked != 0 {
		return t.find(key, h)
	}
	return value, false // LP-load-miss
}

// lookup is Load in a map that has a table, for keys of any type. For those that
// Load leaves to it, it begins with the same fast path. (In Load itself, it would
// make Loads of sets 10 % slower, and of strings 3 %.)
//
// It makes Loads 8 to 49 % faster (bench -paths lookup-root, EPYC, 2026-11-30).
func (t *table[K, V]) lookup(key K) (value V, ok bool) {
	if words[K]() == 1 && t.hash.kind == hashWord {
		return t.find(key, t.hash.of(key))
	}
	h := t.hash.sought(key)
	root := t.root(h & t.mask)
	version := root.version.Load() // R1; pairs with advance
	meta := root.meta.Load()       // R2; pairs with every store of meta
	if meta&flagMoved != 0 {
		return t.find(key, h)
	}
	if s := matchTag(meta, tagOf(h)); s != 0 {
		e := slotOf[K, V](root, s)
		var k K // R3
		if words[K]() == 2 && t.keys.mask == 3 {
			k = loadPointers(&e.key)
		} else {
			loadCell(&k, &e.key, &t.keys)
		}
		var v V
		if words[V]() == 1 {
			v = loadOne(&e.value, &t.values)
		} else {
			loadMany(&v, &e.value, &t.values)
		}
		if root.version.Load() != version { // R4: k and v may be torn
			retry() // find does
			return t.find(key, h)
		}
		if k == key {
			return v, true // LP-load-hit
		}
		return t.find(key, h) // rarely: another key's tag
	}
	if meta&flagLinked != 0 {
		return t.find(key, h)
	}
	return value, false // LP-load-miss
}

// find is the readers' walk of a chain: steps R1 to R5 of design.go. It takes no
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
	for b != nil {
		for s := matchTag(m, tag); s != 0; s = s.rest() {
			e := slotOf[K, V](b, s)
			var k K  // R3
			switch { // inlined, which loadCell is not
			case words[K]() == 1:
				k = loadOne(&e.key, &t.keys)
			case words[K]() == 2 && t.strings:
				k = fromString[K](loadString(&e.key))
			default:
				loadCell(&k, &e.key, &t.keys)
			}
			if words[V]() == 1 {
				value = loadOne(&e.value, &t.values)
			} else {
				loadCell(&value, &e.value, &t.values)
			}
			if root.version.Load() != version { // R4: k and v may be torn
				retry()
				goto again
			}
			if k == key {
				return value, true // LP-load-hit is R2, or the load of a one-word value
			}
		}
		b, m = t.after(h&t.mask, b, m) // R5, R2
	}
	var none V         // value may be torn, or another key's
	return none, false // LP-load-miss
}

// LoadBytes is m.Load(K(key)), without an allocation, however long key is.
func LoadBytes[K ~string, V any](m *Map[K, V], key []byte) (value V, ok bool) {
	return m.Load(K(asString(key)))
}

// Contains reports whether key is present. It is as cheap as Load and, like it,
// never blocks.
func (m *Map[K, V]) Contains(key K) bool {
	_, ok := m.Load(key)
	return ok
}
