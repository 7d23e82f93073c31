//go:build !long && !race

package effort

const all = false
