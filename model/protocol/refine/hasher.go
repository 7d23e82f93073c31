package refine

// giveUpSplit gives a chain up that was being split when the hasher failed: the copies
// are wiped, in each chain that the chain is split into, and then it is unlocked.
func (r *run) giveUpSplit(c int) {
	next := r.m.next[r.m.tableof[c]]
	for e := range r.m.nChain {
		if r.m.tableof[e] == next && r.m.src[e] == int32(c) {
			r.do(nameWipe_copies, r.m.actWipe_copies(c, e))
		}
	}
	r.do(nameGive_up_split, r.m.actGive_up_split(c))
}
