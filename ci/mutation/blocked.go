package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// lookEvery is how often a contained program is looked at.
const lookEvery = 200 * time.Millisecond

// isBlocked reports whether no thread of a process group runs or could run if it
// had a processor. Without /proc all count as blocked: then time by the clock
// decides. A group that has ended is not blocked: its end is about to be known.
func isBlocked(group int) bool {
	processes, _ := filepath.Glob("/proc/[0-9]*/stat")
	alive := len(processes) == 0
	for _, name := range processes {
		stat := readStat(name)
		if len(stat) <= statGroup || stat[statGroup] != strconv.Itoa(group) || stat[statState] == "Z" || stat[statState] == "X" {
			continue
		}
		alive = true
		threads, _ := filepath.Glob(filepath.Join(filepath.Dir(name), "task/*/stat"))
		for _, name := range threads {
			if stat := readStat(name); len(stat) > 0 && (stat[statState] == "R" || stat[statState] == "D") {
				return false
			}
		}
	}
	return alive
}

// What is where in the answer of readStat.
const (
	statState = 0
	statGroup = 2
)

// readStat returns the fields of a file of /proc that follow the name of the
// program, which may have spaces in it; none if the process has ended.
func readStat(name string) []string {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	_, rest, _ := strings.Cut(string(text[strings.LastIndexByte(string(text), ')')+1:]), " ")
	return strings.Fields(rest)
}
