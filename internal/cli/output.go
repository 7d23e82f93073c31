package cli

import (
	"fmt"
	"io"
)

// An Output forwards what a command prints, and keeps the first error, so that
// calls of fmt.Fprint need no check each. It is for one goroutine at a time.
type Output struct {
	to  io.Writer
	err error
}

// NewOutput returns an Output that writes to w.
func NewOutput(w io.Writer) *Output { return &Output{to: w} }

// Write implements io.Writer.
func (o *Output) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// Err returns the first error.
func (o *Output) Err() error { return o.err }

// Status returns the exit status of a command that would exit with the given
// one. If that is 0, but something could not be printed, it is StatusUndone, and Status
// prints the reason to stderr. A violation stays a violation.
func (o *Output) Status(status int, name string, stderr io.Writer) int {
	if o.err == nil || status != 0 {
		return status
	}
	fmt.Fprintf(stderr, "%s: %v\n", name, o.err)
	return StatusUndone
}
