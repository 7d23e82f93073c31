package refine

// giveUpSplit gives a chain up that was being split when the hasher failed.
func (r *run) giveUpSplit(c int) {
	r.do(nameSplit_fails, r.m.actSplit_fails(c))
}
