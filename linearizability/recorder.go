package linearizability

import (
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/internal/torn"
	"github.com/flatmap-go/flatmap/model"
)

// A Recorder records the history of a map. Several goroutines may call its
// methods concurrently.
type Recorder[K, V comparable] struct {
	m       model.Map[K, V]
	clock   atomic.Int64
	mu      sync.Mutex // guards clients
	clients []*Client[K, V]
}

// NewRecorder returns a recorder for m. The map must be empty, and only the
// recorder's clients may change it.
func NewRecorder[K, V comparable](m model.Map[K, V]) *Recorder[K, V] {
	return &Recorder[K, V]{m: m}
}

// Client returns the map for use by one more goroutine.
func (r *Recorder[K, V]) Client() *Client[K, V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	c := &Client[K, V]{r: r, id: len(r.clients)}
	r.clients = append(r.clients, c)
	return c
}

// History returns the events recorded so far, in the order of their calls. No
// client may be in use during the call.
func (r *Recorder[K, V]) History() History[K, V] {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, c := range r.clients {
		n += len(c.events)
	}
	h := make(History[K, V], 0, n)
	for _, c := range r.clients {
		h = append(h, c.events...)
	}
	return h.sorted()
}

// A Client is a map that records its calls, each call when it has returned. A
// call that panics is recorded only if it has a callback, which may have caused
// the panic. Any other call that panics is missing from the history, so a caller
// that recovers from the panic of a map has to count it as a fault.
//
// A Client belongs to one goroutine; its callbacks may use it, too. It implements
// [model.Map] and all of its companions. Methods that the map underneath lacks
// panic; see Supports.
type Client[K, V comparable] struct {
	r      *Recorder[K, V]
	id     int
	events History[K, V]

	// The last call, for the report of a hang.
	calls, ended atomic.Int64
	lastKind     model.Kind
	lastKey      K
}

// caller describes what the client does.
func (c *Client[K, V]) caller() drive.Caller {
	ended := c.ended.Load()
	calls := c.calls.Load()
	return drive.Caller{Calls: calls, Idle: calls == ended, Describe: func() string {
		if c.lastKind.SingleKey() {
			return fmt.Sprintf("%v(%s)", c.lastKind, shown(c.lastKey))
		}
		return c.lastKind.String()
	}}
}

// Supports reports whether the map underneath has the method that kind names.
func (c *Client[K, V]) Supports(kind model.Kind) bool { return model.Supports(c.r.m, kind) }

// RepeatsCallbacks reports whether [model.Repeats] is true of the map underneath. Then
// only the last call of a function of Compute or LoadOrCompute is recorded.
func (c *Client[K, V]) RepeatsCallbacks() bool { return model.Repeats(c.r.m) }

func (c *Client[K, V]) stamp() int64 { return c.r.clock.Add(1) }

// begin returns the event of a call that is about to be made.
func (c *Client[K, V]) begin(kind model.Kind, key K) Event[K, V] {
	c.lastKind, c.lastKey = kind, key
	c.calls.Add(1)
	return Event[K, V]{Client: c.id, Kind: kind, Key: key, Call: c.stamp()}
}

// end records a call that has returned.
func (c *Client[K, V]) end(e *Event[K, V]) {
	e.Return = c.stamp()
	c.ended.Add(1)
	c.events = append(c.events, *e)
}

// guard replaces what the map returned or showed, if it is torn, and notes that.
func guard[K, V comparable, T any](e *Event[K, V], value *T) {
	if what := torn.Of(value); what != "" {
		e.Torn = what
		*value = *new(T)
	}
}

// Load calls the map's Load.
func (c *Client[K, V]) Load(key K) (value V, ok bool) {
	e := c.begin(model.Load, key)
	value, ok = c.r.m.Load(key)
	guard(&e, &value)
	e.Result, e.OK = value, ok
	c.end(&e)
	return value, ok
}

// Contains calls the map's Contains.
func (c *Client[K, V]) Contains(key K) bool {
	m := c.r.m.(model.Container[K])
	e := c.begin(model.Contains, key)
	e.OK = m.Contains(key)
	c.end(&e)
	return e.OK
}

// Store calls the map's Store.
func (c *Client[K, V]) Store(key K, value V) {
	e := c.begin(model.Store, key)
	c.r.m.Store(key, value)
	e.Value = value
	c.end(&e)
}

// LoadOrStore calls the map's LoadOrStore.
func (c *Client[K, V]) LoadOrStore(key K, value V) (actual V, loaded bool) {
	e := c.begin(model.LoadOrStore, key)
	actual, loaded = c.r.m.LoadOrStore(key, value)
	guard(&e, &actual)
	e.Value, e.Result, e.OK = value, actual, loaded
	c.end(&e)
	return actual, loaded
}

