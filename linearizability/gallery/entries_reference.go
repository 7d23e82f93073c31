package main

import (
	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model"
)

// referenceEntries are maps known to be right, which every layer must pass.
var referenceEntries = []entry{
	{name: "flatmap", kind: wire.KindReference, about: "flatmap.Map", version: version{subject: subjectOf(flatmapMethods, choice{})}},
	{name: "mutex", kind: wire.KindReference, about: "Go's map behind a mutex", version: version{subject: subjectOf(mutexMethods, choice{})}},
	{name: "syncmap", kind: wire.KindReference, about: "sync.Map", version: version{subject: subjectOf(syncMapMethods, choice{})}},
}

func flatmapMethods() model.Methods[int, int] {
	m := flatmap.New[int, int]()
	return model.Methods[int, int]{
		Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, LoadAndDelete: m.LoadAndDelete,
		Delete: m.Delete, Swap: m.Swap, CompareAndSwap: m.CompareAndSwap, CompareAndDelete: m.CompareAndDelete,
		Range: m.Range, Clear: m.Clear, Len: m.Len, Contains: m.Contains, Compute: m.Compute,
		LoadOrCompute: m.LoadOrCompute, Retain: m.Retain, Insert: m.Insert, All: m.All, Keys: m.Keys, Values: m.Values,
	}
}

func mutexMethods() model.Methods[int, int] {
	m := model.NewMutex[int, int]()
	return model.Methods[int, int]{
		Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, LoadAndDelete: m.LoadAndDelete,
		Delete: m.Delete, Swap: m.Swap, CompareAndSwap: m.CompareAndSwap, CompareAndDelete: m.CompareAndDelete,
		Range: m.Range, Clear: m.Clear, Len: m.Len, Contains: m.Contains, Compute: m.Compute,
		LoadOrCompute: m.LoadOrCompute, Retain: m.Retain, Insert: m.Insert, All: m.All, Keys: m.Keys, Values: m.Values,
	}
}

func syncMapMethods() model.Methods[int, int] {
	m := model.NewSyncMap[int, int]()
	return model.Methods[int, int]{
		Load: m.Load, Store: m.Store, LoadOrStore: m.LoadOrStore, LoadAndDelete: m.LoadAndDelete,
		Delete: m.Delete, Swap: m.Swap, CompareAndSwap: m.CompareAndSwap, CompareAndDelete: m.CompareAndDelete,
		Range: m.Range, Clear: m.Clear,
	}
}
