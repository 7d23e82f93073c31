package flatmap

import (
	"fmt"
	"maps"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// TestSpread measures how many words do not fit into their root buckets, for
// keys with structure and for random ones, with every factor and several
// secrets: a table as full as it gets without growing has about 6 keys for a
// bucket of 7 slots. With each factor, keys with structure must do better than
// random ones on average, and none far worse with any secret.
func TestSpread(t *testing.T) {
	patterns := map[string]func(i uint64) uint64{
		"counting down": func(i uint64) uint64 { return -i },
		"reversed bits": bits.Reverse64,
		"Gray code":     func(i uint64) uint64 { return i ^ i>>1 },
		"a grid":        func(i uint64) uint64 { return i&0xff | i>>8<<32 },
	}
	for _, stride := range []uint64{1, 3, 7, 10, 24, 100, 1000, 1e4, 1e6, 1<<3 + 1, 1e9 + 7} {
		patterns[fmt.Sprintf("stride %d", stride)] = func(i uint64) uint64 { return i * stride }
	}
	for _, shift := range []int{1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48} {
		patterns[fmt.Sprintf("shifted by %d", shift)] = func(i uint64) uint64 { return i << shift }
	}
	const secrets = 3
	r := rand.New(rand.NewPCG(1, 1))
	for _, factor := range factors {
		sum, random := 0.0, 0.0
		for range secrets {
			secret := r.Uint64()
			for name, key := range maps.All(patterns) {
				part := overflowing(secret, factor, key)
				sum += part
				if name == "stride 1" && part > 0.06 || part > 0.4 {
					t.Errorf("factor %#x, secret %#x: %.1f %% of keys with %s do not fit", factor, secret, 100*part, name)
				}
			}
			random += overflowing(secret, factor, func(uint64) uint64 { return r.Uint64() })
		}
		sum /= float64(secrets * len(patterns))
		random /= secrets
		if sum > 0.8*random {
			t.Errorf("factor %#x: %.1f %% of keys with structure do not fit, and %.1f %% of random ones", factor, 100*sum, 100*random)
		}
	}
}

// TestTagSpread checks for every factor that keys which share a chain seldom
// share their tags as well, however far their bits are shifted.
func TestTagSpread(t *testing.T) {
	const chains = 256
	r := rand.New(rand.NewPCG(1, 3))
	for _, factor := range factors {
		for shift := 0; shift <= 40; shift += 4 {
			secret := r.Uint64()
			var tags [chains][]uint64
			pairs, same := 0, 0
			for i := range uint64(8 * chains) {
				h := mix(i<<shift, secret, factor)
				for _, tag := range tags[h%chains] {
					pairs++
					if tag == tagOf(h) {
						same++
					}
				}
				tags[h%chains] = append(tags[h%chains], tagOf(h))
			}
			if same*10 > pairs {
				t.Errorf("factor %#x, secret %#x, shift %d: of %d pairs in a chain %d have the same tag", factor, secret, shift, pairs, same)
			}
		}
	}
}

// overflowing returns the part of keys that their chain's root has no slot for.
func overflowing(secret, factor uint64, key func(i uint64) uint64) float64 {
	const buckets, slots = 1 << 10, 7
	var counts [buckets]int
	for i := range uint64(6 * buckets) {
		counts[mix(key(i), secret, factor)%buckets]++
	}
	over := 0
	for _, n := range counts {
		over += max(0, n-slots)
	}
	return float64(over) / (6 * buckets)
}

// TestAvalanche measures with which probability each bit of a word changes each
// bit that chooses the chain or the tag. Multiplication keeps some of the
// structure of keys, which TestSpread shows to be for the better: so not every
// probability is near a half. But over all secrets every bit of a key bears on
// every bit of the hash, and each bit of the hash changes for half of the
// changes of keys.
func TestAvalanche(t *testing.T) {
	const rounds = 640
	r := rand.New(rand.NewPCG(1, 2))
	var changed [64][64]int
	for i := range rounds {
		x, secret, factor := r.Uint64(), r.Uint64(), factors[i%len(factors)]
		for in := range 64 {
			d := mix(x, secret, factor) ^ mix(x^1<<in, secret, factor)
			for ; d != 0; d &= d - 1 {
				changed[in][bits.TrailingZeros64(d)]++
			}
		}
	}
	for out := range 64 {
		sum := 0
		for in := range 64 {
			sum += changed[in][out]
			if changed[in][out] == 0 {
				t.Errorf("bit %d of a key never changes bit %d of its hash", in, out)
			}
		}
		if part := float64(sum) / 64 / rounds; part < 0.4 || part > 0.6 {
			t.Errorf("bit %d of the hash changes with probability %.2f", out, part)
		}
	}
}
