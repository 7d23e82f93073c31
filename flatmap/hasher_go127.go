//go:build go1.27

package flatmap

import "hash/maphash"

// WithMapHasher is [WithHasher] for a [maphash.Hasher], of which it uses Hash alone: keys are
// the same if they are equal by ==, as in any Map, and h.Equal is never called. h.Hash must
// not keep its arguments.
//
// It panics if h is nil. Go 1.27 and later have it.
func WithMapHasher[K comparable](h maphash.Hasher[K]) Option {
	if h == nil {
		panic("flatmap: WithMapHasher: nil hasher")
	}
	return WithHasher(func(seed maphash.Seed, key K) uint64 {
		var state maphash.Hash
		state.SetSeed(seed)
		h.Hash((*maphash.Hash)(hide(pointer(&state))), key) // or each call would allocate it
		return state.Sum64()
	})
}
