package maphash

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"reflect"

	"github.com/flatmap-go/flatmap/linearizability/explore"
)

// Comparable returns the hash of v.
//
//go:noinline
//go:norace
func Comparable[T comparable](seed Seed, v T) uint64 {
	return Bytes(seed, comparableBytes(any(v)))
}

// WriteComparable adds v to h.
//
//go:noinline
//go:norace
func WriteComparable[T comparable](h *Hash, v T) {
	_, _ = h.Write(comparableBytes(any(v)))
}

//go:noinline
func comparableBytes(v any) []byte { return appendValue(nil, reflect.ValueOf(v)) }

// appendValue appends bytes that are equal if and only if values are.
func appendValue(b []byte, v reflect.Value) []byte {
	if !v.IsValid() {
		return append(b, 0)
	}
	b = append(b, byte(v.Kind()))
	switch {
	case v.CanInt():
		return binary.LittleEndian.AppendUint64(b, uint64(v.Int()))
	case v.CanUint():
		return binary.LittleEndian.AppendUint64(b, v.Uint())
	case v.CanFloat():
		return appendFloat(b, v.Float())
	case v.CanComplex():
		return appendFloat(appendFloat(b, real(v.Complex())), imag(v.Complex()))
	}
	switch v.Kind() {
	case reflect.String:
		b = binary.LittleEndian.AppendUint64(b, uint64(v.Len()))
		return append(b, v.String()...)
	case reflect.Bool:
		if v.Bool() {
			return append(b, 1)
		}
		return append(b, 0)
	case reflect.Pointer, reflect.UnsafePointer, reflect.Chan:
		explore.Unseen("hash/maphash: the hash of a pointer, which differs from process to process")
		return binary.LittleEndian.AppendUint64(b, uint64(v.Pointer()))
	case reflect.Array:
		for i := range v.Len() {
			b = appendValue(b, v.Index(i))
		}
		return b
	case reflect.Struct:
		for i := range v.NumField() {
			b = appendValue(b, v.Field(i))
		}
		return b
	case reflect.Interface:
		if !v.IsNil() {
			b = append(b, v.Elem().Type().String()...)
		}
		return appendValue(b, v.Elem())
	}
	panic("hash of unhashable type " + v.Type().String())
}

func appendFloat(b []byte, f float64) []byte {
	switch {
	case f == 0:
		f = 0 // there are two of them
	case f != f:
		return binary.LittleEndian.AppendUint64(b, rand.Uint64()) // equal to nothing
	}
	return binary.LittleEndian.AppendUint64(b, math.Float64bits(f))
}
