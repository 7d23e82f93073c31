// Package hook connects the explorer with the packages that stand in for others in
// rewritten code, which it cannot import.
package hook

var onExecution []func()

// OnExecution makes every execution begin with a call of f. It must be called while
// packages are initialized.
func OnExecution(f func()) { onExecution = append(onExecution, f) }

// Execution is called by the explorer before every execution.
func Execution() {
	for _, f := range onExecution {
		f()
	}
}
