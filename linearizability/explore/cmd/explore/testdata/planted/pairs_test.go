package m

import (
	"testing"
)

func TestPairs(t *testing.T) {
	clients(t, word, func(i int) [2]uint64 { return [2]uint64{uint64(i), uint64(100 - i)} })
}
