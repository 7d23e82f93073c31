module github.com/flatmap-go/flatmap/linearizability/gallery

go 1.26

replace github.com/flatmap-go/flatmap => ../..

require (
	github.com/flatmap-go/flatmap v0.0.0
	github.com/puzpuzpuz/xsync v1.5.2
	github.com/puzpuzpuz/xsync/v4 v4.5.0
	github.com/stretchr/testify v1.12.1
	pinned.test/xsync-v1.0.0 v0.0.0
	pinned.test/xsync-v1.0.1 v0.0.0
	pinned.test/xsync-v1.0.2 v0.0.0
	pinned.test/xsync-v1.5.1 v0.0.0
	pinned.test/xsync-v2.0.2 v0.0.0
	pinned.test/xsync-v2.1.0 v0.0.0
	pinned.test/xsync-v2.4.0 v0.0.0
	pinned.test/xsync-v2.5.0 v0.0.0
	pinned.test/xsync-v3.0.1 v0.0.0
	pinned.test/xsync-v4.1.0 v0.0.0
	pinned.test/xsync-v4.4.0 v0.0.0
)

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	github.com/cespare/xxhash v1.1.0 // indirect
	github.com/tidwall/rhh v1.1.1 // indirect
	github.com/zhangyunhao116/fastrand v0.3.0 // indirect
	go.uber.org/goleak v1.3.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
	golang.org/x/exp v0.0.0-20221031165847-c99f073a8326 // indirect
	golang.org/x/sync v0.16.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)

replace (
	pinned.test/xsync-v1.0.0 => github.com/puzpuzpuz/xsync v1.0.0
	pinned.test/xsync-v1.0.1 => github.com/puzpuzpuz/xsync v1.0.1
	pinned.test/xsync-v1.0.2 => github.com/puzpuzpuz/xsync v1.0.2
	pinned.test/xsync-v1.5.1 => github.com/puzpuzpuz/xsync v1.5.1
	pinned.test/xsync-v2.0.2 => github.com/puzpuzpuz/xsync/v2 v2.0.2
	pinned.test/xsync-v2.1.0 => github.com/puzpuzpuz/xsync/v2 v2.1.0
	pinned.test/xsync-v2.4.0 => github.com/puzpuzpuz/xsync/v2 v2.4.0
	pinned.test/xsync-v2.5.0 => github.com/puzpuzpuz/xsync/v2 v2.5.0
	pinned.test/xsync-v3.0.1 => github.com/puzpuzpuz/xsync/v3 v3.0.1
	pinned.test/xsync-v4.1.0 => github.com/puzpuzpuz/xsync/v4 v4.1.0
	pinned.test/xsync-v4.4.0 => github.com/puzpuzpuz/xsync/v4 v4.4.0
)

require (
	github.com/SaveTheRbtz/generic-sync-map-go v0.0.0-20230201052002-6c5833b989be
	github.com/Workiva/go-datastructures v1.1.7
	github.com/alphadose/haxmap v1.4.1
	github.com/bytedance/gg v1.1.0
	github.com/bytedance/gopkg v0.1.4
	github.com/cornelk/hashmap v1.0.8
	github.com/goradd/maps v1.3.0
	github.com/jellydator/ttlcache/v3 v3.4.1
	github.com/lrita/cmap v0.0.0-20231108122212-cb084a67f554
	github.com/maypok86/otter/v2 v2.4.0
	github.com/mhmtszr/concurrent-swiss-map v1.0.9
	github.com/orcaman/concurrent-map v1.0.0
	github.com/orcaman/concurrent-map/v2 v2.0.1
	github.com/patrickmn/go-cache v2.1.0+incompatible
	github.com/puzpuzpuz/xsync/v2 v2.5.1
	github.com/puzpuzpuz/xsync/v3 v3.5.1
	github.com/siderolabs/gen v0.8.6
	github.com/tidwall/btree v1.8.2
	github.com/tidwall/shardmap v0.0.0-20190927132224-c190691bd211
	github.com/zhangyunhao116/skipmap v0.10.1
	pinned.test/concurrent-map-v0.0.0-20160823150647-8bf1e9bacbf6 v0.0.0
	pinned.test/concurrent-swiss-map-v1.0.6 v0.0.0
	pinned.test/haxmap-v0.3.1 v0.0.0
	pinned.test/haxmap-v1.2.0 v0.0.0
	pinned.test/haxmap-v1.3.1 v0.0.0
)

replace (
	pinned.test/concurrent-map-v0.0.0-20160823150647-8bf1e9bacbf6 => github.com/orcaman/concurrent-map v0.0.0-20160823150647-8bf1e9bacbf6
	pinned.test/concurrent-swiss-map-v1.0.6 => github.com/mhmtszr/concurrent-swiss-map v1.0.6
	pinned.test/haxmap-v0.3.1 => github.com/alphadose/haxmap v0.3.1
	pinned.test/haxmap-v1.2.0 => github.com/alphadose/haxmap v1.2.0
	pinned.test/haxmap-v1.3.1 => github.com/alphadose/haxmap v1.3.1
)

tool github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore
