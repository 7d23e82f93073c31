package main

import "slices"

// A cover says that every trace with a call of one kind is one with a call of
// some other kinds instead, which return more. A call that compares, for
// example, goes the way of one that writes if it finds what it compares with, and
// the way of one that decides for nothing if not. So the large suites leave it
// out. The suite covers shows that it is so, concurrently with every other call.
type cover struct {
	of kind
	by []kind
}

var covers = []cover{
	{loadOrStore, []kind{loadOrCompute}},
	{compareAndSwap, []kind{swap, computePanic}},
	{compareAndDelete, []kind{loadAndDelete, computePanic}},
}

// covered reports whether others cover calls of kind k.
func covered(k kind) bool {
	return slices.ContainsFunc(covers, func(c cover) bool { return c.of == k })
}

// instead returns what o would have returned where a call of kind by, with the
// same arguments, returned r; or false if that says nothing about o.
func instead(o op, by kind, r result) (result, bool) {
	is := r.value // what the key held
	if by == computePanic {
		is = r.shown[o.key]
	}
	out := result{shown: nothingShown}
	switch o.kind {
	case loadOrStore:
		out.value, out.ok = r.value, r.ok
		return out, true
	case compareAndSwap, compareAndDelete:
		out.ok = by != computePanic
		return out, out.ok == (is == o.old)
	}
	return out, false
}
