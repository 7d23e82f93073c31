package flatmap_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/flatmap-go/flatmap/flatmap"
)

// A cache whose loader may fail. sync.OnceValues runs the loader once, however many
// goroutines ask, and outside of the map: no lock is held meanwhile. A caller that gets an
// error deletes that very attempt, so that the next caller tries again.
func Example_cacheOfFailingLoader() {
	type attempt struct{ result func() (string, error) }
	var cache flatmap.Map[string, *attempt]
	loads := 0
	load := func(url string) (string, error) {
		if loads++; loads == 1 {
			return "", errors.New("no connection")
		}
		return "page " + url, nil
	}
	get := func(url string) (string, error) {
		a, loaded := cache.Load(url)
		if !loaded {
			fresh := &attempt{sync.OnceValues(func() (string, error) { return load(url) })}
			a, _ = cache.LoadOrStore(url, fresh)
		}
		page, err := a.result()
		if err != nil {
			cache.CompareAndDelete(url, a)
		}
		return page, err
	}
	for range 3 {
		page, err := get("/")
		fmt.Printf("%q %v\n", page, err)
	}
	fmt.Println(loads, "loads")
	// Output:
	// "" no connection
	// "page /" <nil>
	// "page /" <nil>
	// 2 loads
}

// A value that takes long to compute is computed once, while operations on all other
// keys go on: here the computation even waits for one of them.
func Example_computeOnce() {
	var m flatmap.Map[string, func() int]
	started, other := make(chan bool), make(chan bool)
	computed := 0
	slow := func() int {
		computed++
		close(started)
		<-other
		return 42
	}
	get := func(key string) int {
		value, _ := m.LoadOrStore(key, sync.OnceValue(slow))
		return value()
	}
	var results [3]int
	var callers sync.WaitGroup
	for i := range results {
		callers.Go(func() { results[i] = get("answer") })
	}
	<-started
	m.Store("question", func() int { return 6 * 7 })
	close(other)
	callers.Wait()
	fmt.Println(results, computed)
	// Output: [42 42 42] 1
}

// A caller that gives up, because its context ends, leaves the others waiting and the
// computation going on.
func Example_cancellation() {
	type call struct {
		done  chan struct{}
		value string // set before done is closed
	}
	var calls flatmap.Map[string, *call]
	answer := make(chan string)
	get := func(ctx context.Context, key string) (string, error) {
		c, loaded := calls.LoadOrStore(key, &call{done: make(chan struct{})})
		if !loaded {
			go func() {
				c.value = <-answer
				close(c.done)
			}()
		}
		select {
		case <-c.done:
			return c.value, nil
		case <-ctx.Done():
			return "", ctx.Err()
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := get(ctx, "key")
	fmt.Println(err)
	answer <- "late, but kept"
	fmt.Println(get(context.Background(), "key"))
	// Output:
	// context canceled
	// late, but kept <nil>
}

// A cache with a bound deletes an arbitrary entry for each one beyond it. Writers
// that run at the same time may each see the bound exceeded, and each delete one.
func Example_boundedCache() {
	const most = 100
	var cache flatmap.Map[int, string]
	put := func(key int, value string) {
		cache.Store(key, value)
		if cache.Len() <= most {
			return
		}
		for other := range cache.Keys() {
			if other != key {
				cache.Delete(other)
				return
			}
		}
	}
	for i := range 1000 {
		put(i, fmt.Sprint(i))
	}
	fmt.Println(cache.Len())
	fmt.Println(cache.Load(999))
	// Output:
	// 100
	// 999 true
}

// A sweep deletes what has expired. Retain decides about each entry with its lock
// held, so none is deleted that another goroutine has renewed.
func Example_expirySweep() {
	var leases flatmap.Map[string, time.Time]
	start := time.Unix(0, 0)
	for i, name := range []string{"a", "b", "c"} {
		leases.Store(name, start.Add(time.Duration(i)*time.Minute))
	}
	sweep := func(now time.Time) {
		leases.Retain(func(_ string, expires *time.Time) bool { return now.Before(*expires) })
	}
	leases.Store("a", start.Add(time.Hour)) // renewed
	sweep(start.Add(time.Minute))
	fmt.Println(slices.Sorted(leases.Keys()))
	// Output: [a c]
}
