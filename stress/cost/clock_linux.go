package cost

import (
	"syscall"
	"time"
	"unsafe"
)

// now returns the processor time of this thread.
func now() time.Duration {
	const threadTime = 3 // CLOCK_THREAD_CPUTIME_ID
	var t syscall.Timespec
	if _, _, failed := syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, threadTime, uintptr(unsafe.Pointer(&t)), 0); failed != 0 {
		return time.Since(began)
	}
	return time.Duration(t.Nano())
}
