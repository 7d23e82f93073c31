package maphash

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHash(t *testing.T) {
	var h Hash
	_, _ = h.WriteString("ab")
	_ = h.WriteByte('c')
	assert.Equal(t, String(h.Seed(), "abc"), h.Sum64())
	clone, err := h.Clone()
	assert.NoError(t, err)
	_, _ = clone.Write([]byte("d"))
	assert.Equal(t, Bytes(h.Seed(), []byte("abcd")), clone.(*Hash).Sum64())
	assert.Equal(t, String(h.Seed(), "abc"), h.Sum64())
	assert.Len(t, h.Sum(nil), h.Size())
	h.Reset()
	assert.Equal(t, String(h.Seed(), ""), h.Sum64())
	h.SetSeed(Seed{5})
	assert.Equal(t, uint64(0xd9e38798dbbce5e4), String(Seed{5}, "the same in every process"))
	assert.NotEqual(t, MakeSeed(), MakeSeed())
	assert.Panics(t, func() { Bytes(Seed{}, nil) })
	assert.Panics(t, func() { h.SetSeed(Seed{}) })
}

func TestManyHashesDiffer(t *testing.T) {
	seen := map[uint64]bool{}
	for i := range 10_000 {
		seen[Comparable(Seed{1}, i)] = true
	}
	assert.Len(t, seen, 10_000)
}

func TestComparable(t *testing.T) {
	type pair struct {
		a any
		b [2]string
	}
	s := Seed{1}
	assert.Equal(t, Comparable(s, 0.0), Comparable(s, math.Copysign(0, -1)))
	assert.NotEqual(t, Comparable(s, math.NaN()), Comparable(s, math.NaN()))
	assert.Equal(t, Comparable(s, pair{1, [2]string{"a", "b"}}), Comparable(s, pair{1, [2]string{"a", "b"}}))
	assert.NotEqual(t, Comparable(s, pair{1, [2]string{"a", "b"}}), Comparable(s, pair{1, [2]string{"ab", ""}}))
	assert.NotEqual(t, Comparable(s, any(1)), Comparable(s, any(int8(1))))
	p := new(int)
	assert.Equal(t, Comparable(s, p), Comparable(s, p))
	assert.Equal(t, Comparable(s, complex(1, 2)), Comparable(s, complex(1, 2)))
	assert.NotEqual(t, Comparable(s, true), Comparable(s, false))
	assert.Panics(t, func() { Comparable[any](s, []int{}) })
	var h Hash
	h.SetSeed(s)
	WriteComparable(&h, "x")
	assert.Equal(t, Comparable(s, "x"), h.Sum64())
}
