package flatmap

// A parkingLot is where goroutines that wait for the locks of chains sleep, so
// that a lock is one bit (the idea of the Go runtime's semaphore table). Each map
// has its own lots, from when somebody first comes to sleep: then no goroutine is
// woken by one that has nothing to do with it, which package testing/synctest
// forbids.
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
		blockWhileLocked(root)
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

// wakeWaiters is called after every unlock of a chain that has found the table
// busy. A waiter counts itself before it looks at the lock for the last time,
// and the unlocker looks at the counts after it has unlocked: one of them sees
// the other. Whoever locks a chain again at once would win the race with those that
// have to wake up, over and over: if one of them has waited for long, it stands
// back.
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
