package model

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

type (
	named int
	point struct {
		X, y float32
		Any  any
	}
)

func TestLiteral(t *testing.T) {
	one := 1
	for _, test := range []struct {
		value any
		want  string
	}{
		{nil, "nil"},
		{1, "1"},
		{int8(-1), "int8(-1)"},
		{uint(1), "uint(1)"},
		{named(2), "model.named(2)"},
		{"a\x00", `"a\x00"`},
		{true, "true"},
		{1.5, "float64(1.5)"},
		{math.NaN(), "math.NaN()"},
		{math.Float64frombits(math.Float64bits(math.NaN()) ^ 1), "math.Float64frombits(0x7ff8000000000000)"},
		{float32(math.Inf(-1)), "float32(math.Inf(-1))"},
		{math.Copysign(0, -1), "math.Copysign(0, -1)"},
		{complex64(complex(1, math.Inf(1))), "complex64(complex(float64(1), math.Inf(+1)))"},
		{point{X: 1, Any: named(3)}, "model.point{X: 1, Any: model.named(3)}"},
		{point{y: float32(math.Copysign(0, -1))}, "model.point{y: float32(math.Copysign(0, -1))}"},
		{[2]string{"a"}, `[2]string{"a", ""}`},
		{[2]string{}, "[2]string{}"},
		{[]int(nil), "[]int(nil)"},
		{[]any{int8(1), nil}, "[]interface {}{int8(1), nil}"},
		{[][]int{nil, {1}}, "[][]int{nil, {1}}"},
		{&one, "new(1)"},
		{(*int)(nil), "*int(nil)"},
		{Decision[int]{flatmap.Set, 3}, "model.Decision[int]{Op: flatmap.Set, Value: 3}"},
		{Op[named, string]{Kind: Load}, "model.Op[model.named, string]{Kind: model.Load}"},
		{Panic, "model.Panic"},
	} {
		require.Equal(t, test.want, literal(test.value))
	}
}

func TestSame(t *testing.T) {
	s := []int{1, 2}
	f := func() {}
	for _, v := range []any{nil, 1, math.NaN(), "a", s, f, map[int]int{}, [1]any{s}, point{Any: math.NaN()}, complex(math.NaN(), 0)} {
		require.True(t, Same(v, v), "%#v", v)
	}
	for _, v := range [][2]any{
		{1, int8(1)}, {0.0, math.Copysign(0, -1)}, {math.NaN(), -math.NaN()}, {s, []int{1, 2}}, {s, s[:1]}, {[]int{}, []int(nil)},
		{nil, 0}, {point{}, point{y: 1}}, {[1]any{1}, [1]any{nil}}, {complex(0, 1), complex(1, 0)}, {&point{}, &point{}},
	} {
		require.False(t, Same(v[0], v[1]), "%#v", v)
	}
	require.False(t, Same("a", "b") || Same(uint64(1), 2) || Same(1, 2))
}

func TestKindText(t *testing.T) {
	for _, kind := range Kinds() {
		text, err := json.Marshal(kind)
		require.NoError(t, err)
		require.Equal(t, `"`+kind.String()+`"`, string(text))
		var back Kind
		require.NoError(t, json.Unmarshal(text, &back))
		require.Equal(t, kind, back)
	}
	_, err := numKinds.MarshalText()
	require.Error(t, err)
	require.Error(t, new(Kind).UnmarshalText([]byte("Stored")))
	require.Equal(t, "Kind(200)", Kind(200).String())
	require.Equal(t, "Exit(9)", Exit(9).String())
}

// A type that Any does not know is an error, which names the option to use.
func TestGeneratorNeeded(t *testing.T) {
	_, err := generatorFor[point](nil, "WithKeys")
	require.EqualError(t, err, "model: WithKeys is needed: model.point has the unexported field y: supply a generator")
}
