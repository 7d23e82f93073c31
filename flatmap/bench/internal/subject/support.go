package subject

import (
	"hash/maphash"
	"math/bits"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// A Flag is set once, by another goroutine than the one that reads it.
type Flag = atomic.Bool

// A Rand is the generator wyrand. A number costs one multiplication, which is cheap
// compared with any operation of a map, and the same for all maps.
type Rand uint64

// Next returns the next number.
func (r *Rand) Next() uint64 {
	*r += 0xa0761d6478bd642f
	hi, lo := bits.Mul64(uint64(*r), uint64(*r)^0xe7037ed1a0b428db)
	return hi ^ lo
}

// yield lets another goroutine run, for one i in 64.
func yield(i int) {
	if i%64 == 0 {
		runtime.Gosched()
	}
}

// zero is not a constant, so that the processor has to wait for a product with it.
var zero uint64

var epoch = time.Now()

// now reads the monotonic clock, in nanoseconds.
func now() int64 { return int64(time.Since(epoch)) }

// shards is the number of shards of a sharded map.
const shards = 64

// A shard is a map behind a RWMutex, on separate cache lines.
type shard[K comparable, V any] struct {
	mu sync.RWMutex
	m  map[K]V
	_  [128 - 24 - 8]byte
}

type sharded[K comparable, V any] [shards]shard[K, V]

func newSharded[K comparable, V any](capacity int) *sharded[K, V] {
	s := new(sharded[K, V])
	for i := range s {
		s[i].m = make(map[K]V, capacity/shards)
	}
	return s
}

var shardSeed = maphash.MakeSeed()

func shardOfWord(k uint64) uint64   { return k * 0x9e3779b97f4a7c15 >> 58 }
func shardOfString(k string) uint64 { return maphash.String(shardSeed, k) % shards }

// A locked map is what most programs use.
type locked[K comparable, V any] struct {
	mu sync.RWMutex
	m  map[K]V
}

// Types of keys and values with odd sizes.
type (
	// Struct32 is a key of 32 bytes.
	Struct32 struct{ A, B, C, D uint64 }
	// Value64 is a value of 64 bytes.
	Value64 struct{ Words [8]uint64 }
	// Value1K is a value of one KiB.
	Value1K struct{ Words [128]uint64 }
)

// ClockTimed is StoreTimed without the Stores. It shows how long reading the clock
// takes.
func ClockTimed(took []uint32) {
	t := now()
	for i := range took {
		u := now()
		took[i] = uint32(min(u-t, 1<<32-1))
		t = u
	}
}
