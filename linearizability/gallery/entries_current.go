package main

import (
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model"
)

const (
	genModule       = "github.com/siderolabs/gen"
	lritaModule     = "github.com/lrita/cmap"
	lritaVersion    = "v0.0.0-20231108122212-cb084a67f554"
	shardmapModule  = "github.com/tidwall/shardmap"
	shardmapVersion = "v0.0.0-20190927132224-c190691bd211"
	otterModule     = "github.com/maypok86/otter/v2"
	ttlcacheModule  = "github.com/jellydator/ttlcache/v3"
)

// unclearing leaves Clear out.
var unclearing = choice{plain: true, without: []model.Kind{model.Clear}}

// currentEntries are the newest versions of maps, first with everything that
// their documentation promises, and then without what has been found. Of a cache,
// it is what no limit and no expiry takes away.
var currentEntries = []entry{
	{name: "current-xsync-deleted", kind: wire.KindCurrent, about: "xsync.Map", without: "callbacks that panic",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(xsyncV450, plain)}},
	{name: "current-xsync-clear", kind: wire.KindCurrent, about: "xsync.Map", without: "callbacks that panic, Len, Compute's result when it deletes",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(removing(xsyncV450), uncounted)}},
	{name: "current-xsync-len", kind: wire.KindCurrent, about: "xsync.Map", without: "callbacks that panic, Clear, Compute's result when it deletes",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(removing(xsyncV450), unclearing)}},
	{name: "current-xsync", kind: wire.KindCurrent, passes: true, about: "xsync.Map", without: "callbacks that panic, Clear, Len, Compute's result when it deletes",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(removing(xsyncV450), xsyncPlain)}},
	{name: "current-haxmap", kind: wire.KindCurrent, about: "haxmap.Map", without: "callbacks that panic, Swap, which stores nothing if there is nothing",
		version: version{haxmapModule, "v1.4.1", subjectOf(haxmapAll, plain)}},
	{name: "current-hashmap", kind: wire.KindCurrent, about: "hashmap.Map", without: "callbacks that panic, Len, GetOrInsert",
		version: version{hashmapModule, "v1.0.8", subjectOf(hashmapV108, choice{plain: true, without: []model.Kind{model.Len, model.LoadOrStore}})}},
	{name: "current-cmap-clear", kind: wire.KindCurrent, about: "cmap.ConcurrentMap",
		version: version{cmapV2Module, "v2.0.1", subjectOf(cmapV201, choice{})}},
	{name: "current-cmap", kind: wire.KindCurrent, passes: true, about: "cmap.ConcurrentMap", without: "Clear",
		version: version{cmapV2Module, "v2.0.1", subjectOf(cmapV201, choice{without: []model.Kind{model.Clear}})}},
	{name: "current-swiss-panic", kind: wire.KindCurrent, about: "csmap.CsMap",
		version: version{swissModule, "v1.0.9", subjectOf(swissV109, choice{})}},
	{name: "current-swiss-clear", kind: wire.KindCurrent, about: "csmap.CsMap", without: "callbacks that panic, iterations that end early",
		version: version{swissModule, "v1.0.9", subjectOf(drained(swissV109), plain)}},
	{name: "current-swiss-range", kind: wire.KindCurrent, about: "csmap.CsMap", without: "callbacks that panic, Clear",
		version: version{swissModule, "v1.0.9", subjectOf(swissV109, unclearing)}},
	{name: "current-swiss", kind: wire.KindCurrent, passes: true, about: "csmap.CsMap", without: "callbacks that panic, Clear, iterations that end early",
		version: version{swissModule, "v1.0.9", subjectOf(drained(swissV109), unclearing)}},
	{name: "current-skipmap-len", kind: wire.KindCurrent, about: "skipmap.IntMap", without: "callbacks that panic",
		version: version{"github.com/zhangyunhao116/skipmap", "v0.10.1", subjectOf(skipmapV0101, plain)}},
	{name: "current-skipmap", kind: wire.KindCurrent, about: "skipmap.IntMap", without: withoutLen,
		version: version{"github.com/zhangyunhao116/skipmap", "v0.10.1", subjectOf(skipmapV0101, uncounted)}},
	{name: "current-hashtriemap", kind: wire.KindCurrent, about: "concurrent.HashTrieMap",
		version: version{genModule, "v0.8.6", subjectOf(trieV086, choice{})}},
	{name: "current-concurrentmap", kind: wire.KindCurrent, passes: true, about: "containers.ConcurrentMap", without: "callbacks that panic, FilterInPlace",
		version: version{genModule, "v0.8.6", subjectOf(containersV086, plain)}},
	{name: "current-xsync-v3-clear", kind: wire.KindCurrent, about: "xsync.Map", without: "callbacks that panic",
		version: version{xsyncV3Module, "v3.5.1", subjectOf(xsyncV351, plain)}},
	{name: "current-xsync-v3", kind: wire.KindCurrent, passes: true, about: "xsync.Map", without: "callbacks that panic, Clear, Len",
		version: version{xsyncV3Module, "v3.5.1", subjectOf(xsyncV351, xsyncPlain)}},
	{name: "current-xsync-v3-mapof-clear", kind: wire.KindCurrent, about: "xsync.MapOf", without: "callbacks that panic",
		version: version{xsyncV3Module, "v3.5.1", subjectOf(xsyncOfV351, plain)}},
	{name: "current-xsync-v3-mapof-len", kind: wire.KindCurrent, about: "xsync.MapOf", without: "callbacks that panic, Clear",
		version: version{xsyncV3Module, "v3.5.1", subjectOf(xsyncOfV351, unclearing)}},
	{name: "current-xsync-v3-mapof", kind: wire.KindCurrent, passes: true, about: "xsync.MapOf", without: "callbacks that panic, Clear, Len",
		version: version{xsyncV3Module, "v3.5.1", subjectOf(xsyncOfV351, xsyncPlain)}},
	{name: "current-xsync-v2-mapof-clear", kind: wire.KindCurrent, about: "xsync.MapOf", without: "callbacks that panic",
		version: version{xsyncV2Module, "v2.5.1", subjectOf(xsyncV251, plain)}},
	{name: "current-xsync-v2-mapof-len", kind: wire.KindCurrent, about: "xsync.MapOf", without: "callbacks that panic, Clear",
		version: version{xsyncV2Module, "v2.5.1", subjectOf(xsyncV251, unclearing)}},
	{name: "current-xsync-v2-mapof", kind: wire.KindCurrent, passes: true, about: "xsync.MapOf", without: "callbacks that panic, Clear, Len",
		version: version{xsyncV2Module, "v2.5.1", subjectOf(xsyncV251, xsyncPlain)}},
	{name: "current-cmap-v1-clear", kind: wire.KindCurrent, about: "cmap.ConcurrentMap",
		version: version{cmapModule, "v1.0.0", subjectOf(cmapV100, choice{})}},
	{name: "current-cmap-v1", kind: wire.KindCurrent, passes: true, about: "cmap.ConcurrentMap", without: "Clear",
		version: version{cmapModule, "v1.0.0", subjectOf(cmapV100, choice{without: []model.Kind{model.Clear}})}},
	{name: "current-gopkg-skipmap", kind: wire.KindCurrent, about: "skipmap.IntMap", without: "callbacks that panic",
		version: version{"github.com/bytedance/gopkg", "v0.1.4", subjectOf(skipmapV014, plain)}},
	{name: "current-gg-skipmap", kind: wire.KindCurrent, about: "skipmap.OrderedMap", without: "callbacks that panic",
		version: version{skipmapModule, "v1.1.0", subjectOf(skipmapV110, plain)}},
	{name: "current-lrita-len", kind: wire.KindCurrent, about: "cmap.Map",
		version: version{lritaModule, lritaVersion, subjectOf(lritaV2023, choice{})}},
	{name: "current-lrita", kind: wire.KindCurrent, passes: true, about: "cmap.Map", without: "Len",
		version: version{lritaModule, lritaVersion, subjectOf(lritaV2023, choice{without: []model.Kind{model.Len}})}},
	{name: "current-safemap", kind: wire.KindCurrent, passes: true, about: "maps.SafeMap", without: "callbacks that panic",
		version: version{"github.com/goradd/maps", "v1.3.0", subjectOf(safemapV130, plain)}},
	{name: "current-shardmap-clear", kind: wire.KindCurrent, about: "shardmap.Map", without: "callbacks that panic, SetAccept, DeleteAccept",
		version: version{shardmapModule, shardmapVersion, subjectOf(shardmapV2019, plain)}},
	{name: "current-shardmap", kind: wire.KindCurrent, passes: true, about: "shardmap.Map", without: "callbacks that panic, Clear, SetAccept, DeleteAccept",
		version: version{shardmapModule, shardmapVersion, subjectOf(shardmapV2019, unclearing)}},
	{name: "current-syncmapof", kind: wire.KindCurrent, passes: true, about: "generic_sync.MapOf",
		version: version{"github.com/SaveTheRbtz/generic-sync-map-go", "v0.0.0-20230201052002-6c5833b989be", subjectOf(syncmapofV2023, choice{})}},
	{name: "current-ctrie", kind: wire.KindCurrent, about: "ctrie.Ctrie",
		version: version{"github.com/Workiva/go-datastructures", "v1.1.7", subjectOf(ctrieV117, choice{})}},
	{name: "current-gocache", kind: wire.KindCurrent, passes: true, about: "cache.Cache",
		version: version{"github.com/patrickmn/go-cache", "v2.1.0+incompatible", subjectOf(gocacheV210, choice{})}},
	{name: "current-otter-clear", kind: wire.KindCurrent, about: "otter.Cache", without: "callbacks that panic, Len, which is an estimate, ComputeIfAbsent, ComputeIfPresent",
		version: version{otterModule, "v2.4.0", subjectOf(otterV240, plain)}},
	{name: "current-otter", kind: wire.KindCurrent, passes: true, about: "otter.Cache", without: "callbacks that panic, Clear, Len, which is an estimate, ComputeIfAbsent, ComputeIfPresent",
		version: version{otterModule, "v2.4.0", subjectOf(otterV240, unclearing)}},
	{name: "current-ttlcache-range", kind: wire.KindCurrent, about: "ttlcache.Cache", without: "callbacks that panic",
		version: version{ttlcacheModule, "v3.4.1", subjectOf(ttlcacheV341, plain)}},
	{name: "current-ttlcache", kind: wire.KindCurrent, passes: true, about: "ttlcache.Cache", without: "callbacks that panic, Range, for which Items stands in",
		version: version{ttlcacheModule, "v3.4.1", subjectOf(ttlcacheItems, plain)}},
	{name: "current-btree", kind: wire.KindCurrent, passes: true, about: "btree.BTreeG", without: "callbacks that panic",
		version: version{"github.com/tidwall/btree", "v1.8.2", subjectOf(btreeV182, plain)}},
}
