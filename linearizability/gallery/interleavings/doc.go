// Package interleavings has documented bugs of published maps that the explorer finds
// in the modules as the module proxy serves them. The tests of the bugs fail, so they
// have the build tag bugs:
//
//	go tool explore test -tags bugs -set pinned.test/xsync-v2.5.0.minMapTableLen=1 \
//		-set github.com/puzpuzpuz/xsync/v4.defaultMinMapTableLen=1 ./interleavings
//
// The test with the tag long runs that command, and checks that it finds each bug in
// at most 1,000 executions. With -update it writes INTERLEAVINGS.md.
package interleavings
