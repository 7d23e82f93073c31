package explore

// Retry says that the calling goroutine has just failed at an attempt and is
// about to begin it again: since the first step of the attempt it has only read,
// and nothing it does from here on depends on what it read. A loop around a
// CompareAndSwap that takes a lock calls Retry when the CompareAndSwap fails, or
// when it has waited for the lock; a reader does when its validation fails.
//
// Such an attempt could as well have been begun now. Without its failed part an
// execution is still one, with the same results and shorter calls. So the
// searches that cover everything, Exhaustive, Bounded and Iterative, cut an
// execution off at a Retry, and cover those in which every attempt succeeds, or
// waits forever. That divides the number of executions by ten for every few
// locks that are contended. Random searches, and any with Options.AllAttempts,
// make failed attempts as well.
//
// Calling Retry where an attempt has written, or has left something behind in
// the goroutine, hides executions. Leaving it out hides nothing.
func Retry() {
	if e := current; e != nil && (e.reversing || e.hashing) && !e.allAttempts && sabotage != ignoreRetry {
		e.retry()
	}
}

// retry stops the running goroutine for good. The others go on, so that it is
// seen which of their writes the failed attempt races with: in the execution
// that has such a write first, it may succeed.
func (e *engine) retry() {
	if e.cutting {
		return
	}
	g := e.running
	e.retried |= only(g)
	e.leave(g, e.next())
}
