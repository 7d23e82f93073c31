//go:build libfuzzer

// Command libfuzzer is a fuzz target for libFuzzer, and so for what is built on
// it: see build.sh in the folder .clusterfuzzlite. It has the same inputs as the
// native targets of package fuzz; which of them it is, is said when it is linked.
package main

import "C"

import (
	"fmt"
	"unsafe"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/model"
)

// target is set with -ldflags "-X main.target=FuzzInt".
var target string

func main() {} // libFuzzer has its own

// newMap makes a flatmap as an input says.
func newMap[K comparable, V any](c fuzz.Config) model.Map[K, V] {
	return flatmap.New[K, V](fuzz.OptionsOf[K](c)...)
}

// point is as in the native target of structs.
type point struct {
	X int8
	Y uint64
	S string
}

// checks are what the targets do with an input.
var checks = map[string]func([]byte) error{
	"FuzzInt":                 func(b []byte) error { return fuzz.CheckSequential(newMap[int, int], b) },
	"FuzzString":              func(b []byte) error { return fuzz.CheckSequential(newMap[string, string], b) },
	"FuzzStruct":              func(b []byte) error { return fuzz.CheckSequential(newMap[point, []int], b) },
	"FuzzInterface":           func(b []byte) error { return fuzz.CheckSequential(newMap[any, any], b) },
	"FuzzEmpty":               func(b []byte) error { return fuzz.CheckSequential(newMap[struct{}, point], b) },
	"FuzzConcurrentInt":       func(b []byte) error { return fuzz.CheckConcurrent(newMap[int, int], b) },
	"FuzzConcurrentString":    func(b []byte) error { return fuzz.CheckConcurrent(newMap[string, [3]string], b) },
	"FuzzConcurrentInterface": func(b []byte) error { return fuzz.CheckConcurrent(newMap[any, any], b) },
}

// LLVMFuzzerTestOneInput is what libFuzzer calls.
//
//export LLVMFuzzerTestOneInput
func LLVMFuzzerTestOneInput(data *byte, size uintptr) int32 {
	check, ok := checks[target]
	if !ok {
		panic(fmt.Sprintf("libfuzzer: no target %q", target))
	}
	if err := check(append([]byte(nil), unsafe.Slice(data, size)...)); err != nil {
		panic(err)
	}
	return 0
}
