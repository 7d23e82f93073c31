module github.com/flatmap-go/flatmap/flatmap/bench

go 1.26.0

replace github.com/flatmap-go/flatmap => ../..

require (
	github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794
	github.com/alphadose/haxmap v1.4.0
	github.com/flatmap-go/flatmap v0.0.0-00010101000000-000000000000
	github.com/klauspost/cpuid/v2 v2.4.2
	github.com/orcaman/concurrent-map/v2 v2.0.1
	github.com/puzpuzpuz/xsync/v4 v4.5.0
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da
)

require (
	golang.org/x/exp v0.0.0-20260824195058-e88cd73687aa // indirect
	golang.org/x/sys v0.48.0 // indirect
)
