// Package fuzz turns bytes into programs that use a concurrent map, so that Go's
// fuzzer can look for one that shows a fault.
//
//	func FuzzMap(f *testing.F) {
//		fuzz.Sequential(f, func(fuzz.Config) model.Map[string, int] { return mymap.New[string, int]() })
//	}
//
//	func FuzzMapConcurrently(f *testing.F) {
//		fuzz.Concurrent(f, func(fuzz.Config) model.Map[string, int] { return mymap.New[string, int]() })
//	}
//
// Run one with go test -fuzz='FuzzMap$' -fuzztime=30s, where the pattern has to match no
// other target; without -fuzz they all try the inputs in testdata/fuzz only. Up to Go 1.26 a target now and then fails when
// its time is up, with "context deadline exceeded" and no input, which is not
// a fault of a map (https://go.dev/issue/75804); -fuzztime=30000x does not.
//
// A sequential program is judged by [model.State]. A concurrent one is run by two
// to four goroutines, several times, and the histories are judged by
// [linearizability.Check]. Each input also says how to make the map: a [Config]
// that the constructor may follow or ignore.
//
// # Inputs
//
// Every sequence of bytes is an input, and a longer one is a longer program.
// [Decode] and [DecodeConcurrent] return what one means, as operations on the
// keys from 0 to 255 and small values, which stand for keys and values of any
// type; [Encode] and [EncodeConcurrent] are their inverses, and good for a seed
// corpus. The format, byte by byte:
//
//	sequential  config op...
//	concurrent  config threads seed count op... (count op...)...
//	op          kind [key] [old] [value] [decision...] [first count value] [callback]
//	callback    exit+4*inner [at] op...
//
// The first count of a concurrent program is of operations before the threads
// start. Its writes have no value: the n-th writes the value n, since histories
// of different values are easier to judge.
package fuzz
