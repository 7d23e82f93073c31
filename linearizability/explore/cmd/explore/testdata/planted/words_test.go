package m

import (
	"testing"
)

func TestWords(t *testing.T) {
	clients(t, word, number)
}
