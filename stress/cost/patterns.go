package cost

import "github.com/flatmap-go/flatmap/model"

// A pattern is steps that have been slow in maps.
type pattern[K comparable, V any] struct {
	name, about string
	needs       *model.Kind
	prepare     func(b *bench[K, V], n int) job
}

func patterns[K comparable, V any]() []pattern[K, V] {
	compute := model.Compute
	return []pattern[K, V]{
		{"fill", "a step stores a new key, up to n of them", nil, (*bench[K, V]).fill},
		{"drain", "a step deletes the first entry of an iteration, until the map is empty", nil, (*bench[K, V]).drain},
		{"evict", "a step stores a new key in a map of n entries, and deletes the first entry of an iteration", nil, (*bench[K, V]).evict},
		{"sawtooth", "a step stores or deletes a key, of a map that grows to n entries and shrinks to n/16 again and again", nil, (*bench[K, V]).sawtooth},
		{"emptied", "a step iterates over the last 16 of n entries, the others were deleted", nil, (*bench[K, V]).emptied},
		{"chain", "a step loads one of the keys that were stored while a callback of Compute ran", &compute, (*bench[K, V]).chain},
	}
}

// Patterns returns the names of the patterns and what their steps are.
func Patterns() (names, about []string) {
	for _, p := range patterns[int, int]() {
		names, about = append(names, p.name), append(about, p.about)
	}
	return names, about
}

// full returns a map with the first n keys.
func (b *bench[K, V]) full(n int) model.Map[K, V] {
	m := b.newMap()
	for i := range n {
		m.Store(b.keys[i], b.value(i))
	}
	return m
}

// deleteFirst deletes the first entry of an iteration.
func deleteFirst[K comparable, V any](m model.Map[K, V]) {
	var first K
	found := false
	m.Range(func(key K, _ V) bool {
		first, found = key, true
		return false
	})
	if found {
		m.Delete(first)
	}
}

func (b *bench[K, V]) fill(n int) job {
	m := b.newMap()
	return job{steps: n, run: func() {
		for i := range n {
			m.Store(b.keys[i], b.value(i))
		}
	}}
}

func (b *bench[K, V]) drain(n int) job {
	m := b.full(n)
	return job{steps: n, run: func() {
		for range n {
			deleteFirst(m)
		}
	}}
}

func (b *bench[K, V]) evict(n int) job {
	m := b.full(n)
	const steps = 512
	return job{steps: steps, run: func() {
		for i := range steps {
			m.Store(b.keys[n+i%n], b.value(i))
			deleteFirst(m)
		}
	}}
}

func (b *bench[K, V]) sawtooth(n int) job {
	m := b.full(n / 16)
	low := n / 16
	return job{steps: 4 * (n - low), run: func() {
		for range 2 {
			for i := low; i < n; i++ {
				m.Store(b.keys[i], b.value(i))
			}
			for i := low; i < n; i++ {
				m.Delete(b.keys[i])
			}
		}
	}}
}

func (b *bench[K, V]) emptied(n int) job {
	const left, steps = 16, 64
	m := b.full(n)
	for i := left; i < n; i++ {
		m.Delete(b.keys[i])
	}
	return job{steps: steps, run: func() {
		for range steps {
			m.Range(func(K, V) bool { return true })
		}
	}}
}
