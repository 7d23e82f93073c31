package m

import (
	"testing"

	"github.com/flatmap-go/flatmap/flatmap"
)

func TestInterfaces(t *testing.T) {
	clients(t, func(i int) any {
		if i%2 == 0 {
			return word(i)
		}
		return text(i)
	}, text, flatmap.WithHasher(hashOfAny))
}
