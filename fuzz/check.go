package fuzz

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/flatmap-go/flatmap/internal/drive"
	"github.com/flatmap-go/flatmap/linearizability"
	"github.com/flatmap-go/flatmap/model"
)

// CheckSequential runs the sequential program that data means. It returns an
// error that wraps a *[model.Failure] if the map does anything but what the
// specification says, with that program as Go code.
func CheckSequential[K comparable, V any](newMap func(Config) model.Map[K, V], data []byte, opts ...Option) error {
	o := newOptions(opts)
	config, program := Decode(data)
	m := model.Vary(newMap(config), o.vary)
	b, err := bind(m, o, false)
	if err != nil {
		return err
	}
	p := append(b.program(program), model.Op[K, V]{Kind: model.Range})
	if model.Supports(m, model.Len) {
		p = append(p, model.Op[K, V]{Kind: model.Len})
	}
	f := &model.Failure[K, V]{}
	var step atomic.Int64
	if err := drive.Within(o.timeout, func() {
		state := model.NewState[K, V]()
		for i, op := range p {
			step.Store(int64(i))
			r := model.Apply(m, op)
			f.Results = append(f.Results, r)
			if f.Reason = state.Step(op, r); f.Reason != nil {
				f.Program = p[:i+1]
				return
			}
		}
	}); err != nil {
		return fmt.Errorf("with %+v, %w\n%w", config, &model.Failure[K, V]{Program: p[:step.Load()+1], Reason: model.ErrHung}, err)
	}
	if f.Reason != nil {
		return fmt.Errorf("with %+v, %w", config, f)
	}
	return nil
}

// ErrHung is wrapped by the error of [CheckConcurrent] if a program does not end
// in time. Its goroutines are never stopped.
var ErrHung = drive.ErrHung

// CheckConcurrent runs the concurrent program that data means, several times. It
// returns an error that wraps a *[linearizability.Violation] if a history is not
// possible, and some other error if an operation panics, or ends its goroutine, without being asked
// to, or returns although its callback did one of these.
func CheckConcurrent[K, V comparable](newMap func(Config) model.Map[K, V], data []byte, opts ...Option) error {
	o := newOptions(opts)
	config, program := DecodeConcurrent(data)
	var b binding[K, V]
	var first model.Program[K, V]
	threads := make([]model.Program[K, V], len(program.Threads))
	for repeat := range o.repeat {
		m := model.Vary(newMap(config), o.vary)
		if repeat == 0 {
			var err error
			if b, err = bind(m, o, true); err != nil {
				return err
			}
			first = b.program(program.First)
			for i, p := range program.Threads {
				threads[i] = b.program(p)
			}
		}
		r := linearizability.NewRecorder(m)
		var failed drive.Failure
		hung := drive.Within(o.timeout, func() {
			perform(r.Client(), first, nil, &failed)
			if failed.Err() == nil {
				together(r, threads, uint64(program.Seed)+uint64(repeat)<<8, &failed)
			}
		})
		// One that panics may leave the others waiting for its lock.
		if err := errors.Join(failed.Err(), hung); err != nil {
			return fmt.Errorf("with %+v, %w", config, err)
		}
		if err := linearizability.Check(r.History()); err != nil {
			return fmt.Errorf("with %+v, %w", config, err)
		}
	}
	return nil
}

// together runs the threads' programs at once.
func together[K, V comparable](r *linearizability.Recorder[K, V], threads []model.Program[K, V], seed uint64, failed *drive.Failure) {
	var wg sync.WaitGroup
	var waiting atomic.Int64
	waiting.Store(int64(len(threads)))
	for i, p := range threads {
		c, rng := r.Client(), rand.New(rand.NewPCG(seed, uint64(i)))
		wg.Go(func() {
			waiting.Add(-1)
			for waiting.Load() > 0 { // so that they start as one
				runtime.Gosched()
			}
			perform(c, p, rng, failed)
		})
	}
	wg.Wait()
}

// perform runs a program, up to an operation that does not end as it should,
// and gives way to others now and then.
func perform[K, V comparable](c *linearizability.Client[K, V], p model.Program[K, V], rng *rand.Rand, failed *drive.Failure) {
	for _, op := range p {
		for rng != nil && rng.IntN(2) == 0 {
			runtime.Gosched()
		}
		if err := apply(c, op, failed); err != nil {
			failed.Fail(err)
			return
		}
	}
}

// apply runs one operation, and returns an error if it does not end as it
// should. If the map ends the goroutine, there is nobody left to return to.
func apply[K, V comparable](c *linearizability.Client[K, V], op model.Op[K, V], failed *drive.Failure) error {
	returned := false
	defer func() {
		if !returned {
			failed.Fail(fmt.Errorf("fuzz: %v ended the goroutine", op))
		}
	}()
	r := model.Apply(c, op)
	returned = true
	return wrongEnd(op, r)
}

// planned is what callbacks that are meant to panic panic with.
var planned = model.Apply(model.NewMutex[int, int](), model.Op[int, int]{Kind: model.Compute, Exit: model.Panic}).Panic

// wrongEnd returns an error if op, or one that its callback called, ended in
// another way than its callback did. The history does not tell: it has no
// place for a call that panics.
func wrongEnd[K, V comparable](op model.Op[K, V], r model.Result[K, V]) error {
	want := model.Finish
	if abrupt := op.Exit == model.Panic || op.Exit == model.Goexit; abrupt && op.Kind.HasCallback() && len(r.Visits) > op.At {
		want = op.Exit
	}
	switch {
	case r.Torn != "":
		return fmt.Errorf("fuzz: %v returned %s", op, r.Torn)
	case r.Exit == model.Panic && (want != model.Panic || r.Panic != planned):
		return fmt.Errorf("fuzz: %v panicked: %s", op, r.Panic)
	case r.Exit != want:
		return fmt.Errorf("fuzz: %v ended with %v, want %v", op, r.Exit, want)
	}
	for i, inner := range r.Inner {
		if err := wrongEnd(op.Inner[i], inner); err != nil {
			return fmt.Errorf("inside of %v: %w", op, err)
		}
	}
	return nil
}
