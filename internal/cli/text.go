package cli

import (
	"strconv"
	"strings"
)

// Grouped returns n with a comma before every three digits.
func Grouped(n int) string {
	s := strconv.Itoa(n)
	first := 1
	if n < 0 {
		first = 2
	}
	for i := len(s) - 3; i >= first; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// Plural returns a number and what is counted. A word that does not end in an s
// gets one unless the number is 1; one that does loses it if the number is 1. A
// phrase of several words stays as it is.
func Plural(n int, what string) string {
	switch {
	case n == 1:
		what = strings.TrimSuffix(what, "s")
	case !strings.HasSuffix(what, "s") && !strings.Contains(what, " "):
		what += "s"
	}
	return Grouped(n) + " " + what
}

// Quoted joins arguments as a POSIX shell takes them.
func Quoted(args []string) string {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteByte(' ')
		}
		if strings.ContainsAny(a, " ,;|()") {
			a = "'" + a + "'"
		}
		b.WriteString(a)
	}
	return b.String()
}
