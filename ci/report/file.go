package report

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// Writable returns an error if WriteFile could not write to this file now.
func Writable(file string) error {
	if !regular(file) {
		f, err := os.OpenFile(file, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return f.Close()
	}
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file))
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// WriteFile writes a file as a whole or not at all: if the disk is full, the
// old content is still there. What is no regular file, such as a pipe, is
// written to directly.
func WriteFile(file string, write func(io.Writer) error) error {
	if !regular(file) {
		f, err := os.OpenFile(file, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(write(f), f.Close())
	}
	f, err := os.CreateTemp(filepath.Dir(file), "."+filepath.Base(file))
	if err != nil {
		return err
	}
	err = errors.Join(write(f), f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}

// An Output passes on what a command prints, and keeps the first error, so that
// nothing is lost in silence where single calls are not looked at. It is for one
// goroutine at a time.
type Output struct {
	to  io.Writer
	err error
}

// NewOutput returns an Output to w.
func NewOutput(w io.Writer) *Output { return &Output{to: w} }

func (o *Output) Write(p []byte) (int, error) {
	n, err := o.to.Write(p)
	if o.err == nil {
		o.err = err
	}
	return n, err
}

// Err returns the first error.
func (o *Output) Err() error { return o.err }

// Status returns the exit status of the command of this name: undone, and it says
// why to stderr, if it would have been 0 but something could not be printed. A
// violation stays one.
func (o *Output) Status(status, undone int, name string, stderr io.Writer) int {
	if o.err == nil || status != 0 {
		return status
	}
	fmt.Fprintf(stderr, "%s: %v\n", name, o.err)
	return undone
}

// Bytes returns a function for WriteFile.
func Bytes(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

// regular reports whether file is, or can become, a regular file.
func regular(file string) bool {
	info, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	return err == nil && info.Mode().IsRegular()
}
