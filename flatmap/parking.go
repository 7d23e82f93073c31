package flatmap

// A parking is where the goroutines that wait for the locks of a map's chains
// sleep, so that a lock is one bit (the idea of the Go runtime's semaphore table).
// Each map has its own: then no goroutine is woken by one that has nothing to do
// with it, which package testing/synctest forbids.
type parking struct {
	mu   mutex
	lots [parkingLots]*cond // by chain; made when somebody comes to sleep
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
	p := c.counts.parking
	p.mu.Lock()
	lot := &p.lots[chain%parkingLots]
	if *lot == nil {
		*lot = &cond{L: &p.mu}
	}
	c.waiters.Add(1)
	c.busy.Add(1) // pairs with the load after every unlock
	for root.meta.Load()&flagLocked != 0 {
		(*lot).Wait()
	}
	c.busy.Add(-1)
	c.waiters.Add(-1)
	p.mu.Unlock()
}

// wakeWaiters is called after every unlock of a chain that has found the table
// busy. A waiter counts itself before it looks at the lock for the last time,
// and the unlocker looks at the counts after it has unlocked: one of them sees
// the other.
func (c *core) wakeWaiters(chain uint64) {
	if sleeps && c.waiters.Load() != 0 {
		p := c.counts.parking
		p.mu.Lock()
		if lot := p.lots[chain%parkingLots]; lot != nil {
			lot.Broadcast()
		}
		p.mu.Unlock()
	}
}
