package model_test

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/internal/effort"
	"github.com/flatmap-go/flatmap/model"
)

// folding returns a correct map that takes some keys for the same key. It counts
// the keys that it changes.
func folding[K comparable, V any](fired *int, fold func(K) K) func() model.Map[K, V] {
	key := func(k K) K {
		folded := fold(k)
		if folded != k {
			*fired++
		}
		return folded
	}
	return func() model.Map[K, V] {
		m := model.NewMutex[K, V]()
		return model.Adapt(model.Methods[K, V]{
			Load:             func(k K) (V, bool) { return m.Load(key(k)) },
			Store:            func(k K, v V) { m.Store(key(k), v) },
			LoadOrStore:      func(k K, v V) (V, bool) { return m.LoadOrStore(key(k), v) },
			LoadAndDelete:    func(k K) (V, bool) { return m.LoadAndDelete(key(k)) },
			Delete:           func(k K) { m.Delete(key(k)) },
			Swap:             func(k K, v V) (V, bool) { return m.Swap(key(k), v) },
			CompareAndDelete: func(k K, v V) bool { return m.CompareAndDelete(key(k), v) },
			CompareAndSwap:   func(k K, a, b V) bool { return m.CompareAndSwap(key(k), a, b) },
			Range:            m.Range,
			Clear:            m.Clear,
			Len:              m.Len,
		})
	}
}

func rejectsKeys[K comparable, V any](t *testing.T, err error) {
	t.Helper()
	var f *model.Failure[K, V]
	require.ErrorAs(t, err, &f)
}

// Maps that take two keys for one are rejected: those that truncate a key, fold it,
// or use a part of it. Each needs keys that differ in the part which it ignores.
func TestIdentityOfKeys(t *testing.T) {
	effort.Unshrunk(t)
	for name, fold := range map[string]func(string) string{
		"first 8 bytes":    func(s string) string { return s[:min(8, len(s))] },
		"first 2000 bytes": func(s string) string { return s[:min(2000, len(s))] },
		"last 64 bytes":    func(s string) string { return s[max(0, len(s)-64):] },
		"until the NUL":    func(s string) string { s, _, _ = strings.Cut(s, "\x00"); return s },
		"valid UTF-8":      func(s string) string { return strings.ToValidUTF8(s, "\uFFFD") },
		"lower case":       strings.ToLower,
		"trimmed":          strings.TrimSpace,
	} {
		t.Run("string/"+name, func(t *testing.T) {
			fired := 0
			rejectsKeys[string, int](t, model.Check(folding[string, int](&fired, fold)))
			require.NotZero(t, fired)
		})
	}
	for name, fold := range map[string]func(int) int{
		"32 bits":        func(k int) int { return int(uint32(k)) },
		"signed 32 bits": func(k int) int { return int(int32(k)) },
		"float64":        func(k int) int { return int(float64(k)) },
		"upper 32 bits":  func(k int) int { return int(int64(k) &^ math.MaxUint32) },
		"without a sign": func(k int) int { return k & math.MaxInt },
	} {
		t.Run("int/"+name, func(t *testing.T) {
			if math.MaxInt == math.MaxInt32 {
				t.Skip("an int has 32 bits here")
			}
			fired := 0
			rejectsKeys[int, int](t, model.Check(folding[int, int](&fired, fold)))
			require.NotZero(t, fired)
		})
	}
	t.Run("typed nil", func(t *testing.T) {
		fired := 0
		rejectsKeys[any, float64](t, model.Check(folding[any, float64](&fired, func(k any) any {
			if p, ok := k.(*int); ok && p == nil {
				return nil
			}
			return k
		})))
		require.NotZero(t, fired)
	})
}
