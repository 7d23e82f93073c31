//go:build !invariants

package flatmap

// With the build tag invariants these check; see invariants_on.go.

// checked also turns off the fast paths, which check nothing.
const checked = false

type (
	writerWitness struct{} //lint:ignore U1000 used with the tag invariants
	resizeWitness struct{} //lint:ignore U1000 used with the tag invariants
)

func (w *writer[K, V]) checkChain()               {}
func (w *writer[K, V]) checkFilled(meta uint64)   {}
func (w *writer[K, V]) checkAdvanced()            {}
func (r *resize[K, V]) freeze(chain, meta uint64) {}
func (r *resize[K, V]) checkFrozen()              {}

func checkHold(any)            {}
func enterCallback(m, key any) {}
func leaveCallback(m, key any) {}
func checkWait(m, key any)     {}
func checkClear(any)           {}
