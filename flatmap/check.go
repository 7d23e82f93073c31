//go:build invariants || explore

package flatmap

import "fmt"

// checkChain checks one chain, whose root has the given meta, against the numbered
// invariants of design.go. No other goroutine may write the chain meanwhile. It
// adds the keys to seen, and returns how many they are.
func (t *table[K, V]) checkChain(chain, meta uint64, seen map[K]bool) (entries int, err error) {
	for b, m := t.root(chain), meta; b != nil; b, m = t.after(chain, b, m) {
		if m&(flagLocked|flagMoved) != 0 {
			return 0, fmt.Errorf("I4: chain %d has flags %#x", chain, m&0xff)
		}
		full := fullSlots(m)
		entries += full.len()
		if needsSpare[V]() && full == allSlots {
			return 0, fmt.Errorf("I5: a bucket of chain %d has no spare slot: meta %#016x", chain, m)
		}
		for s := allSlots &^ full; s != 0; s = s.rest() {
			if tag := tagAt(m, s.first()); tag > tagDead {
				return 0, fmt.Errorf("slot %d of chain %d has tag %#x", s.first(), chain, tag)
			}
			e := slotOf[K, V](b, s)
			if holdsPointers(&e.key, &t.keys) || holdsPointers(&e.value, &t.values) {
				return 0, fmt.Errorf("I6: a free slot of chain %d holds a pointer", chain)
			}
		}
		for s := full; s != 0; s = s.rest() {
			key, tag := keyAt(slotOf[K, V](b, s)), tagAt(m, s.first())
			if seen[key] {
				return 0, fmt.Errorf("I3: key %v is there twice, the second time in chain %d", key, chain)
			}
			seen[key] = true
			if checked && t.hash.kind == hashUser {
				continue // it may panic, or count its calls
			}
			if h := t.hash.rehash(key, tag); h&t.mask != chain || tagOf(h) != tag {
				return 0, fmt.Errorf("key %v with hash %#x is in chain %d of %d with tag %#x", key, h, chain, t.size(), tag)
			}
		}
	}
	return entries, nil
}
