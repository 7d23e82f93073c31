package model

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/flatmap-go/flatmap/internal/flatmap"
)

// A Program is a sequence of operations.
type Program[K comparable, V any] []Op[K, V]

// GoString returns the Go expression that makes p, as the code of another
// package would write it.
func (p Program[K, V]) GoString() string { return p.format(nil) }

// format is GoString with a comment next to each operation.
func (p Program[K, V]) format(comments []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s{\n", typeName(reflect.TypeFor[Program[K, V]]()))
	for i, op := range p {
		b.WriteByte('\t')
		writeLiteral(&b, reflect.ValueOf(op), elided)
		b.WriteByte(',')
		if i < len(comments) && comments[i] != "" {
			b.WriteString(" // " + comments[i])
		}
		b.WriteByte('\n')
	}
	b.WriteString("}")
	return b.String()
}

// String returns op as a call, for people to read.
func (op Op[K, V]) String() string {
	var args []string
	add := func(name string, arg any) { args = append(args, name+literal(arg)) }
	if op.Kind.SingleKey() {
		add("", op.Key)
	}
	switch op.Kind {
	case CompareAndSwap, CompareAndDelete:
		add("", op.Old)
	case Compute:
		args = append(args, "present: "+op.Present.String(), "absent: "+op.Absent.String())
	case Retain:
		for _, rule := range op.Rules {
			args = append(args, literal(rule.Key)+": "+rule.Decision.String())
		}
		args = append(args, "others: "+op.Present.String())
	case Insert:
		args = append(args, fmt.Sprintf("%d pairs", len(op.Pairs)))
	}
	switch op.Kind {
	case Store, Swap, LoadOrStore, CompareAndSwap, LoadOrCompute:
		add("", op.Value)
	}
	if op.Kind.HasCallback() && (len(op.Inner) > 0 || op.Exit != Finish) {
		at := fmt.Sprintf("call %d:", op.At)
		for _, inner := range op.Inner {
			at += " " + inner.String()
		}
		args = append(args, at+" "+op.Exit.String())
	}
	return op.Kind.String() + "(" + strings.Join(args, ", ") + ")"
}

// String returns what d does, for people to read.
func (d Decision[V]) String() string {
	switch {
	case d.Op == flatmap.Set:
		return "Set " + literal(d.Value)
	case !reflect.ValueOf(&d.Value).Elem().IsZero():
		return d.Op.String() + " with " + literal(d.Value)
	}
	return d.Op.String()
}

// Describe returns op and its result r as a call with its results.
func (r Result[K, V]) Describe(op Op[K, V]) string { return r.describe(&op) }

// describe returns op and r as a call with its results.
func (r *Result[K, V]) describe(op *Op[K, V]) string {
	s := op.String()
	switch {
	case r.Torn != "":
		return s + " returned " + r.Torn
	case r.Exit != Finish:
		return s + " does " + r.ending()
	case op.Kind == Len:
		return fmt.Sprintf("%s = %d", s, r.Len)
	case op.Kind.Iterates() || op.Kind == Retain:
		return fmt.Sprintf("%s visits %d", s, len(r.Visits))
	}
	switch op.Kind {
	case Contains, CompareAndSwap, CompareAndDelete:
		return fmt.Sprintf("%s = %t", s, r.OK)
	case Store, Delete, Clear, Insert:
		return s
	}
	return fmt.Sprintf("%s = %s, %t", s, literal(r.Value), r.OK)
}

// literal returns v as a Go expression whose type is that of v.
func literal[T any](v T) string {
	var b strings.Builder
	writeLiteral(&b, reflect.ValueOf(&v).Elem(), converted)
	return b.String()
}

// A context is where an expression stands, which decides how much of its type
// it has to carry.
type context int

const (
	converted context = iota // nothing else says the type
	typed                    // constants take their type from the context
	elided                   // so do composite literals
)

var pathPrefix = regexp.MustCompile(`[\w.~%-]+/`)

// typeName returns t as code outside of its package would write it.
func typeName(t reflect.Type) string {
	name := pathPrefix.ReplaceAllString(t.String(), "")
	return strings.ReplaceAll(strings.ReplaceAll(name, ", ", ","), ",", ", ") // of type arguments too
}

func writeLiteral(b *strings.Builder, v reflect.Value, in context) {
	t := v.Type()
	constant := func(text string, standard reflect.Type) {
		if in == converted && t != standard {
			text = typeName(t) + "(" + text + ")"
		}
		b.WriteString(text)
	}
	switch t {
	case reflect.TypeFor[Kind](), reflect.TypeFor[Exit]():
		fmt.Fprintf(b, "model.%v", v.Interface())
		return
	case reflect.TypeFor[flatmap.Op]():
		fmt.Fprintf(b, "flatmap.%v", v.Interface())
		return
	}
	switch t.Kind() {
	case reflect.Bool:
		constant(strconv.FormatBool(v.Bool()), reflect.TypeFor[bool]())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		constant(strconv.FormatInt(v.Int(), 10), reflect.TypeFor[int]())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		constant(strconv.FormatUint(v.Uint(), 10), nil)
	case reflect.String:
		constant(strconv.Quote(v.String()), reflect.TypeFor[string]())
	case reflect.Float32, reflect.Float64:
		writeFloat(b, v, in)
	case reflect.Complex64, reflect.Complex128:
		re, im := reflect.ValueOf(real(v.Complex())), reflect.ValueOf(imag(v.Complex()))
		b.WriteString(typeName(t) + "(complex(")
		writeFloat(b, re, converted)
		b.WriteString(", ")
		writeFloat(b, im, converted)
		b.WriteString("))")
	case reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		writeLiteral(b, v.Elem(), converted)
	case reflect.Struct, reflect.Array, reflect.Slice:
		writeComposite(b, v, in)
	case reflect.Pointer:
		if v.IsNil() {
			constant("nil", nil)
			return
		}
		b.WriteString("new(") // of an expression, as Go has it since 1.26
		writeLiteral(b, v.Elem(), converted)
		b.WriteByte(')')
	default:
		constant("nil", nil)
		if !v.IsNil() {
			fmt.Fprintf(b, " /* a %s that cannot be written down */", typeName(t))
		}
	}
}

func writeFloat(b *strings.Builder, v reflect.Value, in context) {
	f := v.Float()
	text := ""
	switch {
	case f != f:
		text = "math.NaN()"
		if bits := math.Float64bits(f); bits != math.Float64bits(math.NaN()) {
			text = fmt.Sprintf("math.Float64frombits(%#x)", bits)
		}
	case math.IsInf(f, 0):
		text = fmt.Sprintf("math.Inf(%+d)", int(math.Copysign(1, f)))
	case f == 0 && math.Signbit(f):
		text = "math.Copysign(0, -1)"
	}
	if text == "" { // a constant
		text = strconv.FormatFloat(f, 'g', -1, v.Type().Bits())
		if in != converted {
			b.WriteString(text)
			return
		}
	} else if v.Type() == reflect.TypeFor[float64]() {
		b.WriteString(text)
		return
	}
	b.WriteString(typeName(v.Type()) + "(" + text + ")")
}

// isZero is reflect's, but that -0 is not zero.
func isZero(v reflect.Value) bool { return same(v, reflect.Zero(v.Type())) }

func writeComposite(b *strings.Builder, v reflect.Value, in context) {
	t := v.Type()
	if t.Kind() == reflect.Slice && v.IsNil() {
		if in == converted {
			b.WriteString(typeName(t) + "(nil)")
		} else {
			b.WriteString("nil")
		}
		return
	}
	if in != elided {
		b.WriteString(typeName(t))
	}
	b.WriteByte('{')
	separator := ""
	if t.Kind() == reflect.Struct {
		for i := range t.NumField() {
			if t.Field(i).Name == "_" || isZero(v.Field(i)) && t.Field(i).Name != "Kind" {
				continue
			}
			b.WriteString(separator + t.Field(i).Name + ": ")
			writeLiteral(b, v.Field(i), typed)
			separator = ", "
		}
	} else if t.Kind() == reflect.Slice || !isZero(v) {
		for i := range v.Len() {
			b.WriteString(separator)
			writeLiteral(b, v.Index(i), elided)
			separator = ", "
		}
	}
	b.WriteByte('}')
}
