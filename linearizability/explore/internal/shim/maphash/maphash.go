// Package maphash stands in for package hash/maphash in rewritten code. Hashes are the
// same in every process, so that an execution can be repeated in another. In an
// exploration, all seeds are the same.
package maphash

import (
	"encoding/binary"
	"hash"
	"math/rand/v2"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// A Seed stands in for [maphash.Seed].
type Seed struct{ s uint64 }

// MakeSeed returns a new Seed.
//
//go:noinline
func MakeSeed() Seed {
	if explore.Active() {
		return Seed{1}
	}
	return Seed{rand.Uint64() | 1}
}

// A Hash stands in for [maphash.Hash].
type Hash struct {
	_    [0]func() // not comparable
	seed Seed
	b    []byte
}

func (h *Hash) begin() {
	if h.seed.s == 0 {
		h.seed = MakeSeed()
	}
}

// Write adds b.
//
//go:noinline
func (h *Hash) Write(b []byte) (int, error) {
	h.begin()
	h.b = append(h.b, b...)
	return len(b), nil
}

// WriteString adds s.
//
//go:noinline
func (h *Hash) WriteString(s string) (int, error) {
	h.begin()
	h.b = append(h.b, s...)
	return len(s), nil
}

// WriteByte adds b.
//
//go:noinline
func (h *Hash) WriteByte(b byte) error {
	h.begin()
	h.b = append(h.b, b)
	return nil
}

// Seed returns the seed.
//
//go:noinline
func (h *Hash) Seed() Seed {
	h.begin()
	return h.seed
}

// SetSeed sets the seed, and forgets what was added.
//
//go:noinline
func (h *Hash) SetSeed(seed Seed) {
	if seed.s == 0 {
		panic("maphash: use of uninitialized Seed")
	}
	h.seed, h.b = seed, nil
}

// Reset forgets what was added.
//
//go:noinline
func (h *Hash) Reset() {
	h.begin()
	h.b = nil
}

// Clone returns a copy of h.
//
//go:noinline
func (h *Hash) Clone() (hash.Cloner, error) {
	h.begin()
	return &Hash{seed: h.seed, b: append([]byte(nil), h.b...)}, nil
}

// Sum64 returns the hash of what was added.
//
//go:noinline
func (h *Hash) Sum64() uint64 {
	h.begin()
	return Bytes(h.seed, h.b)
}

// Sum appends the hash of what was added to b.
//
//go:noinline
func (h *Hash) Sum(b []byte) []byte { return binary.BigEndian.AppendUint64(b, h.Sum64()) }

// Size returns the bytes of a hash.
func (*Hash) Size() int { return 8 }

// BlockSize returns the bytes of a block.
func (*Hash) BlockSize() int { return 128 }

// Bytes returns the hash of b.
//
//go:noinline
func Bytes(seed Seed, b []byte) uint64 {
	if seed.s == 0 {
		panic("maphash: use of uninitialized Seed")
	}
	h := uint64(0xcbf29ce484222325) ^ mix(seed.s)
	for ; len(b) >= 8; b = b[8:] {
		h = mix(h ^ binary.LittleEndian.Uint64(b))
	}
	for _, c := range b {
		h = (h ^ uint64(c)) * 0x100000001b3
	}
	return mix(h ^ uint64(len(b)))
}

// mix is the finalizer of splitmix64.
func mix(z uint64) uint64 {
	z += 0x9e3779b97f4a7c15
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// String returns the hash of s.
//
//go:noinline
func String(seed Seed, s string) uint64 { return Bytes(seed, []byte(s)) }
