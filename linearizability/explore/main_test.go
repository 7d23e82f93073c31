package explore_test

import (
	"testing"

	"go.uber.org/goleak"
)

// An exploration must leave no coroutine behind.
func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }
