package planted

var reading = []Mistake{
	both("no-r4", "a reader does not check the version again after it has copied a key and value of several words",
		"2x1", "strings", "one entry", "Load,Store,Delete",
		in("Map.Load", `loadMany(&v, &e.value, &t.values) }
			if root.version.Load() != version { retry(); return t.find(key, h) }`,
			`loadMany(&v, &e.value, &t.values) }`)),
	both("no-r4-register", "the same for a string key with a value that stays in a register",
		"reuse", "names", "one entry, worn", "Load,Store,LoadAndDelete",
		in("Map.Load", `w := loadWord(wordOf(&e.value, 0))
			if root.version.Load() != version { retry(); return t.find(key, h) }`,
			`w := loadWord(wordOf(&e.value, 0))`)),
	both("no-r4-words", "the same for words on the fast path",
		"3x1", "words", "one entry, worn", "Load,Store,Delete",
		in("Map.Load", `if root.version.Load() != version { retry(); return t.lookup(key) }`, `_ = version`)),
	mutant("no-r4-lookup", "the same for keys of any type",
		in("table.lookup", `if root.version.Load() != version { retry(); return t.find(key, h) }`, `_ = version`)),
	explorer("no-r4-anywhere", "the same wherever a reader compares whole keys",
		"2x1", "strings", "one entry", "Load,Store,Delete",
		times(2, "Map.Load", `if root.version.Load() != version { retry(); return t.find(key, h) }`, `_ = version`),
		in("table.lookup", `if root.version.Load() != version { retry(); return t.find(key, h) }`, `_ = version`),
		in("table.find", `if root.version.Load() != version { retry(); goto again }`, `_ = version`)),
	explorer("no-r4-hashed-words", "the same for words that the user hashes",
		"reuse", "words-core", "one entry, worn", "Load,Store,LoadAndDelete",
		in("table.lookup", `if root.version.Load() != version { retry(); return t.find(key, h) }`, `_ = version`),
		in("table.find", `if root.version.Load() != version { retry(); goto again }`, `_ = version`)),
	mutant("compare-before-r4", "a reader returns an entry whose key is equal before it checks that the key is not torn",
		in("table.find", `if root.version.Load() != version { retry(); goto again }
			if k == key { return value, true }`,
			`if k == key { return value, true }
			if root.version.Load() != version { retry(); goto again }`)),
	mutant("compare-before-r4-register", "the same for a string, whose words may be of two keys, with a value of one word",
		in("Map.Load", `w := loadWord(wordOf(&e.value, 0))
			if root.version.Load() != version { retry(); return t.find(key, h) }`,
			`w := loadWord(wordOf(&e.value, 0))
			if words[K]() == 2 && isString(data, word, asString(key)) { return fromWord[V](w), true }
			if root.version.Load() != version { retry(); return t.find(key, h) }`)),
	mutant("compare-before-r4-string", "the same for a string with another value",
		in("Map.Load", `loadMany(&v, &e.value, &t.values) }
			if root.version.Load() != version { retry(); return t.find(key, h) }`,
			`loadMany(&v, &e.value, &t.values) }
			if words[K]() == 2 && isString(data, word, asString(key)) { return v, true }
			if root.version.Load() != version { retry(); return t.find(key, h) }`)),
	explorer("key-before-r4", "a reader rejects a slot because of its key, a word, before it checks the version, though an update may have moved the entry",
		"roomy", "pairs", "three slots, full", "Load,Store",
		in("Map.Load", `if s := matchTag(meta, tagOf(h)); s != 0 {
			e := slotOf[K, V](root, s)
			var data pointer`,
			`for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
			e := slotOf[K, V](root, s)
			var data pointer`),
		in("Map.Load", `var v V
			if words[V]() == 1 {`,
			`if words[K]() == 1 && word != toWord(key) { continue }
			var v V
			if words[V]() == 1 {`)),
	mutant("key-before-r4-last", "the same for the only slot with the key's tag",
		in("Map.Load", `var v V
			if words[V]() == 1 {`,
			`if words[K]() == 1 && word != toWord(key) && s.rest() == 0 && meta&flagLinked == 0 { return value, false }
			var v V
			if words[V]() == 1 {`)),
	both("torn-key", "a reader compares a key of any type, which may be torn, before it checks the version",
		"reuse-large", "interfaces", "one entry, worn", "Load,Store,LoadAndDelete",
		in("table.lookup", `if root.version.Load() != version { retry(); return t.find(key, h) }
			if k == key { return v, true }`,
			`if k == key { return v, true }
			if root.version.Load() != version { retry(); return t.find(key, h) }`)),
	explorer("r2-before-r1", "a reader loads the version after the meta",
		"3x1", "words", "one entry, worn", "Load,Store,Delete",
		in("Map.Load", `root := t.wordRoot(h & t.mask)
			version := root.version.Load()
			meta := root.meta.Load()`,
			`root := t.wordRoot(h & t.mask)
			meta := root.meta.Load()
			version := root.version.Load()`)),
	mutant("r1-after-r2", "a reader loads the version again after the meta of an overflow bucket",
		in("table.find", `b, m = t.after(h&t.mask, b, m)`, `b, m = t.after(h&t.mask, b, m); version = root.version.Load()`)),
	explorer("read-moved", "a reader stays with a chain that has moved",
		"2x1-resizing", "words", "growing, two chains", "Load,Store",
		times(2, "Map.Load", `meta&flagMoved != 0`, `false`),
		in("table.lookup", `meta&flagMoved != 0`, `false`),
		in("table.find", `m&flagMoved != 0`, `m&flagMoved != 0 && false`)),
	explorer("hidden-pointer", "a reader loads a pointer as a number, which the garbage collector does not see",
		"2x1", "pointers", "one entry", "Load,Store",
		in("loadOne", `l.mask == 0`, `true`)),
	mutant("plain-load-word", "a word is read without sync/atomic", in("loadWord", `atomic.LoadUintptr(p)`, `*p`)),
	mutant("plain-load-pointer", "a pointer is read without sync/atomic", in("loadPointer", `atomic.LoadPointer(p)`, `*p`)),
}
