package main

// So that a vendor folder has what rewritten code needs.
import (
	_ "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/cover"
	_ "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/lang"
	_ "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/maphash"
	_ "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/race"
	_ "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/sync"

	_ "github.com/flatmap-go/flatmap/linearizability/explore/internal/shim/atomic"
)
