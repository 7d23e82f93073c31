package fuzz

import (
	"fmt"
	"hash/maphash"

	"github.com/flatmap-go/flatmap/flatmap"
)

// A Config says what kind of a map to make.
type Config struct {
	Hash     Hash
	Capacity int // to make room for, 0 for the default
	GrowOnly bool
}

// A Hash is the quality of a hash function.
type Hash uint8

const (
	// Good is the map's own.
	Good Hash = iota
	// FourBit has 16 different values.
	FourBit
	// Constant has one.
	Constant
	numHashes
)

// String returns the name of h.
func (h Hash) String() string {
	if h < numHashes {
		return [...]string{"Good", "FourBit", "Constant"}[h]
	}
	return fmt.Sprintf("Hash(%d)", uint8(h))
}

// HasherOf returns a hash function of that quality. A map may have a better
// hash function as its Good one.
func HasherOf[K comparable](h Hash) func(maphash.Seed, K) uint64 {
	return func(seed maphash.Seed, key K) uint64 {
		switch x := maphash.Comparable(seed, key); h {
		case FourBit:
			return x >> 60
		case Constant:
			return 0
		default:
			return x
		}
	}
}

// OptionsOf returns the options with which a flatmap is as c says. A Good hash
// is the map's own.
func OptionsOf[K comparable](c Config) (opts []flatmap.Option) {
	if c.Hash != Good {
		opts = append(opts, flatmap.WithHasher(HasherOf[K](c.Hash)))
	}
	if c.Capacity > 0 {
		opts = append(opts, flatmap.WithCapacity(c.Capacity))
	}
	if c.GrowOnly {
		opts = append(opts, flatmap.WithGrowOnly())
	}
	return opts
}

var capacities = [...]int{0, 8, 300}

// configOf returns the Config that a byte means.
func configOf(b byte) Config {
	i := int(b)
	return Config{
		Hash:     Hash(i % int(numHashes)),
		Capacity: capacities[i/int(numHashes)%len(capacities)],
		GrowOnly: i/int(numHashes)/len(capacities)%2 == 1,
	}
}

// byte is the inverse of configOf.
func (c Config) byte() byte {
	for b := range byte(int(numHashes) * len(capacities) * 2) {
		if configOf(b) == c {
			return b
		}
	}
	panic(fmt.Sprintf("fuzz: no input makes the map %+v", c))
}
