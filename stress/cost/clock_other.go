//go:build !linux

package cost

import "time"

// now returns the time.
func now() time.Duration { return time.Since(began) }
