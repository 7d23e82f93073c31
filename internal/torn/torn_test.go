package torn

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// words are those of any value of up to three.
type words struct {
	data unsafe.Pointer
	a, b uintptr
}

func as[T any](w words) *T { return (*T)(unsafe.Pointer(&w)) }

type pair struct {
	a int
	b string
}

// What is torn is reported, in values and in their parts.
func TestTorn(t *testing.T) {
	noData := *as[string](words{a: 7})
	require.Equal(t, "a torn string (length 7, no data)", Of(&noData))
	address := uintptr(8) // as bits: checkptr rejects the arithmetic
	low := *as[string](words{data: *(*unsafe.Pointer)(unsafe.Pointer(&address)), a: 7})
	require.Equal(t, "a torn string (its memory cannot be read)", Of(&low))
	inside := pair{1, noData}
	require.Equal(t, "a torn string (length 7, no data)", Of(&inside))
	list := [2]pair{{}, inside}
	require.Equal(t, "a torn string (length 7, no data)", Of(&list))
	require.Equal(t, "a torn slice (length 1, capacity 2, no data)", Of(as[[]byte](words{a: 1, b: 2})))
	require.Equal(t, "a torn slice (length 3, capacity 2)", Of(as[[]byte](words{data: unsafe.Pointer(&list), a: 3, b: 2})))
	var x any = 1 << 40
	typeOnly := [2]any{x}
	(*[2]*int)(unsafe.Pointer(&typeOnly))[1] = nil
	require.Equal(t, "a torn interface (type int, no data)", Of(&typeOnly))
	x = inside
	require.Equal(t, "a torn string (length 7, no data)", Of(&x))
}

type method interface{ M() }

type holder struct{ p *int }

func (holder) M() {}

// What is whole is not.
func TestWhole(t *testing.T) {
	check := func(what string) {
		t.Helper()
		require.Empty(t, what)
	}
	for _, s := range []string{"", "a", "long enough to be several words"} {
		check(Of(&s))
	}
	for _, x := range []any{nil, 0, 1 << 40, "", "x", []byte(nil), []byte{}, struct{}{}, [0]int{}, [1]int{}, (*int)(nil), (chan int)(nil),
		(func())(nil), (map[int]int)(nil), holder{}, [1]*int{}, [1]holder{}, pair{}, error(nil), method(holder{}), unsafe.Pointer(nil),
		struct {
			_ struct{}
			p *int
		}{}} {
		check(Of(&x))
	}
	for _, m := range []method{nil, holder{}, holder{new(int)}, (*holder)(nil)} {
		check(Of(&m))
	}
	for _, b := range [][]byte{nil, {}, {1}, make([]byte, 0, 7)} {
		check(Of(&b))
	}
	check(Of(&[]struct{}{{}, {}}))
	check(Of(new(int)))
	check(Of(new(uint8)))
	check(Of(&[3]float64{}))
	check(Of(&struct{}{}))
}
