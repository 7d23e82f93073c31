package main

import (
	"regexp"

	"github.com/flatmap-go/flatmap/model"
)

const (
	xsyncModule   = "github.com/puzpuzpuz/xsync"
	xsyncV2Module = "github.com/puzpuzpuz/xsync/v2"
	xsyncV3Module = "github.com/puzpuzpuz/xsync/v3"
	xsyncV4Module = "github.com/puzpuzpuz/xsync/v4"
)

// leaks is why callbacks only return in versions of xsync: their locks stay
// locked if one panics, a bug with an entry of its own.
const leaks = "callbacks that panic, of which xsync-panic is about"

var uncounted = []model.Kind{model.Len}

var xsyncEntries = []entry{
	{
		name: "xsync-unlock", kind: kindBug, about: "xsync.Map",
		version: version{xsyncModule, "v1.0.0", subjectOf(xsyncV100, choice{})},
		fixed:   &version{xsyncModule, "v1.0.2", subjectOf(xsyncV102, choice{})},
		issue:   "puzpuzpuz/xsync#23",
		bug:     "LoadOrStore returns with its bucket locked if another goroutine has stored the key after its first look",
		mark:    regexp.MustCompile(`(?s)hangs.*sync\.\(\*Mutex\)\.Lock.*xsync-v1`),
		shows: "Goroutines wait for the mutex of a bucket, and nobody is left who could unlock it. (Version 1.0.1 mends this, " +
			"but has the bug of the entry xsync-nilload, so 1.0.2 is the one to compare with.)",
	},
	{
		name: "xsync-nilload", kind: kindBug, about: "xsync.Map",
		version: version{xsyncModule, "v1.0.1", subjectOf(xsyncV101, choice{})},
		fixed:   &version{xsyncModule, "v1.0.2", subjectOf(xsyncV102, choice{})},
		issue:   "puzpuzpuz/xsync#24",
		bug:     "LoadOrStore unlocks the bucket before it reads the value that it returns, which may be gone by then",
		mark:    regexp.MustCompile(`(?s)nil pointer dereference.*derefValue.*xsync-v1.*\.doStore.*LoadOrStore`),
		shows:   "The panic is in LoadOrStore, where it follows the pointer to the value of a key that has been deleted since the lock was released.",
	},
	{
		name: "xsync-duplicates", kind: kindBug, about: "xsync.Map",
		version: version{xsyncModule, "v1.5.1", subjectOf(xsyncV151, choice{plain: true, without: uncounted})},
		fixed:   &version{xsyncV2Module, "v2.0.2", subjectOf(xsyncV202, choice{plain: true, without: uncounted})},
		without: leaks + "; Len, of which xsync-negative is about",
		issue:   "puzpuzpuz/xsync#63",
		bug:     "an insertion into a chain of buckets writes the hash to the wrong bucket, so that the key is not found and stored again",
		mark:    regexp.MustCompile(`model: (Load|LoadOrStore|LoadAndDelete|Swap|Range|Len|LoadOrCompute)\(`),
		shows:   "One goroutine stores a key and does not find it, or finds it twice: the hash that is written when a freed slot is used again is not the key's.",
	},
}
