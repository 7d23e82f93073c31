//go:build race || (!amd64 && !arm64)

// Package race is empty: the race detector defines its functions, or it is not known
// how to find the stack on this architecture.
package race
