package main

import (
	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"

	syncmapof "github.com/SaveTheRbtz/generic-sync-map-go"
	"github.com/Workiva/go-datastructures/trie/ctrie"
	skipmap3 "github.com/bytedance/gopkg/collection/skipmap"
	"github.com/goradd/maps"
	"github.com/jellydator/ttlcache/v3"
	lrita "github.com/lrita/cmap"
	"github.com/maypok86/otter/v2"
	gocache "github.com/patrickmn/go-cache"
	xsync251 "github.com/puzpuzpuz/xsync/v2"
	xsync351 "github.com/puzpuzpuz/xsync/v3"
	"github.com/siderolabs/gen/concurrent"
	"github.com/siderolabs/gen/containers"
	"github.com/tidwall/btree"
	"github.com/tidwall/shardmap"
)

func trieV086() model.Methods[int, int] {
	m := concurrent.NewHashTrieMap[int, int]()
	return model.Methods[int, int]{
		Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, LoadAndDelete: m.LoadAndDelete, Delete: m.Delete,
		Swap: m.Swap, CompareAndSwap: m.CompareAndSwap, CompareAndDelete: m.CompareAndDelete, Range: m.Range, Clear: m.Clear,
	}
}

func containersV086() model.Methods[int, int] {
	m := new(containers.ConcurrentMap[int, int])
	return model.Methods[int, int]{
		Load: m.Get, Store: m.Set, LoadOrStore: m.GetOrCreate, LoadOrCompute: m.GetOrCall, LoadAndDelete: m.RemoveAndGet,
		Delete: m.Remove, Clear: m.Clear, Len: m.Len,
		Range: func(f func(int, int) bool) {
			more := true
			m.ForEach(func(key, value int) { more = more && f(key, value) })
		},
	}
}

func xsyncV251() model.Methods[int, int] {
	return xsyncClearing[int, int](xsync251.NewIntegerMapOf[int, int]())
}

func xsyncV351() model.Methods[string, any] {
	return xsyncClearing[string, any](xsync351.NewMap())
}

func xsyncOfV351() model.Methods[int, int] {
	return xsyncClearing[int, int](xsync351.NewMapOf[int, int]())
}

func skipmapV014() model.Methods[int, any] { return skipmapMethods[int, any](skipmap3.NewInt()) }

func lritaV2023() model.Methods[int, int] {
	m := new(lrita.Map[int, int])
	return model.Methods[int, int]{Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, Delete: m.Delete, Range: m.Range, Len: m.Count}
}

func safemapV130() model.Methods[int, int] {
	m := maps.NewSafeMap[int, int]()
	return model.Methods[int, int]{Load: m.Load, Store: m.Set, Delete: func(key int) { m.Delete(key) },
		Range: m.Range, Clear: m.Clear, Len: m.Len, Contains: m.Has, All: m.All, Keys: m.KeysIter, Values: m.ValuesIter}
}

func shardmapV2019() model.Methods[string, any] {
	m := new(shardmap.Map)
	return model.Methods[string, any]{Load: m.Get, Swap: m.Set, LoadAndDelete: m.Delete, Range: m.Range, Clear: m.Clear, Len: m.Len,
		Store: func(key string, value any) { m.Set(key, value) }, Delete: func(key string) { m.Delete(key) }}
}

func syncmapofV2023() model.Methods[int, int] {
	m := new(syncmapof.MapOf[int, int])
	return model.Methods[int, int]{Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, Delete: m.Delete, Range: m.Range}
}

func ctrieV117() model.Methods[string, any] {
	m := ctrie.New(nil)
	return model.Methods[string, any]{
		Load:          func(key string) (any, bool) { return m.Lookup([]byte(key)) },
		Store:         func(key string, value any) { m.Insert([]byte(key), value) },
		LoadAndDelete: func(key string) (any, bool) { return m.Remove([]byte(key)) },
		Delete:        func(key string) { m.Remove([]byte(key)) },
		Clear:         m.Clear,
		Len:           func() int { return int(m.Size()) },
		Range: func(f func(string, any) bool) {
			cancel := make(chan struct{})
			defer close(cancel)
			for e := range m.Iterator(cancel) {
				if !f(string(e.Key), e.Value) {
					return
				}
			}
		},
	}
}

func gocacheV210() model.Methods[string, any] {
	m := gocache.New(gocache.NoExpiration, 0)
	return model.Methods[string, any]{Load: m.Get, Store: m.SetDefault, Delete: m.Delete, Clear: m.Flush, Len: m.ItemCount,
		Range: func(f func(string, any) bool) {
			for key, item := range m.Items() {
				if !f(key, item.Object) {
					return
				}
			}
		}}
}

