package model

import "fmt"

// A Kind names the method that an [Op] calls.
type Kind uint8

// The methods of a [Map], then those that its companion interfaces add.
const (
	Load Kind = iota
	Store
	LoadOrStore
	LoadAndDelete
	Delete
	Swap
	CompareAndSwap
	CompareAndDelete
	Range
	Clear
	Len
	Contains
	Compute
	LoadOrCompute
	Retain
	Insert
	All
	Keys
	Values
	numKinds
)

var kindNames = [numKinds]string{
	"Load", "Store", "LoadOrStore", "LoadAndDelete", "Delete", "Swap",
	"CompareAndSwap", "CompareAndDelete", "Range", "Clear", "Len", "Contains",
	"Compute", "LoadOrCompute", "Retain", "Insert", "All", "Keys", "Values",
}

// Kinds returns every Kind, in order.
func Kinds() []Kind {
	kinds := make([]Kind, numKinds)
	for i := range kinds {
		kinds[i] = Kind(i)
	}
	return kinds
}

// String returns the name of the method.
func (k Kind) String() string {
	if k < numKinds {
		return kindNames[k]
	}
	return fmt.Sprintf("Kind(%d)", uint8(k))
}

// MarshalText returns the name of the method, and an error if k is not one.
func (k Kind) MarshalText() ([]byte, error) {
	if k >= numKinds {
		return nil, fmt.Errorf("model: no such kind of operation: %d", uint8(k))
	}
	return []byte(kindNames[k]), nil
}

// UnmarshalText accepts what [Kind.MarshalText] returns.
func (k *Kind) UnmarshalText(text []byte) error {
	for i, name := range kindNames {
		if name == string(text) {
			*k = Kind(i)
			return nil
		}
	}
	return fmt.Errorf("model: no such kind of operation: %q", text)
}

// Iterates reports whether k is Range, All, Keys or Values.
func (k Kind) Iterates() bool { return k == Range || k == All || k == Keys || k == Values }

// HasCallback reports whether k runs a function of its caller's: the
// iterations, Compute, LoadOrCompute and Retain.
func (k Kind) HasCallback() bool {
	return k.Iterates() || k == Compute || k == LoadOrCompute || k == Retain
}

// SingleKey reports whether k concerns the entry of one key only.
func (k Kind) SingleKey() bool {
	return !k.Iterates() && k != Clear && k != Len && k != Retain && k != Insert
}

// Supports reports whether m has the method that kind names. A wrapper that
// has every method but only some that work says so with a method
// Supports(Kind) bool, which then decides.
func Supports[K comparable, V any](m Map[K, V], kind Kind) bool {
	if s, ok := m.(interface{ Supports(Kind) bool }); ok {
		return s.Supports(kind)
	}
	ok := kind < numKinds
	switch kind {
	case Len:
		_, ok = m.(Lener)
	case Contains:
		_, ok = m.(Container[K])
	case Compute:
		_, ok = m.(Computer[K, V])
	case LoadOrCompute:
		_, ok = m.(LoadOrComputer[K, V])
	case Retain:
		_, ok = m.(Retainer[K, V])
	case Insert:
		_, ok = m.(Inserter[K, V])
	case All, Keys, Values:
		_, ok = m.(Iterable[K, V])
	}
	return ok
}
