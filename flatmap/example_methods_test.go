package flatmap_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"hash/maphash"
	"maps"
	"slices"
	"strings"

	"github.com/flatmap-go/flatmap/flatmap"
)

// One example for each method and function, in the order of the API.

func ExampleNew() {
	m := flatmap.New[string, int](flatmap.WithCapacity(1000), flatmap.WithGrowOnly())
	m.Store("a", 1)
	fmt.Println(m.Len())
	// Output: 1
}

func ExampleWithCapacity() {
	m := flatmap.New[int, int](flatmap.WithCapacity(1000))
	before := m.Stats().Buckets
	for i := range 1000 {
		m.Store(i, i)
	}
	fmt.Println(m.Stats().Buckets == before)
	// Output: true
}

// A hasher makes keys cheap to hash, or finds them under a hash that they
// carry already. Equal keys need equal hashes.
func ExampleWithHasher() {
	// Keys are checksums, each as random in its first bytes as in all.
	m := flatmap.New[string, int](flatmap.WithHasher(func(_ maphash.Seed, sum string) uint64 {
		return binary.LittleEndian.Uint64([]byte(sum))
	}))
	sum := sha256.Sum256([]byte("Report"))
	m.Store(string(sum[:]), 1)
	fmt.Println(m.Load(string(sum[:])))
	// Output: 1 true
}

func ExampleWithGrowOnly() {
	m := flatmap.New[int, int](flatmap.WithGrowOnly())
	for i := range 1000 {
		m.Store(i, i)
	}
	m.Clear()
	fmt.Println(m.Len(), m.Stats().Slots >= 1000)
	// Output: 0 true
}

func ExampleOp() {
	fmt.Println(flatmap.Keep, flatmap.Set, flatmap.Remove)
	// Output: Keep Set Remove
}

func ExampleMap_Load() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	fmt.Println(m.Load("a"))
	fmt.Println(m.Load("b"))
	// Output:
	// 1 true
	// 0 false
}

// A key that is a slice of bytes need not become a string to be looked for.
func ExampleLoadBytes() {
	var m flatmap.Map[string, int]
	m.Store("width", 80)
	line := []byte("width=80")
	name, _, _ := bytes.Cut(line, []byte("="))
	fmt.Println(flatmap.LoadBytes(&m, name))
	// Output: 80 true
}

func ExampleMap_Contains() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	fmt.Println(m.Contains("a"), m.Contains("b"))
	// Output: true false
}

func ExampleMap_Store() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	m.Store("a", 2)
	fmt.Println(m.Load("a"))
	// Output: 2 true
}

func ExampleMap_Swap() {
	var m flatmap.Map[string, int]
	fmt.Println(m.Swap("a", 1))
	fmt.Println(m.Swap("a", 2))
	// Output:
	// 0 false
	// 1 true
}

func ExampleMap_LoadOrStore() {
	var m flatmap.Map[string, int]
	fmt.Println(m.LoadOrStore("a", 1))
	fmt.Println(m.LoadOrStore("a", 2))
	// Output:
	// 1 false
	// 1 true
}

// The function runs only if the key is absent, and once, however many
// goroutines ask.
func ExampleMap_LoadOrCompute() {
	var m flatmap.Map[string, string]
	load := func() string {
		fmt.Println("loading")
		return strings.ToUpper("config")
	}
	fmt.Println(m.LoadOrCompute("config", load))
	fmt.Println(m.LoadOrCompute("config", load))
	// Output:
	// loading
	// CONFIG false
	// CONFIG true
}

func ExampleMap_LoadAndDelete() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	fmt.Println(m.LoadAndDelete("a"))
	fmt.Println(m.LoadAndDelete("a"))
	// Output:
	// 1 true
	// 0 false
}

func ExampleMap_Delete() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	m.Delete("a")
	m.Delete("b") // does nothing
	fmt.Println(m.Len())
	// Output: 0
}

func ExampleMap_CompareAndSwap() {
	var m flatmap.Map[string, string]
	m.Store("job", "ready")
	fmt.Println(m.CompareAndSwap("job", "ready", "running"))
	fmt.Println(m.CompareAndSwap("job", "ready", "running"))
	// Output:
	// true
	// false
}

func ExampleMap_CompareAndDelete() {
	var m flatmap.Map[string, string]
	m.Store("lock", "me")
	fmt.Println(m.CompareAndDelete("lock", "you"), m.CompareAndDelete("lock", "me"))
	// Output: false true
}

