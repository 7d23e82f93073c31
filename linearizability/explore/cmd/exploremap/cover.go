package main

import "slices"

// A cover says that every trace with a call of one kind is one with a call of
// some other kinds instead, which return more: a call that compares and deletes goes the way
// of one that deletes if it finds what it compares with, and otherwise that of one that
// compares and swaps. So the large suites leave it
// out. The suite covers shows that it is so, concurrently with every other call.
type cover struct {
	of kind
	by []kind
}

var covers = []cover{
	{compareAndDelete, []kind{loadAndDelete, compareAndSwap}},
}

// covered reports whether others cover calls of kind k.
func covered(k kind) bool {
	return slices.ContainsFunc(covers, func(c cover) bool { return c.of == k })
}

// instead returns what o would have returned where a call of kind by, with the
// same arguments, returned r; or false if that says nothing about o.
func instead(o op, by kind, r result) (result, bool) {
	out := result{shown: nothingShown}
	if o.kind != compareAndDelete {
		return out, false
	}
	if by == compareAndSwap {
		return out, !r.ok
	}
	out.ok = true
	return out, r.value == o.old
}
