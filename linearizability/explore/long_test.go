//go:build long

package explore

// longTests reports that the tests may take minutes.
const longTests = true
