package explore

// Retry marks a failed attempt that the calling goroutine is about to repeat: since the
// first step of the attempt it has only read, and nothing that it does from now on
// depends on what it read. A loop around a CompareAndSwap that takes a lock calls Retry
// when the CompareAndSwap fails, or when it has waited for the lock. A reader calls
// Retry when its validation fails.
//
// Such an attempt has the same outcomes as one that starts now. Without the failed part
// the execution is still a possible one, with the same results and shorter calls. The
// searches that cover everything, Exhaustive, Bounded and Iterative, therefore cut an
// execution off at a Retry, and cover the executions in which every attempt succeeds or
// waits forever. That divides the number of executions by ten for every few contended
// locks. The random searches, and any search with Options.AllAttempts, make failed attempts
// as well.
//
// A Retry in an attempt that has written, or that has changed what its goroutine does
// later, hides executions. Leaving Retry out hides nothing.
func Retry() {
	if e := active(); e != nil && (e.reversing || e.hashing) && !e.allAttempts && sabotage != ignoreRetry {
		e.retry()
	}
}

// retry stops the running goroutine permanently. The others continue, to show which of
// their writes the failed attempt races with: in the execution in which such a write
// comes first, the attempt may succeed.
func (e *engine) retry() {
	if e.cutting {
		return
	}
	g := e.running
	e.retried |= only(g)
	e.leave(g, e.next())
}
