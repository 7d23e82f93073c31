package flatmap

import "reflect"

// A layout tells which words of a type hold pointers.
type layout struct {
	pointers bool     // any word does
	mask     uint64   // bit i: word i does, for i < 64
	rest     []uint64 // the same for the words from 64 on
}

func (l *layout) pointerAt(word uintptr) bool {
	if word < 64 {
		return l.mask>>word&1 != 0
	}
	word -= 64
	return l.rest != nil && l.rest[word/64]>>(word%64)&1 != 0
}

func (l *layout) set(word uintptr, total uintptr) {
	l.pointers = true
	if word < 64 {
		l.mask |= 1 << word
		return
	}
	if l.rest == nil {
		l.rest = make([]uint64, (total-64+63)/64)
	}
	l.rest[(word-64)/64] |= 1 << ((word - 64) % 64)
}

// layoutOf computes the layout of T, once per map.
func layoutOf[T any]() layout {
	var l layout
	t := reflect.TypeFor[T]()
	l.add(t, 0, t.Size()/wordBytes) // if any is a pointer, they are whole words
	return l
}

// add marks the pointer words of a t that starts at the given byte offset.
func (l *layout) add(t reflect.Type, offset, total uintptr) {
	switch t.Kind() {
	case reflect.Pointer, reflect.UnsafePointer, reflect.Map, reflect.Chan, reflect.Func,
		reflect.String, reflect.Slice:
		l.set(offset/wordBytes, total)
	case reflect.Interface:
		// The type word as well, though the garbage collector needs it nowhere: the
		// runtime keeps all types.
		l.set(offset/wordBytes, total)
		l.set(offset/wordBytes+1, total)
	case reflect.Array:
		if !hasPointers(t.Elem()) {
			return
		}
		for i := range t.Len() {
			l.add(t.Elem(), offset+uintptr(i)*t.Elem().Size(), total)
		}
	case reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			l.add(f.Type, offset+f.Offset, total)
		}
	}
}

func hasPointers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Array:
		return t.Len() > 0 && hasPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if hasPointers(t.Field(i).Type) {
				return true
			}
		}
		return false
	}
	var l layout
	l.add(t, 0, 3)
	return l.pointers
}
