package linearizability

// An act is what an event does to one key, in one atomic step somewhere between
// two of its stamps. Keys and values are numbered, so that acts are small and
// steps are fast.
type act struct {
	call, ret int64
	event     int32     // its index in the sorted history
	key       int32     // its number, or one of the two below
	before    condition // that the state meets before the act
	after     state     // the state after the act, or same
	writes    *writes   // of a Len: the writes that overlap it, nil if there are none
	optional  bool      // it may not have happened; only set while minimizing
}

const (
	everyKey int32 = -1 // the act is a Clear
	counting int32 = -2 // the act is a Len; before is what it returned
)

// A state is the number of a key's value, counted from one, or absent.
type state int32

const (
	absent state = 0
	same   state = -1 // the act leaves the state alone
)

// A condition is a state that must be, or one of the special conditions.
type condition int32

const (
	anything condition = -1
	present  condition = -2
)

// not returns the condition that the state is not s.
func not(s state) condition { return -3 - condition(s) }

// allows reports whether s meets c.
func (c condition) allows(s state) bool {
	switch {
	case c >= 0:
		return s == state(c)
	case c == anything:
		return true
	case c == present:
		return s != absent
	}
	return s != state(-3-c)
}

// next returns the state after a, if a is possible in s.
func (a *act) next(s state) (state, bool) {
	if !a.before.allows(s) {
		return s, false
	}
	if a.after == same {
		return s, true
	}
	return a.after, true
}

// settles returns the state after a, if that does not depend on the state
// before.
func (a *act) settles() (state, bool) {
	if a.after != same {
		return a.after, true
	}
	return state(a.before), a.before >= 0
}
