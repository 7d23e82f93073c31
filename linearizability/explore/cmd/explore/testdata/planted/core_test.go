package m

import (
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

func TestWordsCore(t *testing.T) {
	clients(t, word, number, flatmap.WithHasher(hashOfWord))
}
