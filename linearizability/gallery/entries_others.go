package main

import (
	"regexp"

	"github.com/flatmap-go/flatmap/internal/wire"
	"github.com/flatmap-go/flatmap/model"
)

const (
	haxmapModule  = "github.com/alphadose/haxmap"
	hashmapModule = "github.com/cornelk/hashmap"
	cmapModule    = "github.com/orcaman/concurrent-map"
	cmapV2Module  = "github.com/orcaman/concurrent-map/v2"
	swissModule   = "github.com/mhmtszr/concurrent-swiss-map"
	skipmapModule = "github.com/bytedance/gg"
)

var (
	plain     = choice{plain: true}
	uncounted = choice{plain: true, without: []model.Kind{model.Len}}
)

const withoutLen = "callbacks that panic, Len"

var otherEntries = []entry{
	{
		name: "haxmap-deleted", kind: wire.KindBug, about: "haxmap.Map",
		version: version{haxmapModule, "v0.3.1", subjectOf(haxmapV031, uncounted)},
		fixed:   &version{haxmapModule, "v1.3.1", subjectOf(haxmapV131, uncounted)},
		without: withoutLen,
		issue:   "alphadose/haxmap#11",
		bug:     "ForEach shows entries that were deleted",
		mark:    regexp.MustCompile(`model: Range\(.*a value that key does not have`),
		shows:   "One goroutine stores a key, deletes it, and sees it in an iteration.",
	},
	{
		name: "haxmap-unfound", kind: wire.KindBug, about: "haxmap.Map",
		version: version{haxmapModule, "v1.2.0", subjectOf(haxmapV120, uncounted)},
		fixed:   &version{haxmapModule, "v1.3.1", subjectOf(haxmapV131, uncounted)},
		without: withoutLen + ", and what only later versions have",
		issue:   "alphadose/haxmap#23",
		bug:     "after deletions, a key that was stored is not found: its search begins at an entry that has been taken out of the list",
		mark:    regexp.MustCompile(`model: (Load|Range)\(.*(want true|misses)`),
		shows: "One goroutine stores a key after having deleted others, and does not find it. The map has room for every workload, so it does not grow meanwhile. " +
			"Version 1.3 no longer begins a search at a deleted entry, and one goroutine finds nothing wrong there; several do: see haxmap-race.",
	},
	{
		name: "haxmap-race", kind: wire.KindBug, about: "haxmap.Map",
		version: version{haxmapModule, "v1.4.1", subjectOf(haxmapV141, uncounted)},
		without: withoutLen + ", all methods but Get, Set, Del and ForEach",
		issue:   "alphadose/haxmap#32",
		bug:     "marking an entry as deleted and unlinking it are two steps, so a Set concurrent with a Del can be linked to what is no longer in the list, and is lost",
		mark:    regexp.MustCompile(`(linearizability|stress).*(is lost|was lost|misses key|not possible|only writer left|only one goroutine writes|does not have its last value|yields \d+ of \d+|after it was deleted)`),
		shows: "A key that a goroutine has just stored is not there, while others delete other keys. One goroutine alone finds nothing wrong, " +
			"and the map has room for every workload, so it does not grow meanwhile.",
	},
	{
		name: "hashmap-hang", kind: wire.KindBug, about: "hashmap.Map",
		version: version{hashmapModule, "v1.0.8", subjectOf(hashmapV108, choice{plain: true, without: []model.Kind{model.Len}, skip: []layer{layerModel}})},
		without: withoutLen + "; the model layer, which finds hashmap-twice",
		issue:   "cornelk/hashmap#67",
		bug:     "GetOrInsert concurrent with a Del of the same key never returns",
		mark:    regexp.MustCompile(`(?s)hangs.*cornelk/hashmap\.\(\*Map\[\.\.\.\]\)\.GetOrInsert`),
		shows:   "The run hangs, with a goroutine inside of GetOrInsert. The repair is in the repository, but in no version.",
	},
	{
		name: "hashmap-twice", kind: wire.KindBug, about: "hashmap.Map",
		version: version{hashmapModule, "v1.0.8", subjectOf(hashmapV108, plain)},
		without: "callbacks that panic",
		issue:   "cornelk/hashmap#81",
		bug:     "a key that GetOrInsert has stored can be stored a second time: Len counts it twice, Range misses or repeats keys",
		mark:    regexp.MustCompile(`(?s)model: .*Kind: model\.LoadOrStore`),
		shows: "One goroutine, with a LoadOrStore (which is GetOrInsert) in a program that cannot be made smaller. No version fixes it. " +
			"Without GetOrInsert the map has other faults: see the current versions.",
	},
	{
		name: "cmap-iterate", kind: wire.KindBug, about: "cmap.ConcurrentMap",
		version: version{cmapModule, "v0.0.0-20160823150647-8bf1e9bacbf6", subjectOf(cmapV2016, choice{})},
		fixed:   &version{cmapModule, "v1.0.0", subjectOf(cmapV100, choice{without: []model.Kind{model.Clear}})},
		issue:   "orcaman/concurrent-map#42",
		bug:     "IterBuffered holds the read lock of a shard until its channel is drained, so a loop that ends early or writes to the map blocks writers permanently (issue 46, too)",
		mark:    regexp.MustCompile(`(?s)model: .*hangs.*Kind: model\.Range`),
		shows:   "After a loop over IterBuffered that ended early, or inside of one, a write never returns.",
	},
	{
		name: "swiss-range", kind: wire.KindBug, about: "csmap.CsMap",
		version: version{swissModule, "v1.0.6", subjectOf(swissV106, choice{without: []model.Kind{model.Clear}})},
		fixed:   &version{swissModule, "v1.0.9", subjectOf(carried(drained(swissV109)), choice{without: []model.Kind{model.Clear}})},
		without: "Clear (current-swiss-clear)",
		issue:   "mhmtszr/concurrent-swiss-map#8",
		bug:     "Range holds the lock of a shard while it calls its function, which cannot delete then",
		mark:    regexp.MustCompile(`model: .*hangs`),
		shows: "A write from inside of a Range, or after one that ended with a panic, never returns. The version that fixes it is run with " +
			"iterations that go on to their end, since one that ends early can leave a shard locked, too: see current-swiss-range.",
	},
	{
		name: "skipmap-store", kind: wire.KindBug, about: "skipmap.OrderedMap",
		version: version{skipmapModule, "v1.1.0", subjectOf(skipmapV110,
			choice{plain: true, without: []model.Kind{model.Len}, skip: []layer{layerModel, layerStress}})},
		without: withoutLen + " (current-skipmap-len); the layers model and stress, which do not find it",
		issue:   "bytedance/gg#37",
		bug:     "Store writes to a node that is being deleted, or not linked yet, and LoadOrStore returns one that is not linked yet: so stores and deletions are lost",
		mark:    regexp.MustCompile(`the history is not possible`),
		shows: "A store, or the deletion of what a store that is not finished has left, takes no effect. Both are what the pull request fixes, " +
			"which has been merged since, and is in no version yet.",
	},
}
