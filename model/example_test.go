package model_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// Any map is verified in a few lines: put them in a test of your package.
func ExampleTest() {
	TestMyMap := func(t *testing.T) {
		model.Test(t, func() model.Map[string, int] { return model.NewSyncMap[string, int]() })
	}
	_ = TestMyMap
}

// forgetful is a map that is wrong.
type forgetful struct{ *model.Mutex[int, int] }

func (m forgetful) LoadOrStore(key, value int) (int, bool) { return value, false }

// What Check finds is a test to paste.
func ExampleCheck() {
	err := model.Check(func() model.Map[int, int] { return forgetful{model.NewMutex[int, int]()} },
		model.WithKinds(model.LoadOrStore),
		model.WithKeys(rapid.Just(1)),
		model.WithValues(rapid.Just(2)))
	fmt.Print(err)
	// Output:
	// model: Range() visits 0 WRONG: it misses 1
	//
	// func TestCounterexample(t *testing.T) {
	// 	model.Replay(t, newMap, model.Program[int, int]{
	// 		{Kind: model.LoadOrStore, Key: 1, Value: 2}, // LoadOrStore(1, 2) = 2, false
	// 		{Kind: model.Range}, // Range() visits 0 WRONG: it misses 1
	// 	})
	// }
}

// Operations are data: they can be generated, stored, and judged.
func ExampleState_Step() {
	m, s := model.NewMutex[string, int](), model.NewState[string, int]()
	for _, op := range []model.Op[string, int]{
		{Kind: model.Store, Key: "a", Value: 1},
		{Kind: model.Compute, Key: "a", Present: model.Decision[int]{Op: flatmap.Remove}},
		{Kind: model.Len},
	} {
		result := model.Apply(m, op)
		fmt.Println(op, s.Step(op, result))
	}
	fmt.Println(s.Step(model.Op[string, int]{Kind: model.Len}, model.Result[string, int]{Len: 3}))
	// Output:
	// Store("a", 1) <nil>
	// Compute("a", present: Remove, absent: Keep) <nil>
	// Len() <nil>
	// want 0
}

// A map with other methods, one of which is not meant to be atomic.
func ExampleAdapt() {
	newMap := func() model.Map[string, int] {
		m := model.NewMutex[string, int]() // for a map with other methods
		return model.Adapt(model.Methods[string, int]{
			Load:   m.Load,
			Store:  m.Store,
			Delete: m.Delete,
			Range:  m.Range,
			Len:    m.Len,
			Clear: func() {
				for key := range m.All() {
					m.Delete(key)
				}
			},
		})
	}
	fmt.Println(model.Supports(newMap(), model.Len), model.Supports(newMap(), model.Swap))
	fmt.Println(model.Check(newMap, model.WithoutMethods(model.Clear)))
	// Output:
	// true false
	// <nil>
}