// otterV240 adapts a cache without a limit.
func otterV240() model.Methods[int, int] {
	m := otter.Must(&otter.Options[int, int]{})
	return model.Methods[int, int]{Load: m.GetIfPresent, LoadAndDelete: m.Invalidate, Clear: m.InvalidateAll,
		Store:  func(key, value int) { m.Set(key, value) },
		Delete: func(key int) { m.Invalidate(key) },
		Range:  func(f func(int, int) bool) { m.All()(f) }, All: m.All, Keys: m.Keys, Values: m.Values,
		Compute: operating[int, int](m.Compute, otter.CancelOp, otter.WriteOp, otter.InvalidateOp),
		LoadOrStore: func(key, value int) (int, bool) {
			actual, stored := m.SetIfAbsent(key, value)
			return actual, !stored
		},
		Swap: func(key, value int) (int, bool) {
			previous, inserted := m.Set(key, value)
			if inserted { // previous is the new value
				return 0, false
			}
			return previous, true
		},
	}
}

// operating adapts a Compute whose function returns an operation of type O.
func operating[K comparable, V, O any](compute func(K, func(V, bool) (V, O)) (V, bool), keep, set, remove O) func(K, func(V, bool) (V, flatmap.Op)) (V, bool) {
	return func(key K, f func(V, bool) (V, flatmap.Op)) (V, bool) {
		return compute(key, func(old V, loaded bool) (V, O) {
			value, op := f(old, loaded)
			switch op {
			case flatmap.Set:
				return value, set
			case flatmap.Remove:
				return value, remove
			}
			return value, keep
		})
	}
}

func ttlcacheV341() model.Methods[int, int] {
	return ttlcacheMethods(func(m *ttlcache.Cache[int, int], f func(int, int) bool) {
		m.Range(func(item *ttlcache.Item[int, int]) bool { return f(item.Key(), item.Value()) })
	})
}

// ttlcacheMethods adapts a cache whose entries have no end. What it returns is an
// item that later writes of the key change, so a value that was stored is taken from
// the caller.
func ttlcacheMethods(iterate func(*ttlcache.Cache[int, int], func(int, int) bool)) model.Methods[int, int] {
	m := ttlcache.New[int, int]()
	found := func(item *ttlcache.Item[int, int]) (int, bool) {
		if item == nil {
			return 0, false
		}
		return item.Value(), true
	}
	return model.Methods[int, int]{Delete: m.Delete, Clear: m.DeleteAll, Len: m.Len, Contains: m.Has,
		Load:  func(key int) (int, bool) { return found(m.Get(key)) },
		Store: func(key, value int) { m.Set(key, value, ttlcache.NoTTL) },
		LoadOrStore: func(key, value int) (int, bool) {
			item, loaded := m.GetOrSet(key, value)
			if !loaded {
				return value, false
			}
			return item.Value(), true
		},
		LoadOrCompute: func(key int, f func() int) (int, bool) {
			value := 0
			item, loaded := m.GetOrSetFunc(key, func() int {
				value = f()
				return value
			})
			if !loaded {
				return value, false
			}
			return item.Value(), true
		},
		LoadAndDelete: func(key int) (int, bool) {
			item, _ := m.GetAndDelete(key)
			return found(item)
		},
		Range: func(f func(int, int) bool) { iterate(m, f) },
	}
}

// ttlcacheItems returns the methods with a Range over the copy that Items makes.
func ttlcacheItems() model.Methods[int, int] {
	return ttlcacheMethods(func(m *ttlcache.Cache[int, int], f func(int, int) bool) {
		for key, item := range m.Items() {
			if !f(key, item.Value()) {
				return
			}
		}
	})
}

func btreeV182() model.Methods[int, int] {
	type pair struct{ key, value int }
	m := btree.NewBTreeG(func(a, b pair) bool { return a.key < b.key })
	value := func(p pair, ok bool) (int, bool) { return p.value, ok }
	return model.Methods[int, int]{Clear: m.Clear, Len: m.Len,
		Load:          func(key int) (int, bool) { return value(m.Get(pair{key: key})) },
		Store:         func(key, value int) { m.Set(pair{key, value}) },
		Swap:          func(key, v int) (int, bool) { return value(m.Set(pair{key, v})) },
		LoadAndDelete: func(key int) (int, bool) { return value(m.Delete(pair{key: key})) },
		Delete:        func(key int) { m.Delete(pair{key: key}) },
		Range:         func(f func(int, int) bool) { m.Scan(func(p pair) bool { return f(p.key, p.value) }) },
	}
}
