// Command explore runs tests of Go packages, as they are, under every interleaving of
// their goroutines.
//
//	go get -tool github.com/flatmap-go/flatmap/linearizability/explore/cmd/explore
//	go tool explore test ./...
//
// [README.md] is the page for users: how to explore code, what exhausted means, and what
// the command does not see. This comment is for its maintainers.
//
// # How it works
//
// The command runs go test with itself as -toolexec. The go command then calls it in
// place of the compiler and the linker. It passes all calls on, and changes those for
// packages to rewrite: all packages of the test that are not of the standard library, and
// that the explorer does not use itself. Three things happen to them.
//
//   - The importcfg file gets importmap lines, so that sync, sync/atomic and
//     hash/maphash in the source stand for packages of the explorer with the same names.
//   - Package rewrite changes what imports cannot: go statements, channels, maps, copy and
//     append, and some functions of package runtime, time and math/rand. They become
//     calls of package lang.
//   - The compiler gets its flag -race. It announces plain accesses by calls of functions
//     of the race detector's runtime. That is not linked: package race defines them.
//
// The flag -gcflags marks these packages with a hash of all that their compilation
// depends on, which the command takes away again. So the go command caches them, apart
// from what it compiles otherwise, and nothing of the standard library is compiled again.
//
// If a rewritten package does not compile, the command has the compiler try the original:
// messages are thus the compiler's own, about the code as it was written. A package that
// compiles only as it was is a mistake of this command, which it reports.
//
// The linker gets the packages that rewritten code needs, and sets a variable of package
// tool from which the test binary knows what is not seen. The environment says what
// to explore. Each exploration appends its verdict to a file, from which the command makes
// its last lines and its exit status.
//
// # What it relies on
//
// That the go command calls tools as it does: the order of the compiler's arguments, and
// the format of importcfg. That the compiler instruments by calls of runtime.raceread,
// racewrite, racereadrange, racewriterange, racefuncenter and racefuncexit, and that the
// linker lets another package define them. The tests run with the oldest and the newest
// version of Go that are supported.
//
// [README.md]: https://github.com/flatmap-go/flatmap/blob/main/linearizability/explore/cmd/explore/README.md
package main
