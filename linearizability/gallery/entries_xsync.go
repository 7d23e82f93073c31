package main

import (
	"regexp"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model"
)

const (
	xsyncModule   = "github.com/puzpuzpuz/xsync"
	xsyncV2Module = "github.com/puzpuzpuz/xsync/v2"
	xsyncV3Module = "github.com/puzpuzpuz/xsync/v3"
	xsyncV4Module = "github.com/puzpuzpuz/xsync/v4"
)

// What the versions of xsync are not asked for where it is not the point, since
// other entries are about it.
var (
	xsyncPlain = choice{plain: true, without: []model.Kind{model.Len, model.Clear}}

	xsyncStress = choice{plain: true, without: xsyncPlain.without, skip: []layer{layerModel, layerLinearizability}}

	xsyncWithout = "callbacks that panic (xsync-panic), Len (xsync-negative), Clear (current-xsync-clear)"
)

var xsyncEntries = []entry{
	{
		name: "xsync-unlock", kind: wire.KindBug, about: "xsync.Map",
		version: version{xsyncModule, "v1.0.0", subjectOf(xsyncV100, choice{})},
		fixed:   &version{xsyncModule, "v1.0.2", subjectOf(xsyncV102, choice{})},
		issue:   "puzpuzpuz/xsync#23",
		bug:     "LoadOrStore returns with its bucket locked if another goroutine has stored the key after its first look",
		mark:    regexp.MustCompile(`(?s)hangs.*sync\.\(\*Mutex\)\.Lock.*xsync-v1`),
		shows: "Goroutines wait for the mutex of a bucket, and nobody is left who could unlock it. (Version 1.0.1 fixes this, " +
			"but has the bug of the entry xsync-nilload, so 1.0.2 is the one to compare with.)",
	},
	{
		name: "xsync-nilload", kind: wire.KindBug, about: "xsync.Map",
		version: version{xsyncModule, "v1.0.1", subjectOf(xsyncV101, choice{})},
		fixed:   &version{xsyncModule, "v1.0.2", subjectOf(xsyncV102, choice{})},
		issue:   "puzpuzpuz/xsync#24",
		bug:     "LoadOrStore unlocks the bucket before it reads the value that it returns, which may be gone by then",
		mark:    regexp.MustCompile(`(?s)nil pointer dereference.*derefValue.*xsync-v1.*\.doStore.*LoadOrStore`),
		shows:   "The panic is in LoadOrStore, where it follows the pointer to the value of a key that has been deleted since the lock was released.",
	},
	{
		name: "xsync-duplicates", kind: wire.KindBug, about: "xsync.Map",
		version: version{xsyncModule, "v1.5.1", subjectOf(xsyncV151, xsyncPlain)},
		fixed:   &version{xsyncV2Module, "v2.0.2", subjectOf(xsyncV202, xsyncPlain)},
		without: xsyncWithout,
		issue:   "puzpuzpuz/xsync#63",
		bug:     "an insertion into a chain of buckets writes the hash to the wrong bucket, so that the key is not found and stored again",
		mark:    regexp.MustCompile(`model: (Load|LoadOrStore|LoadAndDelete|Swap|Range|LoadOrCompute)\(`),
		shows:   "One goroutine stores a key, after others were deleted, and does not find it, or finds it twice.",
	},
	{
		name: "xsync-twocalls", kind: wire.KindBug, about: "xsync.MapOf",
		version: version{xsyncModule, "v1.5.2", subjectOf(xsyncV152, xsyncPlain)},
		fixed:   &version{xsyncV2Module, "v2.1.0", subjectOf(xsyncV210, xsyncPlain)},
		without: xsyncWithout,
		issue:   "puzpuzpuz/xsync#100",
		bug:     "LoadOrCompute calls its function twice for one insertion, stores one value and returns the other",
		mark:    regexp.MustCompile(`LoadOrCompute\(.*(ran 2 times|called its function 2 times)`),
		shows:   "A single LoadOrCompute of an absent key ran its function two times.",
	},
	{
		name: "xsync-rangetwice", kind: wire.KindBug, about: "xsync.MapOf",
		version: version{xsyncV2Module, "v2.1.0", subjectOf(xsyncV210, xsyncStress)},
		fixed:   &version{xsyncV2Module, "v2.4.0", subjectOf(xsyncV240, xsyncStress)},
		without: xsyncWithout + "; the layers model and linearizability, which rarely find it",
		issue:   "puzpuzpuz/xsync#87",
		bug:     "Range reads the buckets of a chain one by one without its lock, so a key that is deleted and stored again may come twice",
		mark:    regexp.MustCompile(`yields (the )?key \S+ twice`),
		shows:   "One iteration yielded one key two times.",
	},
	{
		name: "xsync-lost", kind: wire.KindBug, about: "xsync.MapOf",
		version: version{xsyncV2Module, "v2.5.0", subjectOf(xsyncV250, xsyncPlain)},
		fixed:   &version{xsyncV3Module, "v3.0.1", subjectOf(xsyncV301, xsyncPlain)},
		without: xsyncWithout,
		issue:   "puzpuzpuz/xsync#109",
		bug:     "a write that meets a resize at the wrong moment is made in the old table, and lost",
		mark:    regexp.MustCompile(`(one value twice|is lost|was lost|after it was deleted|not its last|only writer left|only one goroutine writes|not possible|has lost|have counted)`),
		shows: "A deletion or a store took effect, by its result, and is undone afterwards: a value comes out of LoadAndDelete twice, " +
			"or a key has an old value. No such finding is left in the version that fixes the order of the two checks which a writer makes about a resize.",
	},
	{
		name: "xsync-ignored", kind: wire.KindBug, about: "xsync.Map",
		version: version{xsyncV4Module, "v4.1.0", subjectOf(removing(xsyncV410), xsyncPlain)},
		fixed:   &version{xsyncV4Module, "v4.4.0", subjectOf(removing(xsyncV440), xsyncPlain)},
		without: xsyncWithout + ", Compute's result when it deletes (current-xsync-deleted)",
		issue:   "puzpuzpuz/xsync@73049d9b593ac7f424727a931ce5c88347e7feff",
		bug:     "Compute of an absent key in a full bucket returns the value that its function told it to ignore, not the zero value",
		mark:    regexp.MustCompile(`Compute\(.*want the value 0|returns a value and says that there is none`),
		shows: "Compute returned the function's value along with false, though the function cancelled. The commit is part of the pull request " +
			"that went into v4.4.0; no separate issue is known to us.",
	},
	{
		name: "xsync-negative", kind: wire.KindBug, about: "xsync.Map",
		version: version{xsyncV4Module, "v4.1.0", subjectOf(removing(xsyncV410), choice{plain: true, without: []model.Kind{model.Clear, model.Compute}})},
		without: "callbacks that panic (xsync-panic), Clear (current-xsync-clear), Compute (xsync-ignored)",
		issue:   "maypok86/otter#139",
		bug:     "Size counts an entry after its bucket is unlocked, so that it can be negative (which crashed a cache that uses the map)",
		mark:    regexp.MustCompile(`Len(\(\))? (is|=) -\d`),
		shows:   "Len, which is the map's Size, was below zero while entries were stored and deleted. Version 4.5.0 still counts after it unlocks.",
	},
	{
		name: "xsync-panic", kind: wire.KindBug, about: "xsync.Map",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(removing(xsyncV450), choice{without: []model.Kind{model.Len, model.Clear}})},
		without: "Len (xsync-negative), Clear (current-xsync-clear), Compute's result when it deletes (current-xsync-deleted)",
		issue:   "puzpuzpuz/xsync#208",
		bug:     "a panic in the function of Compute or LoadOrCompute leaves the bucket locked permanently",
		mark:    regexp.MustCompile(`(?s)hangs.*(Exit: model\.(Panic|Goexit)|sync\.\(\*Mutex\)\.Lock)`),
		shows:   "After a callback that panicked, the next write to the same bucket never returns.",
	},
}
