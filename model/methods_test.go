package model_test

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// all returns the methods of a map that has all.
func all(m *flatmap.Map[int, int]) model.Methods[int, int] {
	return model.Methods[int, int]{
		Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, LoadAndDelete: m.LoadAndDelete,
		Delete: m.Delete, Swap: m.Swap, CompareAndSwap: m.CompareAndSwap, CompareAndDelete: m.CompareAndDelete,
		Range: m.Range, Clear: m.Clear, Len: m.Len, Contains: m.Contains, Compute: m.Compute,
		LoadOrCompute: m.LoadOrCompute, Retain: m.Retain, Insert: m.Insert,
		All: m.All, Keys: m.Keys, Values: m.Values,
	}
}

// An adapted map does what its functions do: each method calls its own. (Two
// that were mixed up would differ from the specification.)
func TestAdapt(t *testing.T) {
	model.Test(t, func() model.Map[int, int] { return model.Adapt(all(flatmap.New[int, int]())) })
}

// Exactly the functions that are there are supported: with any one set to nil,
// the kind of that name alone is not.
func TestAdaptSupports(t *testing.T) {
	fields := reflect.TypeFor[model.Methods[int, int]]()
	require.Equal(t, len(model.Kinds()), fields.NumField())
	for i := range fields.NumField() {
		name := fields.Field(i).Name
		methods := all(flatmap.New[int, int]())
		reflect.ValueOf(&methods).Elem().Field(i).SetZero()
		m := model.Adapt(methods)
		switch name {
		case "Load", "Store", "Delete", "Range":
			require.ErrorContains(t, model.Required(m), "model: the map lacks "+name)
			require.ErrorContains(t, model.Check(func() model.Map[int, int] { return m }), "model: the map lacks "+name)
		default:
			require.NoError(t, model.Required(m))
		}
		for _, kind := range model.Kinds() {
			require.Equal(t, kind.String() != name, model.Supports(m, kind), "%v without %s", kind, name)
		}
	}
}

func TestSupports(t *testing.T) {
	m, s := model.NewMutex[int, int](), model.NewSyncMap[int, int]()
	for _, kind := range model.Kinds() {
		require.True(t, model.Supports[int, int](m, kind), kind)
		require.Equal(t, kind <= model.Clear, model.Supports[int, int](s, kind), kind)
	}
	require.False(t, model.Supports[int, int](m, model.Kind(200)))
	require.Panics(t, func() { model.Apply[int, int](s, model.Op[int, int]{Kind: model.Len}) })
}
