package flatmap_test

import (
	"testing"

	"go.uber.org/goleak"
)

// TestMain runs the tests of both packages of this folder and fails if any of
// them leaves a goroutine behind. (With GOOS=js the runtime has one to handle events.)
func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("runtime.handleEvent"))
}
