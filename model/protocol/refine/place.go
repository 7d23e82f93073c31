package refine

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/flatmap-go/flatmap/model/protocol/refine/memory"
)

// A what is what a word is in the model.
type what uint8

const (
	outside what = iota // of the model
	tableWord
	nextWord
	resizingWord
	metaWord
	versionWord
	linkWord
	keyWord
	valueWord
	stripeWord
	movedWord
	registryWord
	holdWord
	visitWord
)

// A place is where a word is. Tables are counted from the one that the execution begins
// with, and chains through all tables.
type place struct {
	what   what
	region memory.Kind
	table  int
	chain  int
	bucket int // position in the chain
	slot   int // number in the model; that of a stripe
	word   int
}

func (p *place) String() string {
	switch p.what {
	case outside:
		return p.region.String()
	case tableWord:
		return "Map.table"
	case resizingWord:
		return "Map.resizing"
	case nextWord:
		return fmt.Sprintf("next of table %d", p.table)
	case keyWord:
		return fmt.Sprintf("key word %d of slot %d", p.word, p.slot)
	case stripeWord:
		return fmt.Sprintf("count %d", p.slot)
	case registryWord:
		return "the mutex of the held keys"
	case holdWord:
		return "a hold"
	case visitWord:
		return "the announcement of a visit"
	case movedWord:
		return fmt.Sprintf("the number of chains of table %d that have moved", p.table)
	case valueWord:
		return fmt.Sprintf("value word %d of slot %d", p.word, p.slot)
	}
	return fmt.Sprintf("%s of bucket %d of chain %d", map[what]string{metaWord: "the meta", versionWord: "the version", linkWord: "the link"}[p.what], p.bucket, p.chain)
}

// headBytes is the size of meta and version, which are before the slots of a bucket.
const headBytes = 16

// A linkName is an overflow bucket.
type linkName struct {
	table int
	link  int
}

// A position is where a bucket is in a chain.
type position struct{ chain, bucket int }

// find returns the region that an address is in, and the group of words in it.
func (r *run) find(addr uintptr) (region *memory.Region, group int, offset uintptr) {
	regions := r.layout.Regions
	i, _ := slices.BinarySearchFunc(regions, addr, func(x memory.Region, a uintptr) int {
		if uintptr(x.First)+uintptr(x.N)*x.Stride <= a {
			return -1
		}
		return 1
	})
	if i == len(regions) || addr < uintptr(regions[i].First) {
		return nil, 0, 0
	}
	d := addr - uintptr(regions[i].First)
	return &regions[i], int(d / regions[i].Stride), d % regions[i].Stride
}

// resolve finds the places of all accesses. First it finds the chains of overflow
// buckets, from the links that are stored.
func (r *run) resolve() {
	slices.SortFunc(r.layout.Regions, func(a, b memory.Region) int { return cmp.Compare(uintptr(a.First), uintptr(b.First)) })
	for i := range r.f.log {
		e := &r.f.log[i]
		if e.op != opStore && e.op != opPlainWrite || !e.changes() {
			continue
		}
		region, group, offset := r.find(e.addr)
		if region == nil || region.Table < r.base {
			continue
		}
		t := region.Table - r.base
		switch {
		case region.Kind == memory.Link:
			r.buckets[linkName{t, int(e.after)}] = position{r.first[t] + group, 1}
		case region.Kind == memory.Overflow && offset == 8:
			if p, ok := r.buckets[linkName{t, region.Number + group}]; ok {
				r.buckets[linkName{t, int(e.after)}] = position{p.chain, p.bucket + 1}
			}
		}
	}
	r.longest = 1
	for _, p := range r.buckets {
		r.longest = max(r.longest, p.bucket+1)
	}
}

// whole reports whether a region belongs to the map, and not to one table.
func whole(k memory.Kind) bool {
	return k == memory.Table || k == memory.Resizing || k == memory.Stripes || k == memory.Registry || k == memory.Hold || k == memory.Visit
}

// locate returns the place of an address.
func (r *run) locate(addr uintptr) (p place) {
	if addr == 0 {
		return p
	}
	region, group, offset := r.find(addr)
	if region == nil {
		r.fail("is of a word that is not of the map: %#x: rule explained", addr)
	}
	p = place{region: region.Kind, table: region.Table - r.base}
	if p.table < 0 && !whole(region.Kind) {
		return p // a table that has been replaced before
	}
	inBucket := func() {
		switch {
		case offset == 0:
			p.what = metaWord
		case offset == 8 && p.bucket == 0:
			p.what = versionWord
		case offset == 8:
			p.what = linkWord
		default:
			d := offset - headBytes
			slot := int(d / r.layout.Slot)
			if slot >= r.layout.Slots {
				r.fail("is of slot %d of %s, which is not in use: rule explained", slot, p.String())
			}
			p.slot = r.slot(p.chain, p.bucket, slot)
			if d %= r.layout.Slot; d < r.layout.Key {
				p.what, p.word = valueWord, int(d/8)
			} else {
				p.what, p.word = keyWord, int((d-r.layout.Key)/8)
			}
		}
	}
	switch region.Kind {
	case memory.Table:
		p.what = tableWord
	case memory.Resizing:
		p.what = resizingWord
	case memory.Stripes:
		p.what, p.slot = stripeWord, group
	case memory.Moved:
		p.what = movedWord
	case memory.Registry:
		p.what = registryWord
	case memory.Hold:
		p.what = holdWord
	case memory.Visit:
		p.what = visitWord
	case memory.Next:
		p.what = nextWord
	case memory.Root:
		p.chain = r.first[p.table] + group
		inBucket()
	case memory.Link:
		p.chain, p.what = r.first[p.table]+group, linkWord
	case memory.Overflow:
		at, ok := r.buckets[linkName{p.table, region.Number + group}]
		if !ok {
			r.fail("is of overflow bucket %d of table %d, which is in no chain: rule explained", region.Number+group, p.table)
		}
		p.chain, p.bucket = at.chain, at.bucket
		inBucket()
	}
	return p
}

// slot returns the number of a slot in the model.
func (r *run) slot(chain, bucket, i int) int {
	return (chain*r.longest+bucket)*r.layout.Slots + i
}
