package planted

var waiting = []Mistake{
	explorer("clear-wakes-nobody", "Clear does not wake the goroutines that wait for its locks",
		"waking", "words", "full", "Store,Clear",
		in("Map.tryClear", `t.wakeWaiters(chain)`, ``)),
	explorer("wake-first", "Clear wakes the goroutines that wait for a lock before it gives the lock back",
		"waking", "words", "full", "Store,Clear",
		in("Map.tryClear", `root.meta.Store(root.meta.Load()&^flagLocked | flagMoved)
			t.wakeWaiters(chain)`,
			`t.wakeWaiters(chain)
			root.meta.Store(root.meta.Load()&^flagLocked | flagMoved)`)),
	explorer("busy-first", "an unlocker looks for waiters before it unlocks",
		"waking", "words-core", "full", "Swap",
		in("Map.unlockChain", `root.meta.Store(meta)
			if t.busy.Load() != 0 {`,
			`busy := t.busy.Load()
			root.meta.Store(meta)
			if busy != 0 {`)),
	explorer("wake-merged", "a merge does not wake the goroutines that wait for the destination",
		"waking-shrinking", "words-core", "shrinking, two chains", "Swap",
		in("resize.merge", `r.dst.wakeWaiters(w.chain)`, ``)),
	both("count-late", "a waiter counts itself after it has seen the lock taken",
		"waking", "words-core", "full", "Swap",
		in("core.awaitUnlock", `c.waiters.Add(1)
			c.busy.Add(1)
			starving, since := false, now()
			for root.meta.Load()&flagLocked != 0 {`,
			`counted := false
			defer func() { if !counted { c.waiters.Add(1); c.busy.Add(1) } }()
			starving, since := false, now()
			for root.meta.Load()&flagLocked != 0 {
				if !counted { counted = true; c.waiters.Add(1); c.busy.Add(1) }`)),
	explorer("not-busy", "a waiter does not make unlockers look for waiters",
		"waking", "words-core", "full", "Swap",
		in("core.awaitUnlock", `c.busy.Add(1)`, ``),
		in("core.awaitUnlock", `c.busy.Add(-1)`, ``)),
	explorer("count-lost", "of two goroutines that count themselves at once, one is lost",
		"waking-3x1", "words-core", "two chains", "Swap,Clear",
		in("core.awaitUnlock", `c.waiters.Add(1)`, `c.waiters.Store(c.waiters.Load() + 1)`)),
	explorer("wake-without-mutex", "a goroutine that wakes others does not hold their mutex",
		"waking", "words-core", "full", "Swap",
		in("core.wakeWaiters", `p.mu.Lock()
			p.cond.Broadcast()
			p.mu.Unlock()`,
			`p.cond.Broadcast()`)),
	both("wake-one", "of all goroutines that wait for a lock, one is woken",
		"waking-3x1", "words-core", "two chains", "Swap,Clear",
		in("core.wakeWaiters", `p.cond.Broadcast()`, `p.cond.Signal()`)),
}
