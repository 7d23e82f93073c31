package fuzz_test
import ("testing";"math/rand/v2";"time"
	"github.com/flatmap-go/flatmap/fuzz"
	"github.com/flatmap-go/flatmap/model/controls")
func TestTmp(t *testing.T) {
	_, none := broken[any, any](t, controls.None)
	n := 0
	for start := time.Now(); time.Since(start) < 100*time.Second; n++ {
	rng := rand.New(rand.NewPCG(7, 8))
	for range 200 {
		data := random(rng)
		if err := fuzz.CheckConcurrent(none, data); err != nil { t.Errorf("none after %d: %v", n, err); return }
	}
	}
	t.Log(n)
}
