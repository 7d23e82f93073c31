package stress

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// runHot has all goroutines write the same few keys, each key in a way that
// leaves accounts that must balance at the end.
func (s *session[K, V]) runHot() {
	m := s.newMap()
	var games []game
	add := func(play func(*rand.Rand), balance func(), kinds ...model.Kind) {
		if s.supports(kinds...) {
			games = append(games, game{play, balance})
		}
	}
	h := &hot[K, V]{session: s, m: m}
	add(h.increment, h.countIncrements, model.Compute)
	if reflect.TypeFor[V]().Comparable() {
		add(h.swapIncrement, h.countSwapIncrements, model.LoadOrStore, model.CompareAndSwap)
		add(h.compareDelete, h.countCompareDeletes, model.LoadOrStore, model.CompareAndDelete)
	}
	add(h.swap, h.sumSwaps, model.Swap)
	add(h.pass, h.countTokens, model.LoadOrStore, model.LoadAndDelete)
	add(h.build, func() {}, model.LoadOrCompute)
	if len(games) == 0 {
		games = append(games, game{h.overwrite, func() {}})
	}
	team := s.team()
	for i := range s.workers() {
		rng := s.rand(i)
		team.add(func() {
			s.until(rng, 16, func() {
				play := games[rng.IntN(len(games))].play
				for range 16 {
					play(rng)
				}
			})
		})
	}
	team.add(func() { s.storm(m, 0) })
	team.wait()
	if s.Err() != nil {
		return
	}
	for _, g := range games {
		g.balance()
	}
}

// A game is a way to use one key.
type game struct {
	play    func(*rand.Rand)
	balance func() // the accounts, at the end
}

// The keys, each for one game.
const (
	incrementKey = iota
	swapIncrementKey
	swapKey
	tokenKey
	compareDeleteKey
	buildKey
)

type hot[K comparable, V any] struct {
	*session[K, V]
	m model.Map[K, V]

	versions                    atomic.Int64 // to make values different
	increments, swapIncrements  atomic.Int64
	swappedIn, swappedOut       atomic.Int64
	tokensStored, tokensDeleted atomic.Int64
	deleted                     sync.Map // versions of tokens
	compareStored, compareGone  atomic.Int64
}

// fresh returns a value of a key that is different from all others.
func (h *hot[K, V]) fresh(key int) (V, int) {
	n := int(h.versions.Add(1))
	return h.value(key, n), n
}

// current returns the version of a key's value, 0 if it has none.
func (h *hot[K, V]) current(key int) int {
	value, ok := h.m.Load(h.key(key))
	if !ok {
		return 0
	}
	return h.version(key, value)
}

// increment counts in Compute.
func (h *hot[K, V]) increment(*rand.Rand) {
	calls := 0
	h.m.(model.Computer[K, V]).Compute(h.key(incrementKey), func(old V, loaded bool) (V, flatmap.Op) {
		calls++
		n := 0
		if loaded {
			n = h.version(incrementKey, old)
		}
		return h.value(incrementKey, n+1), flatmap.Set
	})
	h.increments.Add(1)
	if calls == 0 || calls > 1 && !model.Repeats(h.m) {
		h.failf("Compute called its function %d times", calls)
	}
}

func (h *hot[K, V]) countIncrements() {
	if got, want := h.current(incrementKey), int(h.increments.Load()); got != want {
		h.failf("%d increments in Compute counted to %d", want, got)
	}
}

// overwrite stores, deletes and loads: the value must be one of the key. It is for
// maps without the methods that the other games need.
func (h *hot[K, V]) overwrite(rng *rand.Rand) {
	if rng.IntN(2) == 0 {
		h.m.Delete(h.key(swapKey))
		return
	}
	value, _ := h.fresh(swapKey)
	h.m.Store(h.key(swapKey), value)
	h.current(swapKey)
}

// swapIncrement counts in CompareAndSwap.
func (h *hot[K, V]) swapIncrement(*rand.Rand) {
	key := h.key(swapIncrementKey)
	old, _ := h.m.LoadOrStore(key, h.value(swapIncrementKey, 1))
	if h.m.CompareAndSwap(key, old, h.value(swapIncrementKey, h.version(swapIncrementKey, old)+1)) {
		h.swapIncrements.Add(1)
	}
}

