package main

import (
	"github.com/flatmap-go/flatmap/internal/kinds"
	"github.com/flatmap-go/flatmap/internal/kinds/verified"
)

// everyKind are the kinds of map that the layers run on.
var everyKind = verified.Kinds

// kindsOf returns the kinds that a layer takes.
func kindsOf(takes func(kinds.Kind) bool) (list []kinds.Kind) {
	for _, k := range everyKind {
		if takes(k) {
			list = append(list, k)
		}
	}
	return list
}
