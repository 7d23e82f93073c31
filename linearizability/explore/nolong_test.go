//go:build !long

package explore

const longTests = false
