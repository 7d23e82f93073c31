package main

// A kind is a pair of types of keys and values.
type kind struct {
	Name  string // in type names
	K, V  string
	Make  string // statement that makes v from i
	Use   string // statement that adds v to sum
	Shard string // function that chooses a shard of a key
	Set   bool   // V is empty; sums count the keys that are present
	Mixes bool   // has the loops of subject.Mixed
	Seeds bool   // has the loops of subject.Seed
	Basic bool   // only for implementations that take any type
}

var kinds = []kind{
	{Name: "Uint64", K: "uint64", V: "uint64", Make: "v := uint64(i)", Use: "sum += v", Shard: "shardOfWord(k)", Mixes: true, Seeds: true},
	{Name: "Int", K: "int", V: "int", Make: "v := int(i)", Use: "sum += uint64(v)", Shard: "shardOfWord(uint64(k))", Mixes: true},
	{Name: "String", K: "string", V: "int", Make: "v := int(i)", Use: "sum += uint64(v)", Shard: "shardOfString(k)", Mixes: true},
	{Name: "Struct32", K: "Struct32", V: "int", Make: "v := i", Use: "sum += uint64(v)", Basic: true},
	{Name: "Interface", K: "any", V: "int", Make: "v := i", Use: "sum += uint64(v)", Basic: true},
	{Name: "Value64", K: "uint64", V: "Value64", Make: "v := Value64{[8]uint64{7: uint64(i)}}", Use: "sum += v.Words[7]", Basic: true},
	{Name: "Value1K", K: "uint64", V: "Value1K", Make: "v := Value1K{[128]uint64{127: uint64(i)}}", Use: "sum += v.Words[127]", Basic: true},
	{Name: "Set", K: "uint64", V: "struct{}", Make: "_ = i\nv := struct{}{}", Use: "sum++", Set: true, Basic: true},
}

// An impl is an implementation. Its strings are templates over instance, and become
// statements on m, k and v.
type impl struct {
	Name    string // in results
	Type    string // in file and type names
	Imports []string
	Map     string // type of m
	New     string // expression
	Sized   bool   // New uses capacity
	Load    string // defines {{.Loaded}}
	Store   string
	Delete  string
	Range   string // with {{.Use}} for each value v
	Hold    string // adds 1 to the value; yields under the lock for some i
	Serial  bool   // for one goroutine only
	NotFor  string // why it does not take all types of keys; it then has no Basic kinds
}

