package flatmap

// A parkingLot is where the goroutines that wait for chains' locks sleep. All
// maps of the process share the lots (the idea of the Go runtime's semaphore
// table), so that a chain's lock is one bit.
type parkingLot struct {
	mu   mutex
	cond cond
}

var parking [parkingLots]parkingLot

func init() {
	for i := range parking {
		parking[i].cond.L = &parking[i].mu
	}
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
	p := &parking[chain%parkingLots]
	p.mu.Lock()
	c.waiters.Add(1)
	c.busy.Add(1) // pairs with the load after every unlock
	for root.meta.Load()&flagLocked != 0 {
		p.cond.Wait()
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
		p := &parking[chain%parkingLots]
		p.mu.Lock()
		p.cond.Broadcast()
		p.mu.Unlock()
	}
}
