package m

import (
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

func TestNames(t *testing.T) {
	clients(t, text, number, flatmap.WithHasher(hashOfText))
}