var impls = []impl{
	{
		Name: "flatmap", Type: "Flatmap", Imports: []string{`"github.com/flatmap-go/flatmap/flatmap"`},
		Map: `*flatmap.Map[{{.K}}, {{.V}}]`, New: `flatmap.New[{{.K}}, {{.V}}](flatmap.WithCapacity(capacity))`, Sized: true,
		Load: `{{.Loaded}} := m.Load(k)`, Store: `m.Store(k, v)`, Delete: `m.Delete(k)`,
		Range: callback("m.Range"),
		Hold: `m.Compute(k, func(old uint64, _ bool) (uint64, flatmap.Op) {
			yield(i)
			return old + 1, flatmap.Set
		})`,
	},
	{
		Name: "xsync", Type: "Xsync", Imports: []string{`"github.com/puzpuzpuz/xsync/v4"`},
		Map: `*xsync.Map[{{.K}}, {{.V}}]`, New: `xsync.NewMap[{{.K}}, {{.V}}](xsync.WithPresize(capacity))`, Sized: true,
		Load: `{{.Loaded}} := m.Load(k)`, Store: `m.Store(k, v)`, Delete: `m.Delete(k)`,
		Range: callback("m.Range"),
		Hold: `m.Compute(k, func(old uint64, _ bool) (uint64, xsync.ComputeOp) {
			yield(i)
			return old + 1, xsync.UpdateOp
		})`,
	},
	{
		Name: "haxmap", Type: "Haxmap", Imports: []string{`"github.com/alphadose/haxmap"`},
		Map: `*haxmap.Map[{{.K}}, {{.V}}]`, New: `haxmap.New[{{.K}}, {{.V}}](uintptr(capacity))`, Sized: true,
		// A Get that misses may return the value that a deleted key had.
		Load: "v, ok := m.Get(k)\nif !ok {\nv = 0\n}", Store: `m.Set(k, v)`, Delete: `m.Del(k)`,
		Range:  callback("m.ForEach"),
		NotFor: "keys are of basic types",
	},
	{
		Name: "concurrent-map", Type: "ConcurrentMap", Imports: []string{`cmap "github.com/orcaman/concurrent-map/v2"`},
		Map:  `cmap.ConcurrentMap[{{.K}}, {{.V}}]`,
		New:  `{{if eq .K "string"}}cmap.New[{{.V}}](){{else}}cmap.NewWithCustomShardingFunction[{{.K}}, {{.V}}](func(k {{.K}}) uint32 { return uint32(k) }){{end}}`,
		Load: `{{.Loaded}} := m.Get(k)`, Store: `m.Set(k, v)`, Delete: `m.Remove(k)`,
		Range:  `m.IterCb(func(_ {{.K}}, v {{.V}}) { {{.Use}} })`,
		NotFor: "keys are strings, or need a sharding function",
	},
	{
		Name: "sync.Map", Type: "SyncMap", Imports: []string{`"sync"`},
		Map: `*sync.Map`, New: `new(sync.Map)`,
		Load: `{{if .Set}}_, ok := m.Load(k){{else}}x, _ := m.Load(k)
		v, _ := x.({{.V}}){{end}}`,
		Store: `m.Store(k, v)`, Delete: `m.Delete(k)`,
		Range: `m.Range(func(_, x any) bool {
		{{if .Set}}_ = x{{else}}v := x.({{.V}}){{end}}
		{{.Use}}
		return true
	})`,
	},
	{
		Name: "RWMutex", Type: "RWMutex",
		Map: `*locked[{{.K}}, {{.V}}]`, New: `&locked[{{.K}}, {{.V}}]{m: make(map[{{.K}}]{{.V}}, capacity)}`, Sized: true,
		Load:   under("m.mu.R", `{{.Loaded}} := m.m[k]`),
		Store:  under("m.mu.", `m.m[k] = v`),
		Delete: under("m.mu.", `delete(m.m, k)`),
		Range:  under("m.mu.R", overMap("m.m")),
		Hold:   under("m.mu.", "yield(i)\nm.m[k]++"),
	},
	{
		Name: "sharded", Type: "Sharded",
		Map: `*sharded[{{.K}}, {{.V}}]`, New: `newSharded[{{.K}}, {{.V}}](capacity)`, Sized: true,
		Load:   "h := &m[{{.Shard}}]\n" + under("h.mu.R", `{{.Loaded}} := h.m[k]`),
		Store:  "h := &m[{{.Shard}}]\n" + under("h.mu.", `h.m[k] = v`),
		Delete: "h := &m[{{.Shard}}]\n" + under("h.mu.", `delete(h.m, k)`),
		Range:  "for i := range m {\nh := &m[i]\n" + under("h.mu.R", overMap("h.m")) + "\n}",
		Hold:   "h := &m[{{.Shard}}]\n" + under("h.mu.", "yield(i)\nh.m[k]++"),
		NotFor: "it is what programs with simple keys use",
	},
	{
		Name: "map", Type: "GoMap", Serial: true,
		Map: `map[{{.K}}]{{.V}}`, New: `make(map[{{.K}}]{{.V}}, capacity)`, Sized: true,
		Load: `{{.Loaded}} := m[k]`, Store: `m[k] = v`, Delete: `delete(m, k)`,
		Range: overMap("m"),
	},
}

// callback returns a loop by a method that takes a callback.
func callback(method string) string {
	return method + `(func(_ {{.K}}, {{if .Set}}_{{else}}v{{end}} {{.V}}) bool {
		{{.Use}}
		return true
	})`
}

// overMap returns a loop over one of Go's built-in maps.
func overMap(m string) string {
	return "for {{if not .Set}}_, v := {{end}}range " + m + " {\n{{.Use}}\n}"
}

// under returns statements under a lock.
func under(lock, statements string) string {
	return lock + "Lock()\n" + statements + "\n" + lock + "Unlock()"
}