// LoadAndDelete calls the map's LoadAndDelete.
func (c *Client[K, V]) LoadAndDelete(key K) (value V, loaded bool) {
	e := c.begin(model.LoadAndDelete, key)
	value, loaded = c.r.m.LoadAndDelete(key)
	guard(&e, &value)
	e.Result, e.OK = value, loaded
	c.end(&e)
	return value, loaded
}

// Delete calls the map's Delete.
func (c *Client[K, V]) Delete(key K) {
	e := c.begin(model.Delete, key)
	c.r.m.Delete(key)
	c.end(&e)
}

// Swap calls the map's Swap.
func (c *Client[K, V]) Swap(key K, value V) (previous V, loaded bool) {
	e := c.begin(model.Swap, key)
	previous, loaded = c.r.m.Swap(key, value)
	guard(&e, &previous)
	e.Value, e.Result, e.OK = value, previous, loaded
	c.end(&e)
	return previous, loaded
}

// CompareAndSwap calls the map's CompareAndSwap.
func (c *Client[K, V]) CompareAndSwap(key K, old, new V) (swapped bool) {
	e := c.begin(model.CompareAndSwap, key)
	swapped = c.r.m.CompareAndSwap(key, old, new)
	e.Old, e.Value, e.OK = old, new, swapped
	c.end(&e)
	return swapped
}

// CompareAndDelete calls the map's CompareAndDelete.
func (c *Client[K, V]) CompareAndDelete(key K, old V) (deleted bool) {
	e := c.begin(model.CompareAndDelete, key)
	deleted = c.r.m.CompareAndDelete(key, old)
	e.Old, e.OK = old, deleted
	c.end(&e)
	return deleted
}

// Clear calls the map's Clear.
func (c *Client[K, V]) Clear() {
	e := c.begin(model.Clear, *new(K))
	c.r.m.Clear()
	c.end(&e)
}

// Len calls the map's Len.
func (c *Client[K, V]) Len() int {
	m := c.r.m.(model.Lener)
	e := c.begin(model.Len, *new(K))
	e.Len = m.Len()
	c.end(&e)
	return e.Len
}

// Compute calls the map's Compute.
func (c *Client[K, V]) Compute(key K, f func(old V, loaded bool) (V, flatmap.Op)) (actual V, ok bool) {
	m := c.r.m.(model.Computer[K, V])
	e := c.begin(model.Compute, key)
	e.Ended = true // unless it returns
	defer c.end(&e)
	actual, ok = m.Compute(key, func(old V, loaded bool) (V, flatmap.Op) {
		guard(&e, &old)
		i := c.open(&e, Step[K, V]{Key: key, Value: old, Loaded: loaded})
		defer c.close(&e, i)
		value, op := f(old, loaded)
		e.Steps[i].Op = op
		if op == flatmap.Set {
			e.Steps[i].New = value
		}
		return value, op
	})
	guard(&e, &actual)
	e.Result, e.OK, e.Ended = actual, ok, false
	return actual, ok
}

// LoadOrCompute calls the map's LoadOrCompute.
func (c *Client[K, V]) LoadOrCompute(key K, f func() V) (actual V, loaded bool) {
	m := c.r.m.(model.LoadOrComputer[K, V])
	e := c.begin(model.LoadOrCompute, key)
	e.Ended = true // unless it returns
	defer c.end(&e)
	actual, loaded = m.LoadOrCompute(key, func() V {
		i := c.open(&e, Step[K, V]{Key: key})
		defer c.close(&e, i)
		value := f()
		e.Steps[i].Op, e.Steps[i].New = flatmap.Set, value
		return value
	})
	guard(&e, &actual)
	if loaded && c.RepeatsCallbacks() {
		e.Steps = nil // the function was called in vain
	}
	e.Result, e.OK, e.Ended = actual, loaded, false
	return actual, loaded
}

// open stamps the beginning of a callback and returns the number of its step.
func (c *Client[K, V]) open(e *Event[K, V], s Step[K, V]) int {
	if (e.Kind == model.Compute || e.Kind == model.LoadOrCompute) && c.RepeatsCallbacks() {
		e.Steps = nil
	}
	s.Call = c.stamp()
	e.Steps = append(e.Steps, s)
	return len(e.Steps) - 1
}

// close stamps the end of a callback.
func (c *Client[K, V]) close(e *Event[K, V], i int) { e.Steps[i].Return = c.stamp() }

var (
	_ model.Map[int, int]            = (*Client[int, int])(nil)
	_ model.Lener                    = (*Client[int, int])(nil)
	_ model.Container[int]           = (*Client[int, int])(nil)
	_ model.Computer[int, int]       = (*Client[int, int])(nil)
	_ model.LoadOrComputer[int, int] = (*Client[int, int])(nil)
	_ model.Retainer[int, int]       = (*Client[int, int])(nil)
	_ model.Inserter[int, int]       = (*Client[int, int])(nil)
	_ model.Iterable[int, int]       = (*Client[int, int])(nil)
)
