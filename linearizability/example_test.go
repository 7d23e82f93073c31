package linearizability_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// A test of your package verifies your map in a few lines.
func ExampleTest() {
	TestMyMap := func(t *testing.T) {
		linearizability.Test(t, func() model.Map[int, int] { return model.NewSyncMap[int, int]() })
	}
	_ = TestMyMap
}

// A program that is not a test decides how long to run, and what to print.
func ExampleRun() {
	report, err := linearizability.Run(context.Background(),
		func() model.Map[int, int] { return model.NewSyncMap[int, int]() },
		linearizability.WithWorkloads("hot", "clear"),
		linearizability.WithRounds(1))
	fmt.Println(report.Histories, "histories, error:", err)
	// Output:
	// 24 histories, error: <nil>
}

// A recorder turns any use of a map into a history.
func ExampleRecorder() {
	r := linearizability.NewRecorder(model.Map[string, int](model.NewSyncMap[string, int]()))
	var wg sync.WaitGroup
	for i := range 2 {
		c := r.Client()
		wg.Go(func() {
			c.LoadOrStore("a", i+1)
			c.Load("a")
		})
	}
	wg.Wait()
	fmt.Println(len(r.History()), "events, error:", linearizability.Check(r.History()))
	// Output:
	// 4 events, error: <nil>
}

// Check judges a history from any source. It returns the part that is wrong,
// without the rest.
func ExampleCheck() {
	err := linearizability.Check(linearizability.History[string, int]{
		{Client: 0, Call: 1, Return: 2, Kind: model.Store, Key: "a", Value: 1},
		{Client: 0, Call: 3, Return: 4, Kind: model.Store, Key: "b", Value: 5},
		{Client: 1, Call: 5, Return: 8, Kind: model.Swap, Key: "a", Value: 2, Result: 1, OK: true},
		{Client: 0, Call: 6, Return: 7, Kind: model.LoadAndDelete, Key: "a", Result: 1, OK: true},
		{Client: 0, Call: 9, Return: 10, Kind: model.Load, Key: "b", Result: 5, OK: true},
	})
	fmt.Println(errors.Is(err, linearizability.ErrViolation))
	fmt.Print(err)
	// Output:
	// true
	// linearizability: the history is not possible:
	// client  call  return  operation
	// 0       1     2       Store(a, 1)
	// 1       3     6       Swap(a, 2) = 1, true
	// 0       4     5       LoadAndDelete(a) = 1, true
	// No order works:
	//   after Store(a, 1), LoadAndDelete(a) = 1, true: Swap(a, 2) = 1, true would find nothing
	//   after Store(a, 1), Swap(a, 2) = 1, true: LoadAndDelete(a) = 1, true would find 2
}
