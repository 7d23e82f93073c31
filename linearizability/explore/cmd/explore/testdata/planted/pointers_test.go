package m

import (
	"testing"
)

func TestPointers(t *testing.T) {
	values := make([]int, 64)
	clients(t, word, func(i int) *int { return &values[i] })
}
