package flatmap_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
)

// The zero Map is ready to use, like a sync.Mutex: as a variable, or as a
// field.
func Example_zeroMap() {
	var visits flatmap.Map[string, int]
	visits.Store("/", 1)
	fmt.Println(visits.Load("/"))
	fmt.Println(visits.Load("/about"))
	// Output:
	// 1 true
	// 0 false
}

// Four goroutines count words. Compute reads, decides and writes in one step,
// so no count is lost.
func Example_wordCount() {
	text := strings.Fields(strings.Repeat("the quick brown fox jumps over the lazy dog ", 1000))
	counts := flatmap.New[string, int]()
	increment := func(n int, _ bool) (int, flatmap.Op) { return n + 1, flatmap.Set }
	var wg sync.WaitGroup
	for part := range slices.Chunk(text, len(text)/4) {
		wg.Go(func() {
			for _, word := range part {
				counts.Compute(word, increment)
			}
		})
	}
	wg.Wait()
	for _, word := range slices.Sorted(counts.Keys()) {
		n, _ := counts.Load(word)
		fmt.Println(word, n)
	}
	// Output:
	// brown 1000
	// dog 1000
	// fox 1000
	// jumps 1000
	// lazy 1000
	// over 1000
	// quick 1000
	// the 2000
}

// A cache that fills an absent or stale entry once, however many goroutines
// ask for it at the same time, and does not cache failures. A caller that asks for an
// entry that is fresh takes no lock.
func Example_cache() {
	type entry struct {
		page    string
		expires time.Time
	}
	var cache flatmap.Map[string, entry]
	fetches := 0
	fetch := func(url string) (string, error) {
		fetches++
		if url == "/missing" {
			return "", errors.New("404")
		}
		return "page " + url, nil
	}
	get := func(url string, now time.Time) (string, error) {
		if e, ok := cache.Load(url); ok && now.Before(e.expires) {
			return e.page, nil
		}
		var err error
		e, _ := cache.Compute(url, func(e entry, loaded bool) (entry, flatmap.Op) {
			if loaded && now.Before(e.expires) { // another goroutine was faster
				return e, flatmap.Keep
			}
			if e.page, err = fetch(url); err != nil {
				return e, flatmap.Remove
			}
			e.expires = now.Add(time.Minute)
			return e, flatmap.Set
		})
		return e.page, err
	}
	start := time.Unix(0, 0)
	fmt.Println(get("/", start))
	fmt.Println(get("/", start.Add(time.Second)))
	fmt.Println(get("/", start.Add(time.Hour)))
	fmt.Println(get("/missing", start))
	fmt.Println(fetches, "fetches,", cache.Len(), "entry")
	// Output:
	// page / <nil>
	// page / <nil>
	// page / <nil>
	//  404
	// 3 fetches, 1 entry
}

// A store of sessions: logging in once, and throwing out those that have been idle.
func Example_sessionStore() {
	sessions := flatmap.New[string, int](flatmap.WithCapacity(100)) // how long they have been idle
	login := func(token string) bool {
		_, exists := sessions.LoadOrStore(token, 0)
		return !exists
	}
	tick := func() {
		sessions.Retain(func(_ string, idle *int) bool {
			*idle++
			return *idle < 3
		})
	}
	touch := func(token string) bool {
		_, ok := sessions.Compute(token, func(idle int, loaded bool) (int, flatmap.Op) {
			if !loaded {
				return idle, flatmap.Keep
			}
			return 0, flatmap.Set
		})
		return ok
	}
	fmt.Println(login("t1"), login("t2"), login("t1"))
	for range 4 {
		tick()
		touch("t1")
	}
	fmt.Println(touch("t1"), touch("t2"), sessions.Len())
	// Output:
	// true true false
	// true false 1
}

// A set is a map whose values take no space.
func Example_set() {
	var seen flatmap.Map[int, struct{}]
	for _, n := range []int{3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5} {
		if _, dup := seen.LoadOrStore(n, struct{}{}); dup {
			fmt.Print(n, " again; ")
		}
	}
	fmt.Println(seen.Contains(9), seen.Contains(7), slices.Sorted(seen.Keys()))
	// Output: 1 again; 5 again; 3 again; 5 again; true false [1 2 3 4 5 6 9]
}

func ExampleCollect() {
	m := flatmap.Collect(maps.All(map[string]int{"a": 1, "b": 2}))
	fmt.Println(m.Len())
	// Output: 2
}
