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
	pinned.test/xsync-v3.0.2 v0.0.0
	pinned.test/xsync-v4.1.0 v0.0.0
	pinned.test/xsync-v4.4.0 v0.0.0
)

require (
	github.com/anishathalye/porcupine v1.3.1 // indirect
	github.com/puzpuzpuz/xsync/v2 v2.5.1 // indirect
	github.com/puzpuzpuz/xsync/v3 v3.5.1 // indirect
	go.uber.org/goleak v1.3.0 // indirect
	go.yaml.in/yaml/v3 v3.0.5 // indirect
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
	pinned.test/xsync-v3.0.2 => github.com/puzpuzpuz/xsync/v3 v3.0.2
	pinned.test/xsync-v4.1.0 => github.com/puzpuzpuz/xsync/v4 v4.1.0
	pinned.test/xsync-v4.4.0 => github.com/puzpuzpuz/xsync/v4 v4.4.0
)