func (h *hot[K, V]) countSwapIncrements() {
	if got, want := h.current(swapIncrementKey)-1, int(h.swapIncrements.Load()); got != want && got >= 0 {
		h.failf("%d increments in CompareAndSwap counted to %d", want, got)
	}
}

// swap adds up what goes in and what comes out.
func (h *hot[K, V]) swap(*rand.Rand) {
	value, n := h.fresh(swapKey)
	h.swappedIn.Add(int64(n))
	if old, loaded := h.m.Swap(h.key(swapKey), value); loaded {
		h.swappedOut.Add(int64(h.version(swapKey, old)))
	}
}

func (h *hot[K, V]) sumSwaps() {
	if h.swappedIn.Load() != h.swappedOut.Load()+int64(h.current(swapKey)) {
		h.failf("Swap lost a value, or returned one twice: it returned versions that add up to %d, want %d",
			h.swappedOut.Load(), h.swappedIn.Load()-int64(h.current(swapKey)))
	}
}

// pass stores a token if there is none, and deletes it if there is.
func (h *hot[K, V]) pass(rng *rand.Rand) {
	key := h.key(tokenKey)
	if rng.IntN(2) == 0 {
		value, n := h.fresh(tokenKey)
		actual, loaded := h.m.LoadOrStore(key, value)
		if !loaded {
			h.tokensStored.Add(1)
		}
		if got := h.version(tokenKey, actual); !loaded && got != n {
			h.failf("LoadOrStore stored version %d, want its argument, version %d", got, n)
		}
		return
	}
	if value, loaded := h.m.LoadAndDelete(key); loaded {
		h.tokensDeleted.Add(1)
		if _, twice := h.deleted.LoadOrStore(h.version(tokenKey, value), true); twice {
			h.failf("LoadAndDelete returned version %d twice", h.version(tokenKey, value))
		}
	}
}

func (h *hot[K, V]) countTokens() {
	left := h.tokensStored.Load() - h.tokensDeleted.Load()
	if present := h.current(tokenKey) != 0; left != 0 && left != 1 || present != (left == 1) {
		h.failf("LoadOrStore stored %d values, and LoadAndDelete deleted %d", h.tokensStored.Load(), h.tokensDeleted.Load())
	}
}

// compareDelete stores a value if there is none, and deletes only the value that
// it has seen.
func (h *hot[K, V]) compareDelete(rng *rand.Rand) {
	key := h.key(compareDeleteKey)
	value, _ := h.fresh(compareDeleteKey)
	actual, loaded := h.m.LoadOrStore(key, value)
	if !loaded {
		h.compareStored.Add(1)
	}
	if rng.IntN(2) == 0 && h.m.CompareAndDelete(key, actual) {
		h.compareGone.Add(1)
	}
}

func (h *hot[K, V]) countCompareDeletes() {
	left := h.compareStored.Load() - h.compareGone.Load()
	if present := h.current(compareDeleteKey) != 0; left != 0 && left != 1 || present != (left == 1) {
		h.failf("LoadOrStore stored %d values, and CompareAndDelete deleted %d", h.compareStored.Load(), h.compareGone.Load())
	}
}

// build stores what a callback returns, and deletes it.
func (h *hot[K, V]) build(rng *rand.Rand) {
	key := h.key(buildKey)
	if rng.IntN(2) == 0 {
		h.m.Delete(key)
		return
	}
	calls, n := 0, 0
	actual, loaded := h.m.(model.LoadOrComputer[K, V]).LoadOrCompute(key, func() (value V) {
		calls++
		value, n = h.fresh(buildKey)
		return value
	})
	switch got := h.version(buildKey, actual); {
	case (loaded && calls != 0 || !loaded && calls != 1) && !model.Repeats(h.m):
		h.failf("LoadOrCompute called its function %d times, and returned %t", calls, loaded)
	case !loaded && got != n:
		h.failf("LoadOrCompute stored version %d, want version %d, which its function returned", got, n)
	}
}
