//go:build unix

package main

import (
	"syscall"
	"time"
)

// processorTime returns how long the process has run on processors. On a machine
// that does other things too, that is what a search costs.
func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
