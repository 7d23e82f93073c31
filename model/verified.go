package model

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// supported returns the kinds that m supports: all, or those wanted, each of
// which it must.
func supported[K comparable, V any](m Map[K, V], wanted []Kind) ([]Kind, error) {
	for _, kind := range wanted {
		if Supports(m, kind) {
			continue
		}
		err := fmt.Errorf("model: WithKinds: the map does not support %v", kind)
		if why := mistaken(m, kind); why != "" {
			err = fmt.Errorf("%w: %s", err, why)
		}
		return nil, err
	}
	if len(wanted) > 0 {
		return wanted, nil
	}
	return slices.DeleteFunc(Kinds(), func(k Kind) bool { return !Supports(m, k) }), nil
}

// verified says which kinds are verified, which are not since m lacks them, and
// what is wrong with those that m only seems to have.
func verified[K comparable, V any](m Map[K, V], kinds []Kind) string {
	s := "verified: " + names(kinds)
	var lacking []Kind
	seeming := ""
	for _, kind := range Kinds() {
		if Supports(m, kind) {
			continue
		}
		if why := mistaken(m, kind); why == "" {
			lacking = append(lacking, kind)
		} else {
			seeming += fmt.Sprintf("\n%v is not verified: %s", kind, why)
		}
	}
	if lacking != nil {
		s += "\nnot verified, since the map does not have them: " + names(lacking)
	}
	return s + seeming
}

func names(kinds []Kind) string {
	return strings.Trim(strings.ReplaceAll(fmt.Sprint(kinds), " ", ", "), "[]")
}

// mistaken says why m does not support kind though it has a method of that name.
// It returns "" if m has none, or decides itself what it supports.
func mistaken[K comparable, V any](m Map[K, V], kind Kind) string {
	if _, decides := m.(interface{ Supports(Kind) bool }); decides || m == nil {
		return ""
	}
	method := reflect.ValueOf(m).MethodByName(kind.String())
	if !method.IsValid() {
		return ""
	}
	want, _ := reflect.TypeFor[Methods[K, V]]().FieldByName(kind.String())
	if method.Type() != want.Type {
		return fmt.Sprintf("it is %s, not %s", typeName(method.Type()), typeName(want.Type))
	}
	return "only a map with All, Keys and Values is an Iterable"
}
