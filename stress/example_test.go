package stress_test

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
	"github.com/flatmap-go/flatmap/model/controls"
	"github.com/flatmap-go/flatmap/stress"
)

// A correct map passes.
func ExampleRun() {
	report, err := stress.Run(context.Background(),
		func() model.Map[int, [2]string] { return flatmap.New[int, [2]string]() },
		stress.WithParkedWriters(), stress.WithBurst(time.Millisecond))
	for _, w := range report.Workloads {
		fmt.Println(w.Name)
	}
	fmt.Println(err)
	// Output:
	// owners
	// hot
	// clears
	// counts
	// moves
	// sweeps
	// parked
	// large
	// memory
	// <nil>
}

// The error for a broken map names what it did.
func ExampleRun_fails() {
	broken := controls.Break[int, [2]string](controls.ComputedTwice)
	defer broken.Close()
	_, err := stress.Run(context.Background(), broken.New,
		stress.WithWorkloads("hot"), stress.WithBudget(time.Minute))
	first, _, _ := strings.Cut(err.Error(), "\n") // the others are options to run it again
	settings, what, _ := strings.Cut(first, ": Compute")
	fmt.Println(settings[:len("stress: workload hot")], "...: Compute"+what)
	// Output:
	// stress: workload hot ...: Compute called its function 2 times
}
