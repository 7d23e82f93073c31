package main

// namedEdits are mistakes in the protocol that take more than an operator. The
// texts are of the map's sources; whitespace and comments count for nothing.
var namedEdits = []namedEdit{
	// Reading.
	one("compare before R4", "a key is compared before it is known not to be torn", "table.find",
		"if root.version.Load() != version { retry() goto again } if k == key { return value, true }",
		"if k == key { return value, true }\nif root.version.Load() != version { retry(); goto again }"),
	one("compare before R4", "the same for words: what is found may be of another entry", "table.findWords",
		"if root.version.Load() != version { retry() goto again } if k == key { return v, true }",
		"if k == key { return v, true }\nif root.version.Load() != version { retry(); goto again }"),
	one("no R4", "a value is returned that may be of another entry", "Map.Load",
		"if root.version.Load() != version { retry() return t.lookup(key) }", ""),
	one("compare before R4", "the same for strings, whose words may be of two, with values of a word", "Map.Load",
		"w := loadWord(wordOf(&e.value, 0)) if root.version.Load() != version { retry() return t.find(key, h) }",
		"w := loadWord(wordOf(&e.value, 0))\nif words[K]() == 2 && isString(data, word, asString(key)) { return fromWord[V](w), true }\nif root.version.Load() != version { retry(); return t.find(key, h) }"),
	one("compare before R4", "the same for strings with other values", "Map.Load",
		"loadMany(&v, &e.value, &t.values) } if root.version.Load() != version { retry() return t.find(key, h) }",
		"loadMany(&v, &e.value, &t.values) }\nif words[K]() == 2 && isString(data, word, asString(key)) { return v, true }\nif root.version.Load() != version { retry(); return t.find(key, h) }"),
	one("compare before R4", "a slot is dropped for its key, a word, though an update may have moved the entry", "Map.Load",
		"var v V if words[V]() == 1 {",
		"if words[K]() == 1 && word != toWord(key) && s.rest() == 0 && meta&flagLinked == 0 { return value, false }\nvar v V\nif words[V]() == 1 {"),
	one("compare before R4", "the same for keys of any type", "table.lookup",
		"if root.version.Load() != version { retry() return t.find(key, h) } if k == key { return v, true }",
		"if k == key { return v, true }\nif root.version.Load() != version { retry(); return t.find(key, h) }"),
	one("no R4", "the same for strings with values of a word", "Map.Load",
		"w := loadWord(wordOf(&e.value, 0)) if root.version.Load() != version { retry() return t.find(key, h) }",
		"w := loadWord(wordOf(&e.value, 0))"),
	one("no R4", "the same for strings with other values", "Map.Load",
		"loadMany(&v, &e.value, &t.values) } if root.version.Load() != version { retry() return t.find(key, h) }",
		"loadMany(&v, &e.value, &t.values) }"),
	one("no R4", "the same for keys of any type", "table.lookup", "if root.version.Load() != version { retry() return t.find(key, h) }", ""),
	one("R1 after R2", "a reader loads the version anew after the meta of an overflow bucket", "table.find",
		"m = b.meta.Load()", "m = b.meta.Load(); version = root.version.Load()"),
	one("plain load", "a word is read without sync/atomic", "loadWord", "atomic.LoadUintptr(p)", "*p"),
	one("plain load", "a pointer is read without sync/atomic", "loadPointer", "atomic.LoadPointer(p)", "*p"),

	// Writing.
	one("plain store", "a word is written without sync/atomic", "storeWord", "atomic.StoreUintptr(p, w)", "*p = w"),
	one("plain store", "a pointer is written without sync/atomic", "storePointer", "atomic.StorePointer(p, q)", "*p = q"),
	one("no write barrier", "pointers are stored as if they were integers", "storeCell", "l.pointerAt(i)", "false && l.pointerAt(i)"),
	one("publish first", "an insert publishes the tag before it writes the words", "writer.placeLocked",
		"w.fill(b, slot, empty, key, value) w.setMeta(b, withTag(m, slot, tag), false)",
		"w.setMeta(b, withTag(m, slot, tag), true)\nw.fill(b, slot, empty, key, value)"),
	one("publish first", "the same in the root bucket only", "table.storeRoot", "t.fill(root, slot, empty, key, value)",
		"root.meta.Store(withTag(meta, slot, tagOf(h)) | flagLocked); t.fill(root, slot, empty, key, value)"),
	one("publish first", "the same on the straight-line path", "core.storeFast", "plainStore(wordSlot(root, free), key, value)",
		"root.meta.Store(withTag(meta, free.first(), tagOf(h)) | flagLocked); plainStore(wordSlot(root, free), key, value)"),
	one("link late", "a bucket tells of an overflow bucket before it is linked", "writer.placeLocked",
		"w.t.link(w.chain, w.root, b, link) w.setMeta(b, m|flagLinked, false)",
		"w.setMeta(b, m|flagLinked, true)\nw.t.link(w.chain, w.root, b, link)"),
	one("no spare slot", "an insert fills the slot that updates need", "writer.placeLocked", "spareSlots[V]()", "0"),
	one("no spare slot", "the same in the root bucket only", "table.storeRoot", "spareSlots[V]()", "0"),
	one("update in two steps", "an update makes the old slot DEAD before the new one FULL", "writer.updateLocked",
		"w.setMeta(w.b, withTag(m, w.slot, tagDead), true)",
		"w.setMeta(w.b, withTag(w.bm, w.slot, tagDead), true); w.setMeta(w.b, withTag(m, w.slot, tagDead), true)"),
	one("update in two steps", "an update makes the new slot FULL before the old one DEAD", "writer.updateLocked",
		"w.setMeta(w.b, withTag(m, w.slot, tagDead), true)",
		"w.setMeta(w.b, m, true); w.setMeta(w.b, withTag(m, w.slot, tagDead), true)"),
	one("update in two steps", "an update in the root bucket makes the old slot DEAD before the new one FULL", "table.replaceRoot",
		"meta = withTag(withTag(meta, slot, tagAt(meta, old)), old, tagDead)",
		"root.meta.Store(withTag(meta, old, tagDead) | flagLocked); meta = withTag(withTag(meta, slot, tagAt(meta, old)), old, tagDead)"),
	one("compare before locking", "CompareAndSwap compares what the value was before it had the lock", "Map.CompareAndSwap",
		"if m.begin(&w, key) && any(w.value()) == any(old) {", "v, ok := m.Load(key)\nif m.begin(&w, key) && ok && any(v) == any(old) {"),
	one("unlock before publishing", "a chain is unlocked before its meta is published", "Map.release",
		"root.meta.Store(meta)", "root.meta.Store(root.meta.Load() &^ flagLocked); root.meta.Store(meta)"),

	// Waiting.
	one("count late", "a waiter counts itself after it has seen the lock taken", "core.awaitUnlock",
		"c.waiters.Add(1) c.busy.Add(1) starving, since := false, now() for root.meta.Load()&flagLocked != 0 {",
		"counted := false; defer func() { if !counted { c.waiters.Add(1); c.busy.Add(1) } }(); "+
			"starving, since := false, now(); for root.meta.Load()&flagLocked != 0 { if !counted { counted = true; c.waiters.Add(1); c.busy.Add(1) };"),
	one("wake one", "of all waiters that share a lot one is woken", "core.wakeWaiters", "p.cond.Broadcast()", "p.cond.Signal()"),

	// Resizing.
	one("moved before copied", "a chain is marked as moved before its entries are copied", "resize.split",
		"var ends [2]chainEnd", "r.src.root(chain).meta.Store(meta | flagMoved)\nvar ends [2]chainEnd"),
	one("moved before copied", "the same in a shrink", "resize.merge",
		"w.root = r.dst.root(w.chain)", "w.root = r.dst.root(w.chain); r.src.root(chain).meta.Store(meta | flagMoved)"),
	one("ticket not advanced", "all helpers are given the same chains", "Map.help", "r.ticket.Add(stride) - stride", "r.ticket.Load()"),
	one("give up", "a helper that finds the destination locked does not look again", "resize.tryMove",
		"if to.meta.Load()&flagLocked != 0 { return notMoved }", "return notMoved"),
	one("ignore the destination's lock", "a helper takes the destination's lock from its holder", "resize.tryMove",
		"d&flagLocked == 0 && to.meta.CompareAndSwap(d, d|flagLocked)", "to.meta.CompareAndSwap(d, d|flagLocked)"),
	one("count anew", "a resize starts a new count of entries", "Map.beginResize", "newTable(&t.config, size, t.counts)", "newTable(&t.config, size, newCounters())"),

	// The whole map.
	one("keep the counters", "Clear goes on with the old count of entries", "Map.Clear", "newTable(&t.config, size, newCounters())", "newTable(&t.config, size, t.counts)"),
	one("no moves", "Clear leaves the chains that a resize has not moved", "Map.Clear", "m.finishAll(r)", "m.finish(r)"),
	one("forget a lock", "Clear leaves the last chain unlocked", "Map.Clear", "for chain := range t.size() { t.lockChain(chain) }", "for chain := range t.size() - 1 { t.lockChain(chain) }"),
	one("no filter", "an iteration shows the entries that a shrink has put beside", "table.collectChain", "mask > t.mask", "false && mask > t.mask"),
	one("visit all", "an iteration sees a chain's class in the next table only by half", "table.collect",
		"t.next.Load().dst.collect(entries, max(mask, t.mask), max(class, chain))", "t.next.Load().dst.collect(entries, mask, class)"),
	one("visit again", "Retain visits all of the class again for every chain that has moved", "retainer.visit",
		"r.visit(f, t.next.Load().dst, max(mask, t.mask), max(class, chain))", "r.visit(f, t.next.Load().dst, mask, class)"),
}

func one(name, what, function, old, new string) namedEdit {
	return namedEdit{name, what, patch{function, old, new}}
}
