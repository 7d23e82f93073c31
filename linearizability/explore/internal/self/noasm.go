//go:build !amd64 && !arm64

package self

func goroutine() uintptr { return 0 }
