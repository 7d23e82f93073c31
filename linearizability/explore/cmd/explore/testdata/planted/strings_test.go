package m

import (
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

func TestStrings(t *testing.T) {
	clients(t, text, text, flatmap.WithHasher(hashOfText))
}
