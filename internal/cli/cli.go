// Package cli holds what the commands of this repository share: the shape of a
// main function, exit statuses, the flag -shard, output whose errors are not
// lost, files that are written as a whole, and the name of the machine.
package cli

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit statuses of the commands. Status 0 means that everything holds.
const (
	// StatusViolation means that the command found something wrong.
	StatusViolation = 1
	// StatusUndone means that the command could not do its work.
	StatusUndone = 2
)

// Main runs a command and exits with the status that it returns. The first
// interrupt (or SIGTERM) cancels the context, so that the command can report
// what it has done; the second kills the process.
func Main(run func(ctx context.Context, args []string, stdout, stderr io.Writer) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
