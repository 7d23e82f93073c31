package flatmap

import (
	"fmt"
	"maps"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// drawn returns n factors, the same every time.
func drawn(n int) []uint64 {
	r := rand.New(rand.NewPCG(1, 4))
	fs := make([]uint64, n)
	for i := range fs {
		fs[i] = newFactor(r.Uint64)
	}
	return fs
}

// TestSpread measures how many words do not fit into their root buckets, for
// keys with structure and for random ones, with many factors and
// secrets: a table as full as it gets without growing has about 6 keys for a
// bucket of 7 slots. Keys that count up must do far better than
// random ones with every factor; those with any structure better on average, and few
// far worse.
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
	r := rand.New(rand.NewPCG(1, 1))
	for _, buckets := range []uint64{16, 64, 1 << 10, 1 << 13} {
		counting, sum, random, n, worse := 0.0, 0.0, 0.0, 0, 0
		factors := drawn(int(min(200, 1<<17/buckets)))
		for _, factor := range factors {
			secret := r.Uint64()
			for name, key := range maps.All(patterns) {
				part := overflowing(buckets, secret, factor, key)
				sum += part
				n++
				if part > 0.4 {
					worse++
				}
				if name == "stride 1" {
					counting += part
					if part > 0.11 {
						t.Errorf("factor %#x, secret %#x: %.1f %% of keys with %s do not fit into %d buckets", factor, secret, 100*part, name, buckets)
					}
				}
			}
			random += overflowing(buckets, secret, factor, func(uint64) uint64 { return r.Uint64() })
		}
		sum /= float64(n)
		random /= float64(len(factors))
		counting /= float64(len(factors))
		t.Logf("%d buckets: of keys that count up %.1f %% do not fit, of those with structure %.1f %%, of random ones %.1f %%; over 40 %%: %d of %d",
			buckets, 100*counting, 100*sum, 100*random, worse, n)
		if counting > 0.16*random || sum > 0.7*random || 40*worse > n {
			t.Errorf("%d buckets: of keys that count up %.1f %% do not fit, of those with structure %.1f %%, of random ones %.1f %%; over 40 %%: %d of %d",
				buckets, 100*counting, 100*sum, 100*random, worse, n)
		}
	}
}

// TestDifferences checks that no two keys whose difference somebody may know share a
// chain of 256 more than three times as often as random keys, over all factors: what the
// test of xsync's hash asks for. (With one factor, known or not, some differences come
// with the same chain for about half of the keys: a product keeps what a sum is.)
func TestDifferences(t *testing.T) {
	const rounds, keys = 8192, 8
	var differences []uint64
	for shift := range 64 {
		for k := uint64(1); k <= 64 && k<<shift != 0; k++ {
			differences = append(differences, k<<shift)
		}
		for second := range shift {
			differences = append(differences, 1<<shift|1<<second)
		}
	}
	r := rand.New(rand.NewPCG(1, 5))
	same, worst := make([]int, len(differences)), 0.0
	for _, factor := range drawn(rounds) {
		secret := r.Uint64()
		for range keys {
			key := r.Uint64()
			hash := mix(key, secret, factor)
			for i, d := range differences {
				if (hash^mix(key^d, secret, factor))%256 == 0 {
					same[i]++
				}
			}
		}
	}
	for i, d := range differences {
		ratio := float64(same[i]) * 256 / (rounds * keys)
		worst = max(worst, ratio)
		if ratio > 3 {
			t.Errorf("keys that differ by %#x share a chain %.1f times as often as random ones", d, ratio)
		}
	}
	t.Logf("at worst %.1f times as often", worst)
}

// TestTagSpread checks that keys which share a chain seldom share their tags as well: with
// every factor if they count up, and with almost all factors however far their bits are shifted.
func TestTagSpread(t *testing.T) {
	const chains, factors = 256, 500
	r := rand.New(rand.NewPCG(1, 3))
	bad, n := 0, 0
	for _, factor := range drawn(factors) {
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
			n++
			if same*10 > pairs {
				bad++
				if shift == 0 {
					t.Errorf("factor %#x, secret %#x: of %d pairs in a chain %d have the same tag", factor, secret, pairs, same)
				}
			}
		}
	}
	t.Logf("in %d of %d cases, more than a tenth of the pairs in a chain have the same tag", bad, n)
	if bad*50 > n {
		t.Errorf("in %d of %d cases, more than a tenth of the pairs in a chain have the same tag", bad, n)
	}
}

// overflowing returns the part of keys that their chain's root has no slot for.
func overflowing(buckets, secret, factor uint64, key func(i uint64) uint64) float64 {
	const slots = 7
	counts := make([]int, buckets)
	for i := range uint64(6 * buckets) {
		counts[mix(key(i), secret, factor)%buckets]++
	}
	over := 0
	for _, n := range counts {
		over += max(0, n-slots)
	}
	return float64(over) / float64(6*buckets)
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
	factors := drawn(60)
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
