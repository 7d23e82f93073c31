package main

// A bug is a mistake in the map's protocol that the explorer must find.
type bug struct {
	name     string // for the command line
	what     string
	patches  []patch
	suites   string // the smallest that can find it
	subject  string
	scenario string
	calls    string
}

// A patch replaces text in a source file of the map that is there the given
// number of times.
type patch struct {
	file, old, new string
	times          int
}

func edit(file, old, new string) patch { return patch{file, old, new, 1} }

var bugs = []bug{
	// Reading.
	{"no-r4", "a reader does not look at the version again", []patch{
		{"load.go", "if root.version.Load() != version { // R4: k", "if root.version.Load() != version && false { // R4: k", 3},
		edit("table.go", "if root.version.Load() != version { // R4: k", "if root.version.Load() != version && false { // R4: k"),
	}, "2x1", "strings", "one entry", "Load,Store,Delete"},
	{"no-r4-register", "the same of a value that stays in a register, beside a key of kind string", []patch{
		edit("load.go", "w := loadWord(wordOf(&e.value, 0))\n\t\t\tif root.version.Load() != version {", "w := loadWord(wordOf(&e.value, 0))\n\t\t\tif root.version.Load() != version && false {"),
	}, "reuse", "names", "one entry, worn", "Load,Store,LoadAndDelete"},
	{"no-r4-words", "the same on the straight-line path", []patch{
		edit("load.go", "if root.version.Load() != version { // R4\n", "if root.version.Load() != version && false { // R4\n"),
	}, "3x1", "words", "one entry, worn", "Load,Store,Delete"},
	{"no-r4-hashed-words", "the same for words that the user hashes", []patch{
		edit("table.go", "if root.version.Load() != version {\n\t\t\t\tretry()\n\t\t\t\tgoto again", "if root.version.Load() != version && false {\n\t\t\t\tretry()\n\t\t\t\tgoto again"),
	}, "reuse", "words-core", "one entry, worn", "Load,Store,LoadAndDelete"},
	{"key-before-r4", "a reader drops a slot for its key, which is a word, before it looks at the version, though updates move entries", []patch{
		edit("load.go", "if s := matchTag(meta, tagOf(h)); s != 0 {\n\t\te := slotOf[K, V](root, s)\n\t\tvar data", "for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {\n\t\te := slotOf[K, V](root, s)\n\t\tvar data"),
		edit("load.go", "var v V\n\t\tif words[V]() == 1 { // inlined", "if words[K]() == 1 && word != toWord(key) {\n\t\t\tcontinue\n\t\t}\n\t\tvar v V\n\t\tif words[V]() == 1 { // inlined"),
	}, "roomy", "pairs", "three slots, full", "Load,Store"},
	{"torn-key", "a reader compares a key that is an interface, and may be torn, before it looks at the version", []patch{
		edit("load.go", "if root.version.Load() != version { // R4: k and v may be torn\n\t\t\tretry() // find does\n\t\t\treturn t.find(key, h)\n\t\t}\n\t\tif k == key {\n\t\t\treturn v, true // LP-load-hit\n\t\t}",
			"if k == key {\n\t\t\treturn v, true\n\t\t}\n\t\tif root.version.Load() != version { // R4: k and v may be torn\n\t\t\tretry() // find does\n\t\t\treturn t.find(key, h)\n\t\t}"),
	}, "reuse", "interfaces", "one entry, worn", "Load,Store,LoadAndDelete"},
	{"r2-before-r1", "a reader loads the version after the meta", []patch{
		edit("load.go", "t.wordRoot(h & t.mask)\n\t\tversion := root.version.Load() // R1; pairs with advance\n", "t.wordRoot(h & t.mask)\n"),
		edit("load.go", "meta\n\t\tfor s := matchTag(meta, tagOf(h));", "meta\n\t\tversion := root.version.Load()\n\t\tfor s := matchTag(meta, tagOf(h));"),
	}, "3x1", "words", "one entry, worn", "Load,Store,Delete"},
	{"read-moved", "a reader stays with a chain that has moved", []patch{
		{"load.go", "if meta&flagMoved != 0 {", "if meta&flagMoved != 0 && false {", 3},
		{"table.go", "if m&flagMoved != 0 {", "if m&flagMoved != 0 && false {", 2},
	}, "2x1-resizing", "words", "growing, two chains", "Load,Store"},
	{"hidden-pointer", "a pointer is read as a number, which the garbage collector does not see", []patch{
		edit("words.go", "if l.mask == 0 {", "if true {"),
	}, "2x1", "pointers", "one entry", "Load,Store"},

	// Writing.
	{"publish-first", "an insert publishes the tag before it writes the words", []patch{
		edit("write.go", "w.fill(b, slot, empty, key, value)\n\t\t\tw.setMeta(b, withTag(m, slot, tag), false)",
			"w.setMeta(b, withTag(m, slot, tag), true)\n\t\t\tw.fill(b, slot, empty, key, value)"),
	}, "2x1", "words-core", "empty", "Load,Swap"},
	{"publish-first-root", "the same on the straight-line path", []patch{
		edit("root.go", "t.fill(root, slot, empty, key, value)", "root.meta.Store(withTag(meta, slot, tagOf(h)) | flagLocked)\n\tt.fill(root, slot, empty, key, value)"),
	}, "2x1", "words-core", "empty", "Load,Store"},
	{"insert-in-root", "an insert does not look into the overflow buckets for its key", []patch{
		edit("root.go", "if !ok || meta&flagLinked != 0 {", "if !ok {"),
	}, "2x1", "words-core", "overflowing", "Load,Store,Delete"},
	{"no-bump-reuse", "an insert into a DEAD slot does not advance the version", []patch{
		edit("write.go", "return !empty && !t.pointers", "return false"),
	}, "3x1", "pairs", "one entry, worn", "Load,Store"},
	{"no-bump-reuse-words", "the same on the straight-line path", []patch{
		edit("fast.go", "root.version.Add(1) // I2", "// I2"),
	}, "3x1", "words", "one entry, worn", "Load,Store,Delete"},
	{"no-bump-zero", "a removal zeroes pointers without advancing the version", []patch{
		edit("write.go", "advance(w.root) // I2\n\t\tw.checkAdvanced()\n\t\tw.t.wipeSlot(", "w.t.wipeSlot("),
		edit("root.go", "advance(root)                      // I2\n\t\t\t\tt.wipeSlot(root, slot)", "t.wipeSlot(root, slot)"),
	}, "2x1", "pointers", "one entry", "Load,Delete"},
	{"no-zero", "a removal leaves the pointers of the value", []patch{
		edit("write.go", "zeroCell(&e.value, &t.values)", ""),
	}, "2x1", "pointers", "one entry", "Load,Delete"},
	{"update-twice", "an update makes the old slot DEAD before the new one FULL", []patch{
		edit("write.go", "w.setMeta(w.b, withTag(m, w.slot, tagDead), true) // LP-update",
			"w.setMeta(w.b, withTag(w.bm, w.slot, tagDead), true)\n\tw.setMeta(w.b, withTag(m, w.slot, tagDead), true)"),
	}, "2x1", "pairs", "one entry", "Load,Swap"},
	{"update-twice-root", "the same on the straight-line path", []patch{
		edit("root.go", "\tmeta = withTag(withTag(meta, slot, tagAt(meta, old)), old, tagDead)\n",
			"\troot.meta.Store(withTag(meta, old, tagDead) | flagLocked)\n\tmeta = withTag(withTag(meta, slot, tagAt(meta, old)), old, tagDead)\n"),
	}, "2x1", "pairs", "one entry", "Load,Store"},
	{"no-spare", "an insert fills the spare slot", []patch{
		edit("write.go", "freeSlot(m, spareSlots[V]())", "freeSlot(m, 0)"),
		edit("root.go", "freeSlot(meta, spareSlots[V]())", "freeSlot(meta, 0)"),
	}, "2x1", "pairs", "one entry", "Store"},
	{"link-late", "a bucket tells of an overflow bucket before it is linked", []patch{
		edit("write.go", "w.t.link(w.chain, w.root, b, link)\n\tw.setMeta(b, m|flagLinked, false)",
			"w.setMeta(b, m|flagLinked, true)\n\tw.t.link(w.chain, w.root, b, link)"),
	}, "2x1", "pairs", "one entry", "Load,Store"},
	{"unlock-early", "a chain is unlocked before its meta is published", []patch{
		edit("root.go", "root.meta.Store(meta) // pairs with R2 and with lock", "root.meta.Store(root.meta.Load() &^ flagLocked)\n\troot.meta.Store(meta)"),
	}, "2x1", "words", "one entry", "Load,Store"},
	{"lock-swap", "the lock is taken without looking whether it was free", []patch{
		edit("root.go", "&& root.meta.CompareAndSwap(meta, meta|flagLocked) {", "&& root.meta.Swap(meta|flagLocked) != 1<<63 {"),
	}, "2x1", "words", "one entry", "Store"},
	{"panic-keeps-lock", "a callback that panics leaves the chain locked", []patch{
		edit("compute.go", "if !returned {", "if !returned && false {"),
	}, "2x1", "words", "one entry", "Load,ComputePanic"},

	// Resizing.
	{"moved-before-copy", "a chain is marked as moved before its entries are copied", []patch{
		edit("resize.go", "var ends [2]chainEnd", "r.src.root(chain).meta.Store(meta | flagMoved)\n\tvar ends [2]chainEnd"),
	}, "2x1-resizing", "words-core", "growing", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"merge-release-first", "a shrink gives up the originals before it publishes the copies", []patch{
		edit("resize.go", "w.root.meta.Store(w.meta &^ flagLocked)\n\tr.release(chain, meta)", "r.release(chain, meta)\n\tw.root.meta.Store(w.meta &^ flagLocked)"),
	}, "2x1-resizing", "words", "shrinking, two chains", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"lock-moved", "a writer locks a chain that has moved", []patch{
		edit("write.go", "case meta&flagMoved != 0:", "case meta&flagMoved != 0 && false:"),
	}, "2x1-resizing", "words-core", "growing, two chains", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"count-twice", "a moved chain is counted twice", []patch{
		edit("resize.go", "m.count(r, 1)\n}", "m.count(r, 2)\n}"),
	}, "2x1-resizing", "words", "growing, two chains", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"no-second-look", "who unlocks a chain does not move what was skipped for it", []patch{
		edit("write.go", "if t.busy.Load() != 0 {", "if false {"),
		edit("root.go", "if c.busy.Load() != 0 {\n\t\treturn unlocked", "if false {\n\t\treturn unlocked"),
	}, "2x1-resizing", "words", "shrinking, two chains", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"give-up", "a helper that finds the destination locked does not look again", []patch{
		edit("resize.go", "if to.meta.Load()&flagLocked != 0 {\n\t\t\treturn notMoved\n\t\t}", "return notMoved"),
	}, "2x1-resizing", "words", "shrinking, two chains", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"ignore-destination", "a helper takes the destination's lock from its holder", []patch{
		edit("resize.go", "if d := to.meta.Load(); d&flagLocked == 0 &&", "if d := to.meta.Load();"),
	}, "2x1-resizing", "words", "shrinking, two chains", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"finish-blindly", "the end of a resize replaces whatever table is there", []patch{
		edit("resize.go", "m.table.CompareAndSwap(r.src, r.dst)", "m.table.Store(r.dst)"),
	}, "2x1-resizing", "words", "growing", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"start-stale", "a resize starts from a table that was replaced", []patch{
		edit("resize.go", "if m.table.Load() != t || t.next.Load() != nil {", "if t.next.Load() != nil {"),
	}, "2x1-resizing", "words", "growing", "Load,Store,Delete,Clear,Retain,grow,shrink"},
	{"large-handed-over", "who starts a resize gives its lock back, for the goroutine that allocates to take it", []patch{
		edit("resize.go", "spawn(func() { m.beginLarge", "m.resizing.Unlock()\n\t\tspawn(func() { m.resizing.Lock(); m.beginLarge"),
	}, "large", "words", "large, one entry", "Store,grow"},
	{"large-allocating", "the goroutine that allocates never says that it is through", []patch{
		edit("resize.go", "\tdefer m.allocating.Unlock()\n", ""),
	}, "large", "words", "large, one entry", "Store,grow"},

	// A hasher that panics.
	{"panic-forgotten", "a chain that the hasher's panic kept from moving is not offered to helpers again", []patch{
		edit("resize.go", "\t\t\tr.offerAgain(chain)\n", ""),
	}, "hasher", "panicking", "growing, second chain panics", "Load,Store"},
	{"offer-blindly", "who offers a chain again does not see that one before it was", []patch{
		edit("resize.go", "t <= chain || r.ticket.CompareAndSwap(t, chain)", "t <= chain || r.ticket.Swap(chain) < 1<<63"),
	}, "hasher", "panicking", "growing, two chains panic", "Load,Store"},
	{"panic-leaves-copies", "the copies of a chain stay when the hasher panics", []patch{
		edit("resize.go", "\t\t\t\tr.dst.wipe(c)\n", ""),
	}, "hasher", "panicking", "growing, third entry panics", "Load,Store,LoadAndDelete"},
	{"panic-of-others", "a helper does not keep the hasher's panic to itself", []patch{
		edit("resize.go", "if swallow {", "if swallow && false {"),
	}, "hasher", "panicking", "growing, second chain panics", "Load,Store"},

	// The whole map.
	{"clear-counts", "Clear forgets to count from 0", []patch{
		edit("map.go", "newTable(&t.config, size, newCounters()) // before", "newTable(&t.config, size, t.counts) // before"),
	}, "2x1", "words", "one entry", "Load,Store,Delete,Clear,Range,Len"},
	{"clear-unfinished", "Clear does not move the chains that a resize has left", []patch{
		edit("map.go", "m.finishAll(r)", "m.finish(r)"),
	}, "2x1-resizing", "words", "growing, two chains", "Load,Store,Delete,Clear,Range,Len"},
	{"iterate-moved", "an iteration stays with a chain that has moved", []patch{
		edit("iter.go", "if b == root && m&flagMoved != 0 {", "if b == root && m&flagMoved != 0 && false {"),
	}, "2x1-resizing", "words", "growing, two chains", "Load,Store,Delete,Clear,Range,Len"},
	{"iterate-all", "an iteration does not filter the entries of a merged chain", []patch{
		edit("iter.go", "if mask > t.mask {", "if mask > t.mask && false {"),
	}, "2x1-resizing", "words", "shrinking, two chains", "Load,Store,Delete,Clear,Range,Len"},

	// Waiting.
	{"clear-wakes-nobody", "Clear does not wake who waits for its locks", []patch{
		edit("map.go", "\t\tt.wakeWaiters(chain)\n", ""),
	}, "waking", "words", "full", "Store,Clear"},
	{"wake-first", "Clear wakes who waits for a lock before it gives the lock back", []patch{
		edit("map.go", "root.meta.Store(root.meta.Load()&^flagLocked | flagMoved) // I4\n\t\tt.wakeWaiters(chain)",
			"t.wakeWaiters(chain)\n\t\troot.meta.Store(root.meta.Load()&^flagLocked | flagMoved)"),
	}, "waking", "words", "full", "Store,Clear"},
	{"busy-first", "an unlocker looks for who waits before it unlocks", []patch{
		edit("write.go", "root.meta.Store(meta) // pairs with R2 and with lock\n\tif t.busy.Load() != 0 {",
			"busy := t.busy.Load()\n\troot.meta.Store(meta)\n\tif busy != 0 {"),
	}, "waking", "words-core", "full", "Swap"},
	{"wake-merged", "a merge does not wake who waits for the destination", []patch{
		edit("resize.go", "\tr.dst.wakeWaiters(w.chain)\n", ""),
	}, "waking-shrinking", "words-core", "shrinking, two chains", "Swap"},
	{"count-late", "a waiter counts itself after it has seen the lock taken", []patch{
		edit("parking.go", "\tc.waiters.Add(1)\n\tc.busy.Add(1) // pairs with the load after every unlock\n\tstarving, since := false, now()\n\tfor root.meta.Load()&flagLocked != 0 {\n",
			"\tstarving, since := false, now()\n\tfor root.meta.Load()&flagLocked != 0 {\n\t\tc.waiters.Add(1)\n\t\tc.busy.Add(1)\n"),
		edit("parking.go", "\t\tp.cond.Wait()\n\t}\n", "\t\tp.cond.Wait()\n\t\tc.busy.Add(-1)\n\t\tc.waiters.Add(-1)\n\t}\n"),
		edit("parking.go", "\t}\n\tc.busy.Add(-1)\n\tc.waiters.Add(-1)\n", "\t}\n"),
	}, "waking", "words-core", "full", "Swap"},
	{"not-busy", "a waiter is no reason to look around after an unlock", []patch{
		edit("parking.go", "\tc.busy.Add(1) // pairs with the load after every unlock\n", ""),
		edit("parking.go", "\tc.busy.Add(-1)\n", ""),
	}, "waking", "words-core", "full", "Swap"},
	{"count-lost", "of two goroutines that count themselves one is lost", []patch{
		edit("parking.go", "c.waiters.Add(1)", "c.waiters.Store(c.waiters.Load() + 1)"),
	}, "waking-3x1", "words-core", "two chains", "Swap,Clear"},
	{"wake-without-mutex", "who wakes others does not hold their mutex", []patch{
		edit("parking.go", "\t\tp.mu.Lock()\n\t\tp.cond.Broadcast()\n\t\tp.mu.Unlock()\n", "\t\tp.cond.Broadcast()\n"),
	}, "waking", "words-core", "full", "Swap"},
	{"wake-one", "of all who wait for a lock one is woken", []patch{
		edit("parking.go", "p.cond.Broadcast()", "p.cond.Signal()"),
	}, "waking-3x1", "words-core", "two chains", "Swap,Clear"},
}
