package flatmap_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

// TestFormat checks that no verb of package fmt prints a map's inside, wherever the
// pointer to the map is.
func TestFormat(t *testing.T) {
	var m flatmap.Map[string, int]
	want := "flatmap.Map[string,int](len 0)"
	for range 2 {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%t", "%20v"} {
			if got := fmt.Sprintf(verb, &m); got != want {
				t.Errorf("%s: %s, not %s", verb, got, want)
			}
		}
		in := struct{ M any }{[]*flatmap.Map[string, int]{&m}}
		if got, want := fmt.Sprintf("%+v", in), "{M:["+want+"]}"; got != want {
			t.Errorf("in a struct: %s, not %s", got, want)
		}
		m.Store("key", 1)
		want = "flatmap.Map[string,int](len 1)"
	}
	var none *flatmap.Map[string, int]
	if got := fmt.Sprint(none); got != "<nil>" {
		t.Errorf("no map: %s", got)
	}
}

// TestJSON checks that a map is encoded and decoded as one of Go's is: with the same
// text, the same entries, and an error in the same cases.
func TestJSON(t *testing.T) {
	asPlain(t, map[string]int{})
	asPlain(t, map[string]int{"b": 1, "a": 2, "<\u2028>": 3})
	asPlain(t, map[int]any{-1: nil, 2: "two", 3: []any{1.5, map[string]any{"x": true}}})
	asPlain(t, map[uint8]*pair2{200: {a: 1}})
	asPlain(t, map[[2]int]int{{1, 2}: 3})
	asPlain(t, map[float64]int{1: 1})
	asPlain(t, map[string]func(){"f": nil})
	for _, text := range []string{"", "null", "{", "[]", `{"a":1,"b":"x"}`, `{"a":1,"a":2}`, `{"a":1.5}`, `{"a":null}`} {
		m, plain := flatmap.Collect(maps.All(map[string]int{"old": 7, "a": 8})), map[string]int{"old": 7, "a": 8}
		err, plainErr := json.Unmarshal([]byte(text), m), json.Unmarshal([]byte(text), &plain)
		if fmt.Sprint(err) != fmt.Sprint(plainErr) {
			t.Errorf("%s: error %v, and for Go's map %v", text, err, plainErr)
		}
		if err != nil || plain == nil {
			plain = map[string]int{"old": 7, "a": 8}
		}
		if got := maps.Collect(m.All()); !maps.Equal(got, plain) {
			t.Errorf("%s: %v, not %v", text, got, plain)
		}
	}
}

func asPlain[K comparable, V any](t *testing.T, plain map[K]V) {
	m := flatmap.Collect(maps.All(plain))
	text, err := json.Marshal(struct{ M *flatmap.Map[K, V] }{m})
	want, wantErr := json.Marshal(struct{ M map[K]V }{plain})
	if string(text) != string(want) || (err == nil) != (wantErr == nil) {
		t.Errorf("%T: %s, %v, not %s, %v", plain, text, err, want, wantErr)
	}
	if err != nil {
		if !strings.Contains(err.Error(), "json: unsupported type: ") {
			t.Errorf("%T: error %v", plain, err)
		}
		return
	}
	var back struct{ M flatmap.Map[K, V] }
	if err := json.Unmarshal(text, &back); err != nil {
		t.Errorf("%T: %s: %v", plain, text, err)
	}
	again, err := json.Marshal(&back)
	if string(again) != string(text) || err != nil {
		t.Errorf("%T: %s became %s, %v", plain, text, again, err)
	}
}

// TestEncodeWhileWriting checks under the race detector that a map can be printed,
// encoded and decoded while others write it, and that what stays is in every text.
func TestEncodeWhileWriting(t *testing.T) {
	var m flatmap.Map[string, int]
	m.Store("stays", 1)
	var writers sync.WaitGroup
	for w := range 2 {
		writers.Go(func() {
			for i := range 2000 {
				m.Store(fmt.Sprint(w, i%300), i)
				m.Delete(fmt.Sprint(w, (i+150)%300))
			}
		})
	}
	for i := range 100 {
		for _, verb := range []string{"%v", "%#v", "%d"} {
			if text := fmt.Sprintf(verb, &m); !strings.HasPrefix(text, "flatmap.Map[string,int](len ") {
				t.Fatal(text)
			}
		}
		text, err := json.Marshal(&m)
		if err != nil || !strings.Contains(string(text), `"stays":1`) {
			t.Fatalf("%v, %s", err, text)
		}
		if err := json.Unmarshal(fmt.Appendf(nil, `{"decoded":%d}`, i), &m); err != nil {
			t.Fatal(err)
		}
		if v, _ := m.Load("decoded"); v != i {
			t.Fatalf("decoded %d, not %d", v, i)
		}
	}
	writers.Wait()
}
