//go:build !invariants

package flatmap

// With the build tag invariants these check; see invariants_on.go.

func checkLocked[K comparable, V any](*writer[K, V])                  {}
func checkAdvanced[K comparable, V any](*writer[K, V])                {}
func freeze[K comparable, V any](r *resize[K, V], chain, meta uint64) {}
func checkFrozen[K comparable, V any](r *resize[K, V])                {}
func enterCallback(*head)                                             {}
func leaveCallback(*head)                                             {}
func checkReentry(*head)                                              {}
