package flatmap

// Stats describes a map's storage. It is meant for tests and for tuning.
type Stats struct {
	Entries        int    // as counted by the walk
	Tombstones     int    // slots that were used once and are free
	Slots          int    // slots that inserts may fill before they need overflow buckets
	Buckets        int    // root buckets, one a chain; a power of two
	Overflow       int    // overflow buckets linked
	LongestChain   int    // buckets
	SlotsPerBucket int    // of them one stays free if values are larger than a word
	BucketBytes    int    // size of a bucket
	Bytes          uint64 // memory of all buckets, allocated overflow segments included, but no links or counters
	Resizing       bool   // a resize is in progress; the figures are those of its source
}

// Stats walks the map without locks, in time proportional to its capacity, and
// allocates. The figures are exact if no write is in flight and Resizing is false:
// during a resize, what has moved is counted as it was then.
func (m *Map[K, V]) Stats() Stats {
	var s Stats
	s.SlotsPerBucket, s.BucketBytes = allSlots.len(), int(bucketBytes[K, V]())
	t := m.table.Load()
	if t == nil {
		return s
	}
	s.Buckets = int(t.size())
	s.Slots = int(t.size() * usableSlots[V]())
	s.Resizing = t.next.Load() != nil
	buckets := t.size()
	for k := range t.overflow {
		if t.overflow[k].Load() != nil {
			buckets += t.segmentLen(k)
		}
	}
	s.Bytes = buckets * uint64(s.BucketBytes)
	for chain := range t.size() {
		s.addChain(chainMetas(t, chain))
	}
	return s
}

func (s *Stats) addChain(metas []uint64) {
	s.Overflow += len(metas) - 1
	s.LongestChain = max(s.LongestChain, len(metas))
	for _, m := range metas {
		full := fullSlots(m)
		empty := emptySlots(m)
		s.Entries += full.len()
		s.Tombstones += s.SlotsPerBucket - full.len() - empty.len()
	}
}

// chainMetas returns the meta words of a chain's buckets.
func chainMetas[K comparable, V any](t *table[K, V], chain uint64) (metas []uint64) {
	root := t.root(chain)
	for b, m := root, root.meta.Load(); b != nil; b, m = t.after(chain, b, m) {
		metas = append(metas, m)
	}
	return metas
}
