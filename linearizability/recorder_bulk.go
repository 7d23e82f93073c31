package linearizability

import (
	"iter"

	"github.com/flatmap-go/flatmap/internal/flatmap"
	"github.com/flatmap-go/flatmap/model"
)

// Range calls the map's Range.
func (c *Client[K, V]) Range(f func(key K, value V) bool) {
	c.iterate(model.Range, c.r.m.Range, f)
}

// All returns the map's All. Each iteration over it is an event.
func (c *Client[K, V]) All() iter.Seq2[K, V] {
	all := c.r.m.(model.Iterable[K, V]).All()
	return func(yield func(K, V) bool) { c.iterate(model.All, all, yield) }
}

// Keys returns the map's Keys. Each iteration over it is an event.
func (c *Client[K, V]) Keys() iter.Seq[K] {
	keys := c.r.m.(model.Iterable[K, V]).Keys()
	return func(yield func(K) bool) {
		c.iterate(model.Keys, func(f func(K, V) bool) {
			keys(func(key K) bool { return f(key, *new(V)) })
		}, func(key K, _ V) bool { return yield(key) })
	}
}

// Values returns the map's Values. Each iteration over it is an event.
func (c *Client[K, V]) Values() iter.Seq[V] {
	values := c.r.m.(model.Iterable[K, V]).Values()
	return func(yield func(V) bool) {
		c.iterate(model.Values, func(f func(K, V) bool) {
			values(func(value V) bool { return f(*new(K), value) })
		}, func(_ K, value V) bool { return yield(value) })
	}
}

// iterate records an iteration by seq.
func (c *Client[K, V]) iterate(kind model.Kind, seq iter.Seq2[K, V], yield func(K, V) bool) {
	e := c.begin(kind, *new(K))
	e.Ended = true // unless it runs to its end
	defer c.end(&e)
	ended := false
	seq(func(key K, value V) bool {
		guard(&e, &key)
		guard(&e, &value)
		i := c.open(&e, Step[K, V]{Key: key, Value: value, Loaded: true})
		defer c.close(&e, i)
		ended = ended || !yield(key, value)
		return !ended
	})
	e.Ended = ended
}

// Retain calls the map's Retain.
func (c *Client[K, V]) Retain(f func(key K, value *V) bool) {
	m := c.r.m.(model.Retainer[K, V])
	e := c.begin(model.Retain, *new(K))
	e.Ended = true // unless it returns
	defer c.end(&e)
	m.Retain(func(key K, value *V) bool {
		guard(&e, &key)
		guard(&e, value)
		seen := *value
		i := c.open(&e, Step[K, V]{Key: key, Value: seen, Loaded: true})
		defer c.close(&e, i)
		keep := f(key, value)
		switch {
		case !keep:
			e.Steps[i].Op = flatmap.Remove
		case *value != seen:
			e.Steps[i].Op, e.Steps[i].New = flatmap.Set, *value
		}
		return keep
	})
	e.Ended = false
}

// Insert calls the map's Insert.
func (c *Client[K, V]) Insert(seq iter.Seq2[K, V]) {
	m := c.r.m.(model.Inserter[K, V])
	e := c.begin(model.Insert, *new(K))
	e.Ended = true // unless it returns
	defer c.end(&e)
	m.Insert(func(yield func(K, V) bool) {
		for key, value := range seq {
			i := c.open(&e, Step[K, V]{Key: key, Value: value})
			more := yield(key, value)
			c.close(&e, i)
			if !more {
				return
			}
		}
		e.OK = true // the sequence came to its end
	})
	e.Ended = false
}