// An account that may not be overdrawn, and is closed when it is empty.
func ExampleMap_Compute() {
	var balances flatmap.Map[string, int]
	balances.Store("ann", 100)
	withdraw := func(name string, n int) {
		left, ok := balances.Compute(name, func(balance int, loaded bool) (int, flatmap.Op) {
			switch {
			case !loaded || balance < n:
				return 0, flatmap.Keep
			case balance == n:
				return 0, flatmap.Remove
			}
			return balance - n, flatmap.Set
		})
		fmt.Println(left, ok)
	}
	withdraw("ann", 70)
	withdraw("ann", 70)
	withdraw("ann", 30)
	withdraw("ann", 30)
	// Output:
	// 30 true
	// 30 true
	// 0 false
	// 0 false
}

// The function may call any method of the map.
func ExampleMap_Range() {
	var m flatmap.Map[string, int]
	m.Insert(maps.All(map[string]int{"a": 1, "b": 2, "c": 3}))
	m.Range(func(key string, value int) bool {
		if value == 2 {
			m.Delete(key)
		}
		return true // go on
	})
	fmt.Println(m.Len(), m.Contains("b"))
	// Output: 2 false
}

// Entries come in no particular order. To a plain map or to sorted keys it is
// one call.
func ExampleMap_All() {
	var m flatmap.Map[string, int]
	m.Store("b", 2)
	m.Store("a", 1)
	sum := 0
	for _, value := range m.All() {
		sum += value
	}
	fmt.Println(sum, maps.Collect(m.All()))
	// Output: 3 map[a:1 b:2]
}

func ExampleMap_Keys() {
	var m flatmap.Map[string, int]
	m.Store("b", 2)
	m.Store("a", 1)
	fmt.Println(slices.Sorted(m.Keys()))
	// Output: [a b]
}

func ExampleMap_Values() {
	var m flatmap.Map[string, int]
	m.Store("b", 2)
	m.Store("a", 1)
	fmt.Println(slices.Sorted(m.Values()))
	// Output: [1 2]
}

func ExampleMap_Len() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	m.Store("b", 2)
	m.Delete("a")
	fmt.Println(m.Len())
	// Output: 1
}

func ExampleMap_Clear() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	m.Clear()
	fmt.Println(m.Len(), m.Contains("a"))
	// Output: 0 false
}

// Retain deletes entries and changes values in one go.
func ExampleMap_Retain() {
	var stock flatmap.Map[string, int]
	stock.Insert(maps.All(map[string]int{"apple": 1, "pear": 2, "plum": 3}))
	stock.Retain(func(_ string, n *int) bool {
		*n--
		return *n > 0
	})
	fmt.Println(maps.Collect(stock.All()))
	// Output: map[pear:1 plum:2]
}

func ExampleMap_Insert() {
	var m flatmap.Map[string, int]
	m.Store("a", 0)
	m.Insert(maps.All(map[string]int{"a": 1, "b": 2}))
	fmt.Println(maps.Collect(m.All()))
	// Output: map[a:1 b:2]
}

func ExampleMap_Clone() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	c := m.Clone()
	m.Store("a", 2)
	fmt.Println(c.Load("a"))
	// Output: 1 true
}

func ExampleMap_Stats() {
	m := flatmap.New[int, int](flatmap.WithCapacity(100))
	m.Store(1, 1)
	m.Store(2, 2)
	m.Delete(1)
	s := m.Stats()
	fmt.Println(s.Entries, s.Tombstones, s.LongestChain, s.Slots >= 100)
	// Output: 1 1 1 true
}

func ExampleMap_String() {
	var m flatmap.Map[string, int]
	m.Store("a", 1)
	fmt.Println(&m)
	fmt.Println(maps.Collect(m.All()))
	// Output:
	// flatmap.Map[string,int](len 1)
	// map[a:1]
}

func ExampleMap_MarshalJSON() {
	var config struct {
		Limits flatmap.Map[string, int]
	}
	if err := json.Unmarshal([]byte(`{"Limits": {"users": 10, "files": 3}}`), &config); err != nil {
		fmt.Println(err)
	}
	config.Limits.Store("users", 20)
	text, err := json.Marshal(&config)
	fmt.Println(string(text), err)
	// Output: {"Limits":{"files":3,"users":20}} <nil>
}
