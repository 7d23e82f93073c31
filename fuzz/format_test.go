package fuzz

import (
	"fmt"
	"hash/maphash"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/flatmap-go/flatmap/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

func say(p Program) (said []string) {
	for _, op := range p {
		s := strings.NewReplacer("uint16(", "", "uint8(", "", "))", ")", "),", ",", "):", ":").Replace(op.String())
		for _, pair := range op.Pairs {
			s += fmt.Sprintf(" %d:%d", pair.Key, pair.Value)
		}
		said = append(said, s)
	}
	return said
}

// An input keeps its meaning from one version to the next, byte by byte: a corpus and the
// input of a failure are kept.
func TestFormat(t *testing.T) {
	for _, test := range []struct {
		data []byte
		want []string
	}{
		{nil, nil},
		{[]byte{5}, nil},
		{[]byte{0, 0, 7, 1, 7, 8, 2, 7, 9}, []string{"Load(7)", "Store(7, 8)", "LoadOrStore(7, 9)"}},
		{[]byte{0, 3, 7, 4, 8, 5, 9, 10}, []string{"LoadAndDelete(7)", "Delete(8)", "Swap(9, 10)"}},
		{[]byte{0, 6, 7, 8, 9, 7, 10, 11}, []string{"CompareAndSwap(7, 8, 9)", "CompareAndDelete(10, 11)"}},
		{[]byte{0, 9, 10, 11, 200, 9 + 19}, []string{"Clear()", "Len()", "Contains(200)", "Clear()"}},
		{[]byte{0, 12, 7, 0, 1, 9, 0}, []string{"Compute(7, present: Keep, absent: Set 9)"}},
		{[]byte{0, 12, 7, 2, 3, 2 + 4*2, 0, 5, 1, 6}, []string{"Compute(7, present: Remove, absent: Keep, call 0: Load(5) Contains(6) Panic)"}},
		{[]byte{0, 13, 7, 8, 3}, []string{"LoadOrCompute(7, 8, call 0: Goexit)"}},
		{[]byte{0, 14, 1, 9, 2, 5, 2, 6, 0, 1 + 4, 7, 1, 3}, []string{"Retain(5: Remove, 6: Keep, others: Set 9, call 7: Contains(3) Stop)"}},
		{[]byte{0, 15, 254, 3, 255, 15, 1, 64}, []string{"Insert(3 pairs) 254:255 255:0 0:1", "Insert(0 pairs)"}},
		{[]byte{0, 8, 3, 9, 16, 0, 0, 17, 1, 1, 18, 8, 2, 1, 2, 3, 8, 1}, []string{"Range(call 1: Goexit)", "All()", "Keys(call 1: Stop)", "Values(call 2: Store(2, 3) Range() Finish)", "Store(0, 0)"}[:4]},
		{[]byte{0, 0, 1, 6, 7, 8}, []string{"Load(1)"}}, // the last is incomplete
	} {
		_, p := Decode(test.data)
		require.Equal(t, test.want, say(p), "%v", test.data)
	}
	for _, test := range []struct {
		data []byte
		want []string // the first, and each thread
	}{
		{[]byte{0, 0, 9}, []string{"[]", "[]", "[]"}},
		{[]byte{0, 1, 9, 1, 1, 7, 2, 1, 17, 0, 16, 1, 6, 7, 2, 1, 9}, []string{"[Store(7, 1)]", "[Store(1, 2) Load(0)]", "[CompareAndSwap(7, 2, 3)]", "[Clear()]"}},
		{[]byte{0, 3, 9, 2, 14, 1, 0, 0, 0, 14, 2, 1, 5, 1, 0, 0, 1, 15, 16, 3, 1, 13, 1, 0}, []string{"[Retain(others: Keep) Retain(5: Set 1, others: Remove)]", "[Insert(3 pairs) 16:2 17:3 18:4]", "[LoadOrCompute(1, 5)]"}},
		{[]byte{0, 0, 9, 1, 7, 1, 5, 1, 7, 2, 0, 0}, []string{"[CompareAndDelete(1, 0)]", "[CompareAndDelete(2, 0)]", "[]"}},
		{[]byte{0, 0, 9, 2, 1, 5, 7, 1, 3, 0, 0}, []string{"[Store(5, 1) CompareAndDelete(1, 1)]", "[]", "[]"}},
	} {
		_, c := DecodeConcurrent(test.data)
		got := []string{fmt.Sprint(say(c.First))}
		for _, p := range c.Threads {
			got = append(got, fmt.Sprint(say(p)))
		}
		require.Equal(t, test.want, got, "%v", test.data)
		if len(test.data) > 3 {
			require.EqualValues(t, 9, c.Seed)
		}
	}
	_, p := Decode(make([]byte, 1000))
	require.Len(t, p, 300)
	var seven []byte
	for range 100 {
		seven = append(seven, 7)
	}
	_, c := DecodeConcurrent(seven)
	require.Len(t, c.First, 7)
	for i := range byte(18) {
		c := configOf(i)
		require.Equal(t, Config{Hash: Hash(i % 3), Capacity: []int{0, 8, 300}[i/3%3], GrowOnly: i >= 9}, c)
		require.Equal(t, i, c.byte())
	}
	require.Panics(t, func() { Config{Capacity: 7}.byte() })
}

// The seeds are of all kinds of maps, and have every operation.
func TestSeedsHaveEverything(t *testing.T) {
	for _, seeds := range [][][]byte{Seeds(), ConcurrentSeeds()} {
		configs := map[Config]bool{}
		for _, data := range seeds {
			config, _ := Decode(data)
			configs[config] = true
		}
		require.Len(t, configs, 18)
		require.Len(t, seeds, 21)
	}
	kinds, concurrent, exits := map[model.Kind]bool{}, map[model.Kind]bool{}, map[model.Exit]bool{}
	longest, sets := 0, false
	for _, data := range Seeds() {
		_, p := Decode(data)
		longest = max(longest, len(p))
		for _, op := range p {
			kinds[op.Kind], exits[op.Exit] = true, true
			sets = sets || op.Present.Op == flatmap.Set
		}
	}
	for _, data := range ConcurrentSeeds() {
		_, c := DecodeConcurrent(data)
		for _, p := range append(c.Threads, c.First) {
			for _, op := range p {
				concurrent[op.Kind] = true
			}
		}
	}
	require.Len(t, kinds, len(model.Kinds()))
	require.Len(t, concurrent, len(model.Kinds()))
	require.Len(t, exits, 4)
	require.True(t, sets)
	require.Greater(t, longest, 100)
	require.Equal(t, []string{"Insert(3 pairs) 4:4 5:5 6:6", "Delete(7)", "Delete(8)", "Load(9)"}, say(append(append(Program{insert(4, 3)}, removes(7, 2)...), load(9))))
}

// A way to end that is not planned is an error, in a callback too.
func TestWrongEnd(t *testing.T) {
	type (
		call   = model.Op[int, int]
		result = model.Result[int, int]
	)
	visits := []model.Visit[int, int]{{}}
	panics := call{Kind: model.Compute, Exit: model.Panic}
	require.NotEmpty(t, planned)
	for _, test := range []struct {
		op   call
		r    result
		want string
	}{
		{call{Kind: model.Load}, result{}, ""},
		{call{Kind: model.Load}, result{Torn: "a torn string"}, "fuzz: Load(0) returned a torn string"},
		{call{Kind: model.Load}, result{Exit: model.Panic, Panic: "boom"}, "fuzz: Load(0) panicked: boom"},
		{call{Kind: model.Load, Exit: model.Panic}, result{Exit: model.Panic, Panic: planned}, "fuzz: Load(0) panicked: " + planned},
		{call{Kind: model.Load, Exit: model.Panic}, result{Visits: visits}, ""},
		{call{Kind: model.Load}, result{Exit: model.Goexit}, "fuzz: Load(0) ended with Goexit, want Finish"},
		{panics, result{Exit: model.Panic, Panic: planned, Visits: visits}, ""},
		{panics, result{Exit: model.Panic, Panic: "boom", Visits: visits}, "panicked: boom"},
		{panics, result{Exit: model.Panic, Panic: planned}, "panicked: " + planned},
		{panics, result{Visits: visits}, "ended with Finish, want Panic"},
		{panics, result{}, ""},
		{call{Kind: model.Range, Exit: model.Goexit, At: 1}, result{Visits: visits}, ""},
		{call{Kind: model.Range, Exit: model.Goexit}, result{Visits: visits}, "ended with Finish, want Goexit"},
		{call{Kind: model.Range, Exit: model.Goexit}, result{Visits: visits, Exit: model.Goexit}, ""},
		{call{Kind: model.Range, Exit: model.Stop}, result{Visits: visits}, ""},
		{call{Kind: model.Range, Inner: []call{{Kind: model.Len}, {Kind: model.Clear}}}, result{Visits: visits, Inner: []result{{}, {}}}, ""},
		{call{Kind: model.Range, Inner: []call{{Kind: model.Len}, {Kind: model.Clear}}}, result{Visits: visits, Inner: []result{{}, {Exit: model.Panic, Panic: "boom"}}},
			"inside of Range(call 0: Len() Clear() Finish): fuzz: Clear() panicked: boom"},
	} {
		err := wrongEnd(test.op, test.r)
		if test.want == "" {
			require.NoError(t, err, "%v", test.op)
		} else {
			require.ErrorContains(t, err, test.want)
		}
	}
}

// Numbers stand for the keys and values that the options say, and what a map lacks is left
// out.
func TestBinding(t *testing.T) {
	m := model.MethodsOf[string, int](model.NewMutex[string, int]())
	m.Contains = nil
	opts := []Option{WithKeys(func(n byte) string { return fmt.Sprint("k", n) }), WithValues(func(n uint16) int { return -int(n) })}
	set := decision{Op: flatmap.Set, Value: 9}
	p := Program{
		{Kind: model.Store, Key: 1, Value: 2, Old: 3}, {Kind: model.Contains, Key: 1}, {Kind: model.CompareAndSwap, Key: 1, Old: 3, Value: 4}, {Kind: model.CompareAndDelete, Key: 1, Old: 3},
		{Kind: model.Compute, Key: 5, Present: set, Absent: decision{Op: flatmap.Remove}, Exit: model.Panic, Inner: Program{{Kind: model.Load, Key: 6}, {Kind: model.Contains, Key: 6}}},
		{Kind: model.Retain, Key: 7, Present: set, Rules: []model.Rule[byte, uint16]{{Key: 8, Decision: set}}, At: 3, Exit: model.Stop},
		{Kind: model.Insert, Pairs: []model.Entry[byte, uint16]{{Key: 1, Value: 2}}},
		{Kind: model.Range, Exit: model.Goexit, At: 2, Inner: Program{{Kind: model.Clear}}},
		{Kind: model.Keys},
	}
	type decided = model.Decision[int]
	want := model.Program[string, int]{
		{Kind: model.Store, Key: "k1", Value: -2}, {Kind: model.CompareAndSwap, Key: "k1", Old: -3, Value: -4}, {Kind: model.CompareAndDelete, Key: "k1", Old: -3},
		{Kind: model.Compute, Key: "k5", Present: decided{Op: flatmap.Set, Value: -9}, Absent: decided{Op: flatmap.Remove}, Exit: model.Panic, Inner: []model.Op[string, int]{{Kind: model.Load, Key: "k6"}}},
		{Kind: model.Retain, Present: decided{Op: flatmap.Set, Value: -9}, Rules: []model.Rule[string, int]{{Key: "k8", Decision: decided{Op: flatmap.Set, Value: -9}}}, At: 3, Exit: model.Stop},
		{Kind: model.Insert, Pairs: []model.Entry[string, int]{{Key: "k1", Value: -2}}},
		{Kind: model.Range, Exit: model.Goexit, At: 2, Inner: []model.Op[string, int]{{Kind: model.Clear}}},
		{Kind: model.Keys},
	}
	b, err := bind(model.Adapt(m), newOptions(opts), true)
	require.NoError(t, err)
	require.Equal(t, want, b.program(p))
	b, err = bind(model.Adapt(m), newOptions(append(opts, WithPlainCallbacks())), true)
	require.NoError(t, err)
	for i := range want {
		want[i].Inner = nil
		switch want[i].Kind {
		case model.Compute, model.Retain:
			want[i].Exit = model.Finish
		case model.Range:
			want[i].Exit = model.Stop
		}
	}
	require.Equal(t, want, b.program(p))
}

// The default keys and values of a concurrent program differ from each other and from
// zero, as far as there are enough.
func TestDomain(t *testing.T) {
	distinct, all := generated[byte, float64](true), generated[byte, float64](false)
	seen, odd := map[float64]bool{}, 0
	for n := range 256 {
		f := distinct(byte(n))
		require.False(t, f != f || f == 0 || seen[f], "%v", f)
		seen[f] = true
		if g := all(byte(n)); g != g || g == 0 {
			odd++
		}
		require.True(t, distinct(byte(n)) == f)
	}
	require.NotZero(t, odd)
	flags := generated[uint16, bool](true)
	require.True(t, flags(0))
	_ = flags(9) // there is none
}

// A hash function is as good as it says.
func TestHashes(t *testing.T) {
	seed := maphash.MakeSeed()
	for hash, want := range map[Hash]int{Good: 1000, FourBit: 16, Constant: 1} {
		h, values := HasherOf[int](hash), map[uint64]bool{}
		for i := range 1000 {
			values[h(seed, i)] = true
		}
		require.Len(t, values, want, hash.String())
	}
	require.Equal(t, "Good FourBit Constant Hash(3)", fmt.Sprint(Good, FourBit, Constant, numHashes))
}

// A program ends with a look at what is left, and what hangs is said with the program
// up to there.
func TestSequentialReports(t *testing.T) {
	change := func(change func(m *model.Methods[int, int])) func(Config) model.Map[int, int] {
		return func(Config) model.Map[int, int] {
			m := model.MethodsOf[int, int](model.NewMutex[int, int]())
			change(&m)
			return model.Adapt(m)
		}
	}
	store := Program{{Kind: model.Store, Key: 1, Value: 2}}
	keys := []Option{WithKeys(func(n byte) int { return int(n) }), WithValues(func(n uint16) int { return int(n) })}
	check := func(p Program, m func(Config) model.Map[int, int], more ...Option) error {
		return CheckSequential(m, Encode(Config{Hash: Constant}, p), append(keys, more...)...)
	}
	loses := change(func(m *model.Methods[int, int]) { m.Range, m.Len = func(func(int, int) bool) {}, nil })
	miscounts := change(func(m *model.Methods[int, int]) { m.Len = func() int { return 7 } })
	require.ErrorContains(t, check(store, loses), "with {Hash:Constant Capacity:0 GrowOnly:false}, model: Range() visits 0 WRONG: it misses 1")
	require.ErrorContains(t, check(store, miscounts), "model: Len() = 7 WRONG: want 1")
	require.NoError(t, check(store, miscounts, WithoutMethods(model.Len)))
	ignores := change(func(m *model.Methods[int, int]) { m.Store = func(int, int) {} })
	err := check(append(store, op{Kind: model.Load, Key: 1}, op{Kind: model.Clear}), ignores)
	var f *model.Failure[int, int]
	require.ErrorAs(t, err, &f)
	require.Equal(t, model.Program[int, int]{{Kind: model.Store, Key: 1, Value: 2}, {Kind: model.Load, Key: 1}}, f.Program)
	require.Len(t, f.Results, 2)
	release := make(chan struct{})
	defer close(release)
	err = check(append(store, op{Kind: model.Clear}, op{Kind: model.Len}), change(func(m *model.Methods[int, int]) { m.Clear = func() { <-release } }), WithTimeout(20*time.Millisecond))
	require.ErrorIs(t, err, model.ErrHung)
	require.ErrorIs(t, err, ErrHung)
	require.ErrorAs(t, err, &f)
	require.Equal(t, model.Program[int, int]{{Kind: model.Store, Key: 1, Value: 2}, {Kind: model.Clear}}, f.Program)
	require.ErrorContains(t, err, "with {Hash:Constant")
	require.NoError(t, CheckConcurrent(func(c Config) model.Map[int, int] {
		require.Equal(t, FourBit, c.Hash)
		return model.NewMutex[int, int]()
	}, EncodeConcurrent(Config{Hash: FourBit}, Threads{Threads: []Program{store, store}}), keys...))
	wrong := change(func(m *model.Methods[int, int]) { m.Load = func(int) (int, bool) { return 9, true } })
	read := Program{{Kind: model.Load, Key: 1}}
	for _, threads := range []Threads{{First: read, Threads: []Program{{}, {}}}, {Threads: []Program{{}, read}}, {Threads: []Program{read, {}}}} {
		require.ErrorContains(t, CheckConcurrent(wrong, EncodeConcurrent(Config{Hash: Constant}, threads), keys...), "with {Hash:Constant")
	}
	o := newOptions([]Option{WithTimeout(time.Minute), WithRepeats(3), WithPlainCallbacks(), WithoutMethods(model.Len), WithoutMethods(model.Clear), WithRepeatedCallbacks()})
	require.Equal(t, options{timeout: time.Minute, repeat: 3, plain: true, vary: model.Variation{Without: []model.Kind{model.Len, model.Clear}, Repeats: true}}, o)
	require.Equal(t, options{timeout: 10 * time.Second, repeat: 10}, newOptions(nil))
}

// A target fails if an input shows a fault: the seeds do without any fuzzing.
func TestTargetsFail(t *testing.T) {
	for _, target := range []string{"FuzzInt", "FuzzConcurrentInt"} {
		cmd := exec.Command(os.Args[0], "-test.run", "^"+target+"$", "-test.v")
		cmd.Env = append(os.Environ(), "FLATMAP_FUZZ_BROKEN=1")
		out, err := cmd.CombinedOutput()
		require.Error(t, err, "%s", out)
		require.Contains(t, string(out), "--- FAIL: "+target+"/seed#")
	}
}
