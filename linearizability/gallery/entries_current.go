package main

import (
	"github.com/flatmap-go/flatmap/model"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// currentEntries are the newest versions of maps, first with everything that
// their documentation promises, and then without what has been found.
var currentEntries = []entry{
	{name: "current-xsync-deleted", kind: wire.KindCurrent, about: "xsync.Map", without: "callbacks that panic",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(xsyncV450, plain)}},
	{name: "current-xsync-clear", kind: wire.KindCurrent, about: "xsync.Map", without: "callbacks that panic, Len, Compute's result when it deletes",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(removing(xsyncV450), uncounted)}},
	{name: "current-xsync-len", kind: wire.KindCurrent, about: "xsync.Map", without: "callbacks that panic, Clear, Compute's result when it deletes",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(removing(xsyncV450), choice{plain: true, without: []model.Kind{model.Clear}})}},
	{name: "current-xsync", kind: wire.KindCurrent, passes: true, about: "xsync.Map", without: "callbacks that panic, Clear, Len, Compute's result when it deletes",
		version: version{xsyncV4Module, "v4.5.0", subjectOf(removing(xsyncV450), xsyncPlain)}},
	{name: "current-haxmap", kind: wire.KindCurrent, about: "haxmap.Map", without: "callbacks that panic, Swap, which stores nothing if there is nothing",
		version: version{haxmapModule, "v1.4.1", subjectOf(haxmapAll, plain)}},
	{name: "current-hashmap", kind: wire.KindCurrent, about: "hashmap.Map", without: "callbacks that panic, Len, GetOrInsert",
		version: version{hashmapModule, "v1.0.8", subjectOf(hashmapV108, choice{plain: true, without: []model.Kind{model.Len, model.LoadOrStore}})}},
	{name: "current-cmap-clear", kind: wire.KindCurrent, about: "cmap.ConcurrentMap",
		version: version{cmapV2Module, "v2.0.1", subjectOf(cmapV201, choice{})}},
	{name: "current-cmap", kind: wire.KindCurrent, passes: true, about: "cmap.ConcurrentMap", without: "Clear",
		version: version{cmapV2Module, "v2.0.1", subjectOf(cmapV201, choice{without: []model.Kind{model.Clear}})}},
	{name: "current-swiss-panic", kind: wire.KindCurrent, about: "csmap.CsMap",
		version: version{swissModule, "v1.0.9", subjectOf(swissV109, choice{})}},
	{name: "current-swiss-clear", kind: wire.KindCurrent, about: "csmap.CsMap", without: "callbacks that panic, iterations that end early",
		version: version{swissModule, "v1.0.9", subjectOf(drained(swissV109), plain)}},
	{name: "current-swiss-range", kind: wire.KindCurrent, about: "csmap.CsMap", without: "callbacks that panic, Clear",
		version: version{swissModule, "v1.0.9", subjectOf(swissV109, choice{plain: true, without: []model.Kind{model.Clear}})}},
	{name: "current-swiss", kind: wire.KindCurrent, passes: true, about: "csmap.CsMap", without: "callbacks that panic, Clear, iterations that end early",
		version: version{swissModule, "v1.0.9", subjectOf(drained(swissV109), choice{plain: true, without: []model.Kind{model.Clear}})}},
	{name: "current-skipmap-len", kind: wire.KindCurrent, about: "skipmap.IntMap", without: "callbacks that panic",
		version: version{"github.com/zhangyunhao116/skipmap", "v0.10.1", subjectOf(skipmapV0101, plain)}},
	{name: "current-skipmap", kind: wire.KindCurrent, about: "skipmap.IntMap", without: withoutLen,
		version: version{"github.com/zhangyunhao116/skipmap", "v0.10.1", subjectOf(skipmapV0101, uncounted)}},
}
