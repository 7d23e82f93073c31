package explore

import (
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
)

// A replay string is
//
//	e1.<kind>.<goroutines>.<steps>.<crc32 of all before>
//
// with the number of the program's goroutines, those that Go starts not counted,
// and steps in runs like 0x5-1x3: five steps of goroutine 0, then three of
// goroutine 1.

const replayVersion = "e1"

func encodeReplay(kind FailureKind, n int, schedule []uint8) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s.%c.%d.", replayVersion, kindLetters[kind], n)
	for i := 0; i < len(schedule); {
		j := i
		for j < len(schedule) && schedule[j] == schedule[i] {
			j++
		}
		if i > 0 {
			b.WriteByte('-')
		}
		fmt.Fprintf(&b, "%dx%d", schedule[i], j-i)
		i = j
	}
	s := b.String()
	return fmt.Sprintf("%s.%08x", s, crc32.ChecksumIEEE([]byte(s)))
}

// maxReplaySteps keeps a forged replay string from asking for endless memory.
const maxReplaySteps = 1 << 24

func decodeReplay(s string) (kind FailureKind, n int, schedule []uint8, err error) {
	bad := func(format string, args ...any) (FailureKind, int, []uint8, error) {
		return 0, 0, nil, fmt.Errorf("explore: replay string %q: %s", s, fmt.Sprintf(format, args...))
	}
	parts := strings.Split(strings.TrimSpace(s), ".")
	if len(parts) != 5 {
		return bad("it should have 5 parts, and has %d", len(parts))
	}
	if parts[0] != replayVersion {
		return bad("its version is not %s", replayVersion)
	}
	body := strings.Join(parts[:4], ".")
	if want := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))); parts[4] != want {
		return bad("its checksum does not match: it was cut short or changed")
	}
	letter := strings.Index(kindLetters, parts[1])
	if len(parts[1]) != 1 || letter < 0 {
		return bad("unknown kind of failure %q", parts[1])
	}
	if n, err = strconv.Atoi(parts[2]); err != nil || n < 1 || n > MaxGoroutines {
		return bad("%q is not a number of goroutines", parts[2])
	}
	if parts[3] == "" {
		return FailureKind(letter), n, nil, nil
	}
	for run := range strings.SplitSeq(parts[3], "-") {
		who, count, _ := strings.Cut(run, "x")
		g, err1 := strconv.Atoi(who)
		steps, err2 := strconv.Atoi(count)
		if err1 != nil || err2 != nil || g < 0 || g >= MaxGoroutines || steps < 1 || len(schedule)+steps > maxReplaySteps {
			return bad("%q is not a run of steps", run)
		}
		for range steps {
			schedule = append(schedule, uint8(g))
		}
	}
	return FailureKind(letter), n, schedule, nil
}
