//go:build bugs

// Documented bugs of published maps, as ordinary tests of the modules as the module
// proxy serves them. All of them fail under the explorer; none is annotated for it.
package interleavings

import (
	"testing"

	"github.com/alphadose/haxmap"
	"github.com/cornelk/hashmap"
	"github.com/puzpuzpuz/xsync/v4"
	"github.com/stretchr/testify/assert"
	"github.com/zhangyunhao116/skipmap"
	xsync250 "pinned.test/xsync-v2.5.0"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// concurrently runs f next to the calling goroutine. wait waits until it has ended.
func concurrently(f func()) (wait func()) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	return func() { <-done }
}

func TestXsync250LosesUpdateInResize(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := xsync250.NewIntegerMapOf[int, int]()
		for k := range 3 { // the only bucket is full
			m.Store(k, k)
		}
		wait := concurrently(func() { m.Store(3, 3) })
		m.Store(0, 100)
		wait()
		v, _ := m.Load(0)
		assert.Equal(t, 100, v)
	})
}

func TestXsync450CountsLessThanNothing(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := xsync.NewMap[int, int]()
		wait := concurrently(func() { m.Store(1, 1) })
		m.Delete(1)
		assert.GreaterOrEqual(t, m.Size(), 0)
		wait()
	})
}

func TestXsync450DropsClearInResize(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := xsync.NewMap[int, int]()
		for k := range 5 { // the only bucket is full
			m.Store(k, k)
		}
		wait := concurrently(func() { m.Store(5, 5) })
		m.Clear()
		wait()
		_, loaded := m.Load(0)
		assert.False(t, loaded, "an entry has survived Clear")
	})
}

func TestHaxmap141GetOrSetHasTwoWinners(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := haxmap.New[int, int]()
		var first bool
		wait := concurrently(func() { _, first = m.GetOrSet(1, 10) })
		_, second := m.GetOrSet(1, 20)
		wait()
		assert.True(t, first || second, "both have stored")
	})
}

func TestHashmap108LosesSetToDel(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := hashmap.New[int, int]()
		m.SetHasher(func(k int) uintptr { return uintptr(k) })
		m.Set(1, 1)
		wait := concurrently(func() { m.Del(1) })
		m.Set(2, 2)
		wait()
		_, loaded := m.Get(2)
		assert.True(t, loaded)
	})
}

func TestHashmap108GetOrInsertNeverReturns(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := hashmap.New[int, int]()
		m.SetHasher(func(k int) uintptr { return uintptr(k) })
		m.Set(1, 1)
		wait := concurrently(func() { m.Set(2, 2) })
		m.Del(1)
		m.GetOrInsert(2, 3)
		wait()
	})
}

func TestSkipmap0101LosesStoreToLoadAndDelete(t *testing.T) {
	explore.Test(t, func(t *explore.T) {
		m := skipmap.New[int, int]()
		m.Store(1, 1)
		wait := concurrently(func() { m.Store(1, 2) })
		v, _ := m.LoadAndDelete(1)
		wait()
		_, loaded := m.Load(1)
		assert.True(t, loaded == (v == 1), "LoadAndDelete returns %d, and then there is an entry: %t", v, loaded)
	})
}
