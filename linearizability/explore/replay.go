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
// with the number of Program.Goroutines, and steps in runs like 0x5-1x3: five steps of
// goroutine 0, then three of goroutine 1.

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

// maxReplaySteps limits the memory that a forged replay string can require.
const maxReplaySteps = 1 << 24

func decodeReplay(s string) (kind FailureKind, n int, schedule []uint8, err error) {
	bad := func(format string, args ...any) (FailureKind, int, []uint8, error) {
		return 0, 0, nil, fmt.Errorf("explore: replay string %q: %s", s, fmt.Sprintf(format, args...))
	}
	parts := strings.Split(strings.TrimSpace(s), ".")
	if len(parts) != 5 {
		return bad("%d parts, want 5", len(parts))
	}
	if parts[0] != replayVersion {
		return bad("version %q, want %q", parts[0], replayVersion)
	}
	body := strings.Join(parts[:4], ".")
	if want := fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(body))); parts[4] != want {
		return bad("wrong checksum: the string is incomplete or was changed")
	}
	letter := strings.Index(kindLetters, parts[1])
	if len(parts[1]) != 1 || letter < 0 {
		return bad("unknown failure kind %q", parts[1])
	}
	if n, err = strconv.Atoi(parts[2]); err != nil || n < 1 || n > MaxGoroutines {
		return bad("%q goroutines, want 1 to %d", parts[2], MaxGoroutines)
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
