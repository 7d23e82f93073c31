package planted

// Mistakes of the lock that is lent while a callback runs, and of the keys that are held.
const (
	calls   = "Store,Swap,LoadAndDelete,LoadOrCompute,ComputeToggle"
	moved   = "Swap,LoadOrCompute,ComputeToggle,grow,shrink"
	retains = "Store,Swap,LoadAndDelete,Retain"
)

var lending = []Mistake{
	both("lent-no-hold", "a goroutine that takes a lock over does not hold the key for the callback",
		"2x1", "words-core", "one entry", calls,
		in("table.takeOver", `t.holds.add(keyAt(e))`, ``)),
	both("lent-no-flag", "a goroutine that takes a lock over does not say in the meta that a key is held",
		"2x1", "words-core", "one entry", calls,
		in("table.takeOver", `meta&^lentBits | flagHeld`, `meta &^ lentBits`)),
	explorer("lent-wrong-bucket", "a goroutine that takes a lock over reads the key from the root though it is in the next bucket",
		"2x1", "words-core", "overflowing", calls,
		in("table.takeOver", `b, m = t.after(chain, root, meta)`, ``)),
	explorer("lent-root-ignored", "the fast path locks a chain whose lock is lent, and does not take it over",
		"2x1", "words-core", "one entry", calls,
		in("core.lockRoot", `meta&(flagLocked|flagMoved|flagsOfCallbacks) == 0`, `meta&(flagLocked|flagMoved) == 0`)),
	explorer("held-root-ignored", "the fast path writes a chain with flagHeld, and looks for no hold",
		"lent-3x1-all", "words-core", "full", calls,
		in("core.lockRoot", `meta&(flagLocked|flagMoved|flagsOfCallbacks) == 0`, `meta&(flagLocked|flagMoved|lentBits) == 0`)),
	both("held-not-looked", "a writer does not look whether its key is held",
		"2x1", "words-core", "one entry", calls,
		in("Map.lock", `w.meta&flagHeld != 0`, `false`)),
	explorer("held-one-ends-all", "a writer whose key is not held says in the meta that none is",
		"lent-3x1-all", "words-core", "full", calls,
		in("writer.heldBy", `!any`, `hold == nil || !any`)),
	both("held-lost-split", "flagHeld stays behind when a chain is split",
		"lent-beginning", "words-core", "two chains", moved,
		in("resize.split", `meta & flagHeld`, `0`)),
	explorer("held-lost-split-words", "the same on the fast path for words",
		"lent-beginning", "words", "two chains", moved,
		in("core.splitFast", `metas := [2]uint64{meta & flagHeld}`, `metas := [2]uint64{}`)),
	both("held-lost-merge", "flagHeld stays behind when chains are merged",
		"lent-beginning", "words-core", "two chains", moved,
		in("resize.merge", `dstMeta | meta&flagHeld`, `dstMeta`)),
	explorer("held-moved-empty", "an empty chain with a held key is moved in one step",
		"lent-beginning", "words-core", "empty", moved,
		in("resize.tryMove", `meta&(flagLinked|flagsOfCallbacks) == 0`, `meta&flagLinked == 0`)),
	both("back-unseen", "a callback's lock is taken back though another goroutine has taken it over",
		"2x1", "words-core", "one entry", calls,
		in("Map.takeBack", `w.root.meta.CompareAndSwap(w.meta, locked)`, `w.root.meta.Swap(locked) != 0`)),
	both("back-old-slot", "after a takeover the entry is written where it was before",
		"lent-beginning", "words-core", "two chains", moved,
		in("Map.takeBackHold", `if found {
			w.locate(key)
		}`, ``)),
	both("hold-stays", "a hold does not end",
		"2x1", "words-core", "one entry", calls,
		in("Map.takeBackHold", `w.yields, last = w.t.holds.remove(key)`, ``)),
	both("reserved-believed", "an insert takes its slot for the reserved one, though another goroutine has had the lock",
		"2x1", "words-core", "one entry, worn", calls,
		in("Map.takeBackHold", `w.lends = false`, `w.lends, w.reserved = false, !found`)),
	explorer("reserved-taken", "a goroutine that takes a lock over leaves the key of a reserved slot there",
		"2x1", "strings", "empty", "LoadAndDelete,ComputePanic",
		in("table.takeOver", `tagAt(m, slot)&tagFull == 0`, `false && m == 0`)),
	explorer("reserved-left", "a callback that stores nothing leaves its key in the reserved slot",
		"2x1", "strings", "empty", "Load,ComputePanic",
		in("Map.giveBack", `same && !found`, `false`)),
	both("clear-ignores-holds", "Clear does not wait for callbacks",
		"lent-3x1-all", "words-core", "one entry", "Swap,ComputeToggle,Clear",
		in("table.lockQuiet", `meta&flagHeld == 0 || t.holds.ofAll() == nil`, `true`)),
	explorer("retain-again", "a Retain that visits a chain again decides the same keys again",
		"2x1", "words-core", "full", retains,
		in("retainer.decideChain", `slices.Contains(r.decided, key)`, `slices.Contains(r.decided[:0], key)`)),
	explorer("retain-unseen", "Retain goes on to the next entry though another goroutine has taken the lock over",
		"2x1", "words-core", "full", calls+",Retain",
		in("writer.lendAt", `!w.root.meta.CompareAndSwap(w.meta, lent)`, `w.root.meta.Swap(lent) == 0`)),
	explorer("retain-held", "Retain decides about a key that is held",
		"lent", "words-core", "one entry", "ComputeToggle,Retain",
		in("retainer.decideChain", `waitFor = w.heldBy(key); waitFor != nil {
							return false
						}`, `false {
						}`)),
}
