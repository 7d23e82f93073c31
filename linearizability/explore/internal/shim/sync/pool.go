package sync

import (
	"sync"

	"github.com/flatmap-go/flatmap/linearizability/explore"
	"github.com/flatmap-go/flatmap/linearizability/explore/internal/hook"
)

// execution counts executions. Only goroutines that the explorer runs use it.
var execution uint64

func init() { hook.OnExecution(func() { execution++ }) }

// Pool stands in for sync.Pool. To explored goroutines Get returns what was Put last in
// this execution. The real one may do so too, but it may also return another value, or
// forget them all.
type Pool struct {
	real sync.Pool

	execution uint64 // to which content belongs
	content   []any
	changes   explore.Uint64

	// New makes a value when there is none.
	New func() any
}

// begin makes a step of the execution in progress.
func (p *Pool) begin() {
	p.changes.Add(1)
	if p.execution != execution {
		p.execution, p.content = execution, nil
	}
}

// Get removes a value and returns it, or the result of p.New if there is none.
//
//go:noinline
func (p *Pool) Get() any {
	if !explore.Active() {
		if x := p.real.Get(); x != nil {
			return x
		}
	} else if p.begin(); len(p.content) > 0 {
		last := len(p.content) - 1
		x := p.content[last]
		p.content = p.content[:last]
		return x
	}
	if p.New != nil {
		return p.New()
	}
	return nil
}

// Put adds x unless it is nil.
//
//go:noinline
func (p *Pool) Put(x any) {
	switch {
	case x == nil:
	case !explore.Active():
		p.real.Put(x)
	default:
		p.begin()
		p.content = append(p.content, x)
	}
}
