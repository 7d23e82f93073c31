package flatmap

// The lock of a chain is a bit of its root's meta. This file has the ways
// to take one (tryLock, lockChain; lockRoot in root.go is tryLock on the fast path),
// to wait for one, and to wake those that wait. root.go, move.go and Clear also release
// locks themselves. (sleeps and blockWhile: sync.go.)

// tryLock locks the chain of root if its meta is still the given one, which has
// neither flagLocked nor flagMoved.
func tryLock(root *head, meta uint64) bool {
	return root.meta.CompareAndSwap(meta, meta|flagLocked)
}

// lockChain waits for the lock of a chain and takes it, unless the chain has
// moved. If it is lent, it is taken over. lockChain returns the root's meta as it is
// then.
func (t *table[K, V]) lockChain(root *head, chain uint64) (meta uint64, locked bool) {
	for {
		meta = root.meta.Load()
		switch {
		case meta&flagMoved != 0:
			return meta, false
		case meta&flagLocked != 0:
			t.awaitUnlock(root, chain)
		case tryLock(root, meta):
			return t.takeOver(root, chain, meta|flagLocked), true
		default:
			retry()
		}
	}
}

// A parkingLot is where goroutines that wait for the locks of chains sleep, so that
// a lock is one bit (the idea of the Go runtime's semaphore table). Each map has
// its own lots, made when a goroutine first comes to sleep (again after a Clear):
// then no goroutine is woken by one that has nothing to do with it, which package
// testing/synctest forbids.
type parkingLot struct {
	mu       mutex
	cond     cond
	starving atomicInt64 // goroutines that have waited for long, and were woken in vain
}

type parking [parkingLots]parkingLot

func newParking() *parking {
	p := new(parking)
	for i := range p {
		p[i].cond.L = &p[i].mu
	}
	return p
}

// awaitUnlock returns when it has seen the lock of a chain free.
func (c *core) awaitUnlock(root *head, chain uint64) {
	if !sleeps {
		blockWhile(&root.meta, flagLocked)
		retry() // the caller looks again
		return
	}
	for range spinTries {
		if root.meta.Load()&flagLocked == 0 {
			return
		}
		giveWay()
	}
	if c.counts.parking.Load() == nil {
		c.counts.parking.CompareAndSwap(nil, newParking())
	}
	p := &c.counts.parking.Load()[chain%parkingLots]
	p.mu.Lock()
	c.waiters.Add(1)
	c.busy.Add(1) // pairs with the load after every unlock
	starving, since := false, now()
	for root.meta.Load()&flagLocked != 0 {
		if !starving && longAgo(since) {
			starving = true
			p.starving.Add(1)
		}
		p.cond.Wait()
	}
	if starving {
		p.starving.Add(-1)
	}
	c.busy.Add(-1)
	c.waiters.Add(-1)
	p.mu.Unlock()
}

// wakeWaiters is called after every unlock; unlockChain and unlockRoot leave it out
// if the table is not busy. A waiter counts itself before it looks at the lock for
// the last time, and the unlocker looks at the counts after it has unlocked: one of
// them sees the other. A goroutine that locks the chain again at once would beat
// the ones that still have to wake up, every time. So if one of them has waited for
// long, the unlocker yields first.
func (c *core) wakeWaiters(chain uint64) {
	if sleeps && c.waiters.Load() != 0 {
		p := &c.counts.parking.Load()[chain%parkingLots]
		p.mu.Lock()
		p.cond.Broadcast()
		p.mu.Unlock()
		if p.starving.Load() != 0 {
			giveWay()
		}
	}
}

// release unlocks a chain in which nothing has changed, for one that looks at what
// helpers have skipped itself.
func (c *core) release(root *head, chain, meta uint64) {
	root.meta.Store(meta &^ flagLocked)
	c.wakeWaiters(chain)
}

// unlockChain publishes a root's meta and unlocks its chain.
func (m *Map[K, V]) unlockChain(t *table[K, V], root *head, chain, meta uint64) {
	root.meta.Store(meta) // pairs with R2 and with lockChain
	if t.busy.Load() != 0 {
		m.afterUnlock(t, chain)
	}
}

// afterUnlock does what other goroutines may have left for the one that unlocks a
// chain.
func (m *Map[K, V]) afterUnlock(t *table[K, V], chain uint64) {
	t.wakeWaiters(chain)
	m.helpSkipped(t, chain)
}
