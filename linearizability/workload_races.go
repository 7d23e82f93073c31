package linearizability

import (
	"errors"
	"runtime"
	"slices"
	"time"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/internal/torn"
	"github.com/flatmap-go/flatmap/model"
)

// racing are the operations of races.
var racing = []model.Kind{
	model.Load, model.Contains, model.Store, model.Store, model.Swap, model.LoadOrStore, model.LoadAndDelete,
	model.LoadAndDelete, model.Delete, model.CompareAndSwap, model.CompareAndDelete,
}

// fits returns the value that e leaves, if it finds value (or nothing, unless ok) and
// its results agree with that.
func (e *Event[K, V]) fits(value V, ok bool) (after V, present, fits bool) {
	switch e.Kind {
	case model.Store:
		return e.Value, true, true
	case model.Delete:
		return *new(V), false, true
	case model.Contains:
		return value, ok, e.OK == ok
	case model.LoadOrStore:
		if ok {
			return value, ok, e.OK && e.Result == value
		}
		return e.Value, true, !e.OK && e.Result == e.Value
	case model.CompareAndSwap:
		if ok && value == e.Old {
			return e.Value, true, e.OK
		}
		return value, ok, !e.OK
	case model.CompareAndDelete:
		if ok && value == e.Old {
			return *new(V), false, e.OK
		}
		return value, ok, !e.OK
	}
	if !ok {
		value = *new(V)
	}
	fits = e.OK == ok && e.Result == value
	switch e.Kind {
	case model.Swap:
		return e.Value, true, fits
	case model.LoadAndDelete:
		return *new(V), false, fits
	}
	return value, ok, fits
}

// inOrder reports whether events can happen one after the other, from an empty map.
func inOrder[K, V comparable](events ...*Event[K, V]) bool {
	var value V
	present, fits := false, true
	for _, e := range events {
		if value, present, fits = e.fits(value, present); !fits {
			return false
		}
	}
	return true
}

// call makes the call that e describes, and notes its results in e.
func (e *Event[K, V]) call(m model.Map[K, V]) {
	switch e.Kind {
	case model.Load:
		e.Result, e.OK = m.Load(e.Key)
	case model.Contains:
		e.OK = m.(model.Container[K]).Contains(e.Key)
	case model.Store:
		m.Store(e.Key, e.Value)
	case model.Swap:
		e.Result, e.OK = m.Swap(e.Key, e.Value)
	case model.LoadOrStore:
		e.Result, e.OK = m.LoadOrStore(e.Key, e.Value)
	case model.LoadAndDelete:
		e.Result, e.OK = m.LoadAndDelete(e.Key)
	case model.Delete:
		m.Delete(e.Key)
	case model.CompareAndSwap:
		e.OK = m.CompareAndSwap(e.Key, e.Old, e.Value)
	case model.CompareAndDelete:
		e.OK = m.CompareAndDelete(e.Key, e.Old)
	}
	if e.Torn = torn.Of(&e.Result); e.Torn != "" {
		e.Result = *new(V)
	}
}

// races: many duels that take no stamps. One order of the two operations must fit
// what they returned and what a Load finds after them; otherwise they become a
// history, in which they overlap.
func races[K, V comparable](s *stage[K, V]) error {
	const duels, limit = 4000, 100 * time.Millisecond
	m := drive.NewMap(&s.Failure, s.newMap)
	kinds := slices.DeleteFunc(slices.Clone(racing), func(kind model.Kind) bool { return !model.Supports(m, kind) })
	duel := make([][2]Event[K, V], duels)
	before := make([]Event[K, V], duels)
	for i := range duel {
		before[i] = Event[K, V]{Kind: model.Store, Key: s.key(0), Value: s.value(3*i + 1), Call: 1, Return: 2}
		if i%3 == 0 {
			before[i].Kind = model.Delete
		}
		for j := range duel[i] {
			duel[i][j] = Event[K, V]{Client: j, Kind: kinds[s.rng.IntN(len(kinds))], Key: s.key(0), Value: s.value(3*i + 2 + j),
				Old: s.value(3*i + 1), Call: int64(3 + j), Return: int64(5 + j)}
		}
	}
	start := time.Now() // on a busy machine they take longer
	var gate gate
	var wrong History[K, V]
	err := s.together(2, func(number int) {
		defer gate.open() // so that the other one does not wait forever
		for i := range duel {
			if number == 0 {
				before[i].call(m)
			}
			gate.meet()
			if gate.opened.Load() {
				return
			}
			for range delay(i, number) {
				runtime.KeepAlive(m) // spin
			}
			duel[i][number].call(m)
			gate.meet()
			if number == 1 || gate.opened.Load() {
				continue
			}
			a, b := &duel[i][0], &duel[i][1]
			after := Event[K, V]{Kind: model.Load, Key: a.Key, Call: 7, Return: 8}
			after.call(m)
			s.Operations.Add(4)
			fits := inOrder(&before[i], a, b, &after) || inOrder(&before[i], b, a, &after)
			if !fits || a.Torn != "" || b.Torn != "" || after.Torn != "" {
				wrong = History[K, V]{before[i], *a, *b, after}
			}
			if wrong != nil || time.Since(start) > limit {
				return
			}
		}
	})
	s.Histories.Add(1)
	if err == nil && wrong != nil {
		err = s.check(wrong)
		if err == nil {
			err = errors.New("no order of two operations fits their results, but the history is possible:\n" + wrong.String())
		}
	}
	return err
}

// delay returns how long a goroutine spins before it meets the other one in duel i, in which
// that one does not spin if the number is positive.
func delay(i, number int) int {
	d := (i%41 - 20) * 16
	if number == 1 {
		return -d
	}
	return d
}
