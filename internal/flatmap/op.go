// Package flatmap has the type Op of the package with the map. That package imports
// package explore when it is explored, which imports the packages that verify maps,
// and those need the type.
package flatmap

// An Op is what the function given to Compute decides about its entry.
type Op uint8

const (
	// Keep leaves the entry as it is; the returned value is ignored. It is
	// the zero Op, so a function that returns early changes nothing.
	Keep Op = iota
	// Set stores the returned value, inserting the key if it is absent.
	Set
	// Remove deletes the entry if there is one; the returned value is ignored.
	Remove
)

// String returns the name of op.
func (op Op) String() string {
	switch op {
	case Keep:
		return "Keep"
	case Set:
		return "Set"
	case Remove:
		return "Remove"
	}
	return "Op(invalid)"
}
