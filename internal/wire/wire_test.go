package wire

import (
	"context"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// TestProcesses checks that a process that cannot be started, that fails, or
// whose output is not understood, is reported; and that one that does not end by
// itself is interrupted.
func TestProcesses(t *testing.T) {
	nothing := func([]byte) error { return nil }
	status, _, err := Lines(Command(t.Context(), "", "go", "version"), nothing)
	require.NoError(t, err)
	require.Zero(t, status)
	status, stderr, err := Lines(Command(t.Context(), "", "go", "no-such-command"), nothing)
	require.NoError(t, err)
	require.Equal(t, 2, status)
	require.Contains(t, stderr, "unknown command")
	_, _, err = Lines(Command(t.Context(), "", "no-such-program"), nothing)
	require.ErrorContains(t, err, "no-such-program")
	_, _, err = Messages(Command(t.Context(), "", "go", "version"), func(Explore) error { return nil })
	require.ErrorContains(t, err, `output "go version `)
	_, err = Output(t.Context(), "", []string{"GOFLAGS=-none"}, "go", "list")
	require.ErrorContains(t, err, "go list: exit status 1\n")
	require.ErrorContains(t, err, "-none")

	ctx, cancel := context.WithCancel(t.Context())
	status, _, err = Lines(Command(ctx, "", "sh", "-c", "echo on; exec sleep 1000"), func([]byte) error { cancel(); return nil })
	require.NoError(t, err)
	require.Equal(t, -1, status, "it was ended by a signal")
}

// TestMessages checks that messages arrive as they were sent, and that a field
// that the reader does not know is an error.
func TestMessages(t *testing.T) {
	script := `echo '{"find":{"bug":"no-r4","calls":2}}'; echo '{"finds":3}'; exit 1`
	var got []Explore
	status, _, err := Messages(Command(t.Context(), "", "sh", "-c", script), func(m Explore) error {
		got = append(got, m)
		return nil
	})
	require.NoError(t, err)
	require.Equal(t, 1, status)
	require.Equal(t, []Explore{{Find: &Find{Bug: "no-r4", Calls: 2}}, {Finds: 3}}, got)
	for line, want := range map[string]string{
		`{"found":3}`: `unknown field "found"`, `{"row":{"suit":"2x1"}}`: `unknown field "suit"`,
		`{"finds":"3"}`: "cannot unmarshal", `{}{}`: "trailing data", `panic`: "invalid character", ``: "EOF",
	} {
		require.ErrorContains(t, Decode([]byte(line), new(Explore)), want, line)
	}
}

// TestNames checks that every field of every message has a separate name in
// JSON, and comes back from it.
func TestNames(t *testing.T) {
	for _, m := range []any{Explore{}, Gallery{}, Mutation{}} {
		value := filled(reflect.TypeOf(m))
		text, err := json.Marshal(value.Interface())
		require.NoError(t, err)
		again := reflect.New(value.Type())
		d := json.NewDecoder(strings.NewReader(string(text)))
		d.DisallowUnknownFields()
		require.NoError(t, d.Decode(again.Interface()))
		require.Equal(t, value.Interface(), again.Elem().Interface())
	}
}

// filled returns a value of a type without zeros in it.
func filled(t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	switch t.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
		v.Elem().Set(filled(t.Elem()))
	case reflect.Slice:
		v.Set(reflect.Append(v, filled(t.Elem())))
	case reflect.Map:
		v.Set(reflect.MakeMap(t))
		v.SetMapIndex(filled(t.Key()), filled(t.Elem()))
	case reflect.Struct:
		for i := range t.NumField() {
			v.Field(i).Set(filled(t.Field(i).Type))
		}
	case reflect.String:
		v.SetString("text")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(1.5)
	case reflect.Uint64:
		v.SetUint(7)
	default:
		v.SetInt(7)
	}
	return v
}
