package flatmap

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
)

// String returns the type of the map and the number of its entries, see [Map.Len].
// To print the entries, print maps.Collect(m.All()).
func (m *Map[K, V]) String() string {
	return fmt.Sprintf("%v(len %d)", reflect.TypeFor[Map[K, V]](), m.Len())
}

// Format makes package fmt print [Map.String], whatever the verb: without it, some
// would read the map's memory while others write it.
func (m *Map[K, V]) Format(s fmt.State, _ rune) { fmt.Fprint(s, m.String()) }

// MarshalJSON encodes the entries, seen with the guarantees of [Map.Range], as package
// encoding/json does those of a map[K]V.
func (m *Map[K, V]) MarshalJSON() ([]byte, error) { return json.Marshal(maps.Collect(m.All())) }

// UnmarshalJSON decodes a map[K]V as package encoding/json does and stores its
// entries, one by one; others stay. If there is an error, it stores nothing.
func (m *Map[K, V]) UnmarshalJSON(data []byte) error {
	var entries map[K]V
	err := json.Unmarshal(data, &entries)
	if err == nil {
		m.Insert(maps.All(entries))
	}
	return err
}
