package explore

// MaxGoroutines is the largest number of goroutines in a [Program], with those that
// [Go] starts.
const MaxGoroutines = 16

// A set is a set of goroutines.
type set uint16

func only(g int) set { return 1 << g }

func (s set) has(g int) bool { return s>>g&1 != 0 }

// A clock is a vector clock: for each goroutine, the number of its events that are
// known.
type clock [MaxGoroutines]uint32

// join adds to c what d knows of the first n goroutines.
func (c *clock) join(d *clock, n int) {
	for i := range n & 31 {
		if i < MaxGoroutines && c[i] < d[i] {
			c[i] = d[i]
		}
	}
}
