package linearizability

import (
	"cmp"
	"slices"
)

// fit reports whether the zones do not overlap and no job lies inside one. It cuts
// the jobs where they begin or end inside a zone.
func (m *monitor) fit() bool {
	byCall := func(a, b block) int { return cmp.Compare(a.call, b.call) }
	slices.SortFunc(m.zones, byCall)
	for i := 1; i < len(m.zones); i++ {
		if m.zones[i].call < m.zones[i-1].ret {
			return false
		}
	}
	for kind := range m.jobs {
		kept := m.jobs[kind][:0]
		for _, j := range m.jobs[kind] {
			if z := m.zoneAround(j.call); z != nil {
				if j.ret < z.ret {
					if j.optional {
						continue
					}
					return false
				}
				j.call = z.ret
			}
			if z := m.zoneAround(j.ret); z != nil {
				j.ret = z.call
			}
			kept = append(kept, j)
		}
		m.jobs[kind] = kept
		slices.SortFunc(kept, byCall)
	}
	return true
}

// zoneAround returns the zone that has begun before a stamp and ends after it.
func (m *monitor) zoneAround(at int64) *block {
	i, _ := slices.BinarySearchFunc(m.zones, at, func(z block, at int64) int { return cmp.Compare(z.call, at) })
	if i > 0 && at < m.zones[i-1].ret {
		return &m.zones[i-1]
	}
	return nil
}

// A sweep is a moment of the sweep through the jobs and zones.
type sweep struct {
	ahead   [4][]block // jobs that are not possible yet, by call
	waiting [4][]block // jobs that are possible now: heaps, the first to return on top
	present bool       // whether there is an entry
}

// sweep reports whether the jobs and zones have an order.
func (m *monitor) sweep() bool {
	s := sweep{ahead: m.jobs, waiting: m.waiting}
	defer func() {
		for kind, w := range s.waiting {
			m.waiting[kind] = w[:0]
		}
	}()
	m.ends = m.ends[:0]
	for _, jobs := range m.jobs {
		for _, j := range jobs {
			m.ends = append(m.ends, j.ret)
		}
	}
	for _, z := range m.zones {
		m.ends = append(m.ends, z.call)
	}
	slices.Sort(m.ends)
	zones := m.zones
	for _, now := range m.ends {
		s.release(now)
		if !s.due(now) {
			return false
		}
		if len(zones) > 0 && zones[0].call == now {
			if !s.zone(zones[0].kind) {
				return false
			}
			zones = zones[1:]
		}
	}
	return true
}

// release makes the jobs possible that begin by now.
func (s *sweep) release(now int64) {
	for kind := range s.ahead {
		a := s.ahead[kind]
		for len(a) > 0 && a[0].call <= now {
			push(&s.waiting[kind], a[0])
			a = a[1:]
		}
		s.ahead[kind] = a
	}
	s.look()
}

// look has all looks happen that are possible, if there is no entry.
func (s *sweep) look() {
	if !s.present {
		s.waiting[looks] = s.waiting[looks][:0]
	}
}

// due has the jobs happen that must happen now. It reports whether that is
// possible.
func (s *sweep) due(now int64) bool {
	is := func(kind blockKind) bool { return len(s.waiting[kind]) > 0 && s.waiting[kind][0].ret <= now }
	if is(stores) {
		s.hide()
	}
	for is(inserts) {
		if !s.vacate() {
			return false
		}
		pop(&s.waiting[inserts])
		s.present = true
	}
	for is(removes) {
		s.remove()
	}
	return !is(looks) || s.vacate()
}

// zone has a zone happen, and reports whether that is possible.
func (s *sweep) zone(kind blockKind) bool {
	if !kind.needsAbsent() {
		s.hide()
	} else if !s.vacate() {
		return false
	}
	s.present = kind.leavesValue()
	s.look()
	return true
}

// hide has an insert happen if there is no entry, and all stores. Something that
// finds anything must follow them, or be the last of them.
func (s *sweep) hide() {
	if !s.present && len(s.waiting[inserts]) > 0 {
		pop(&s.waiting[inserts])
		s.present = true
	}
	if len(s.waiting[stores]) > 0 {
		s.waiting[stores] = s.waiting[stores][:0]
		s.present = true
	}
}

// remove has the first removal happen.
func (s *sweep) remove() {
	s.hide()
	pop(&s.waiting[removes])
	s.present = false
	s.look()
}

// vacate has a removal happen if there is an entry. It reports whether there is
// none then.
func (s *sweep) vacate() bool {
	if s.present && len(s.waiting[removes]) > 0 {
		s.remove()
	}
	return !s.present
}

// push adds a job to a heap.
func push(heap *[]block, j block) {
	h := append(*heap, j)
	i := len(h) - 1
	for i > 0 && h[(i-1)/2].ret > j.ret {
		h[i] = h[(i-1)/2]
		i = (i - 1) / 2
	}
	h[i] = j
	*heap = h
}

// pop removes the job that is the first to return from a heap.
func pop(heap *[]block) {
	h := *heap
	n := len(h) - 1
	last := h[n]
	h = h[:n]
	for i := 0; n > 0; {
		least := 2*i + 1
		if least+1 < n && h[least+1].ret < h[least].ret {
			least++
		}
		if least >= n || last.ret <= h[least].ret {
			h[i] = last
			break
		}
		h[i] = h[least]
		i = least
	}
	*heap = h
}
