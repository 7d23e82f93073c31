package flatmap

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
		if w, ok, sure := t.loadFast(toWord(key)); sure {
			return fromWord[V](w), ok
		}
	}
	return t.lookup(key)
}

// lookup is Load in a map that has a table.
func (t *table[K, V]) lookup(key K) (value V, ok bool) {
	h := t.hash.of(key)
	if words[K]() == 1 && words[V]() <= 1 && t.words {
		w, ok := t.findWords(toWord(key), h)
		return fromWord[V](w), ok
	}
	return t.find(key, h)
}

// Contains reports whether key is present. It is as cheap as Load, and blocks
// as little.
func (m *Map[K, V]) Contains(key K) bool {
	_, ok := m.Load(key)
	return ok
}
