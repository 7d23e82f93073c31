package flatmap

// Straight-line twins of the writer for keys and values of one pointer-free
// word each. They follow the same protocol, and leave to the generic code what
// needs more than a root bucket. What they buy is that they are not generic: no
// dictionary, one call an operation, and nothing that leaves registers. That is
// a fifth of the time of a Store of a new key (the workloads of BenchmarkSeed).

// wordRoot returns the root bucket of a chain.
func (c *core) wordRoot(chain uint64) *head { return bucketAt[uintptr, uintptr](c.base, chain) }

// storeFast is Store.
func (c *core) storeFast(key, value uintptr) outcome {
	h := mix(uint64(key), c.secret, c.factor)
	root := c.wordRoot(h & c.mask)
	meta, ok := c.lockRoot(root)
	if !ok {
		return untouched
	}
	for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
		if e := wordSlot(root, s); keyAt(e) == key {
			storeWord(&e.value.v, value) // LP-update
			return c.unlockRoot(root, meta)
		}
	}
	free := emptySlots(meta)
	if meta&flagLinked != 0 {
		return held
	} else if free != 0 {
		plainStore(wordSlot(root, free), key, value) // I1
	} else if free = allSlots &^ fullSlots(meta); free != 0 {
		root.version.Add(1) // I2; pairs with R1 and R4
		e := wordSlot(root, free)
		storeWord(&e.key.v, key)
		storeWord(&e.value.v, value)
	} else {
		return held
	}
	count := c.counts.add(h, 1)
	return c.counted(c.unlockRoot(root, withTag(meta, free.first(), tagOf(h))), count) // LP-insert
}

// deleteFast is Delete.
func (c *core) deleteFast(key uintptr) outcome {
	h := mix(uint64(key), c.secret, c.factor)
	root := c.wordRoot(h & c.mask)
	meta, ok := c.lockRoot(root)
	if !ok {
		return untouched
	}
	for s := matchTag(meta, tagOf(h)); s != 0; s = s.rest() {
		if keyAt(wordSlot(root, s)) == key {
			count := c.counts.add(h, -1)
			return c.counted(c.unlockRoot(root, withTag(meta, s.first(), tagDead)), count) // LP-delete
		}
	}
	if meta&flagLinked != 0 {
		return held
	}
	return c.unlockRoot(root, meta)
}

// splitFast copies the entries of a chain without overflow buckets, which the
// caller has locked, to the chains of a table of twice the size, or the same,
// as split does. There they fit into roots. It takes no branch that depends on
// a hash, which would be mispredicted every other time.
func (c *core) splitFast(dst *core, chain, meta uint64) {
	apart := c.size() & dst.mask
	from := c.wordRoot(chain)
	to := [2]*head{dst.wordRoot(chain), dst.wordRoot(chain + apart)}
	var metas, filled [2]uint64
	for s := fullSlots(meta); s != 0; s = s.rest() {
		e := wordSlot(from, s)
		key, i := keyAt(e), 0
		if mix(uint64(key), c.secret, c.factor)&apart != 0 {
			i = 1
		}
		plainStore(slotAt[uintptr, uintptr](to[i], uintptr(filled[i])), key, valueAt(e))
		metas[i] |= tagAt(meta, s.first()) << (8*filled[i] + 8)
		filled[i]++
	}
	for i, m := range metas {
		if m != 0 {
			to[i].meta.Store(m)
		}
	}
}
