package fuzz_test

import (
	"fmt"

	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/model"
)

// An input is a program.
func ExampleDecode() {
	data := []byte{1, 1, 7, 42, 0, 7, 9}
	config, program := fuzz.Decode(data)
	fmt.Printf("%+v\n", config)
	for _, op := range program {
		fmt.Println(op)
	}
	// Output:
	// {Hash:FourBit Capacity:0 GrowOnly:false}
	// Store(uint8(7), uint16(42))
	// Load(uint8(7))
	// Clear()
}

// One input can be tried by itself, on any map.
func ExampleCheckSequential() {
	newMap := func(fuzz.Config) model.Map[int, int] { return model.NewMutex[int, int]() }
	for _, data := range fuzz.Seeds() {
		if err := fuzz.CheckSequential(newMap, data); err != nil {
			fmt.Println(err)
		}
	}
	// Output:
}
