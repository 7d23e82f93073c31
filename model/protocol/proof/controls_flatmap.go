package proof

// The rules of flatmap.model, each removed in turn. Texts are those of the model.
var flatmapControls = []Control{
	{Name: "no-R4", Rule: "a reader does not load the version again", Edits: []Edit{
		{"require R4: fresh(r)", "require true"},
	}},
	{Name: "R1-after-R2", Rule: "a reader loads the version after the meta", Edits: []Edit{
		{"rcur(r) := s", "rcur(r) := s rver(r) := ver(hc(r))"},
	}},
	{Name: "torn-key", Rule: "a key is looked into before R4", Edits: []Edit{
		{"require rpc(r) = copy & fresh(r) & ck(r, i)", "require rpc(r) = copy & ck(r, i)"},
	}},
	{Name: "key-before-R4", Rule: "a one-word key drops a slot before R4, though updates move entries", Edits: []Edit{
		{"require fast: fast", "require (forall i2, i. i2 = i)"},
	}, Proof: "the reader must be between two updates of one key, which random walks seldom are"},
	{Name: "read-moved", Rule: "a reader stays with a chain that has moved", Edits: []Edit{
		{"require not_moved: rpos(r) > 0 | !moved(hc(r))", "require true"},
	}},
	{Name: "no-advance-before-reuse", Rule: "an insert into a DEAD slot does not advance the version", Edits: []Edit{
		{"na(s) := !empty(s) & !ptrs", "na(s) := false"},
	}},
	{Name: "no-advance-before-wipe", Rule: "pointers are zeroed without advancing the version", Edits: []Edit{
		{"require advanced: ra(s)", "require true"},
		{"require rt(s) & ra(s)", "require rt(s)"},
	}},
	{Name: "wipe-before-DEAD", Rule: "pointers are zeroed before the meta says DEAD", Edits: []Edit{
		{"require rt(s) & kptr(i)", "require (rt(s) | dy(s)) & kptr(i)"},
		{"require rt(s) & vptr(j)", "require (rt(s) | dy(s)) & vptr(j)"},
		{"require advanced: ra(s)", "require true"},
	}},
	{Name: "no-wipe", Rule: "a removal leaves the pointers", Edits: []Edit{
		{"& pos(s2) = p & dy(s2) & ptrs", "& pos(s2) = p & dy(s2) & false"},
		{"require wipe: u -> (forall s. chainof(s) = c & dy(s) -> !ptrs)", "require true"},
	}},
	{Name: "publish-first", Rule: "an insert publishes the tag before the words", Edits: []Edit{
		{"require written: (forall s, i. fl(s) & chainof(s) = c & pos(s) = p -> wk(s, i)) & (forall s, j. fl(s) & chainof(s) = c & pos(s) = p -> wv(s, j))", "require true"},
	}},
	{Name: "fill-under-readers", Rule: "words of a FULL slot are overwritten in place though values are large", Edits: []Edit{
		{"require one_word: !multi", "require true"},
	}},
	{Name: "update-elsewhere", Rule: "an update moves the entry to another bucket", Edits: []Edit{
		{"require same_bucket: pos(s) = pos(o)", "require pos(s) < wlen(c)"},
	}},
	{Name: "no-spare", Rule: "an insert fills the spare slot", Edits: []Edit{
		{"require spare: multi -> o != s & chainof(o) = c & pos(o) = pos(s) & !full(o) & !fl(o)", "require true"},
	}, Proof: "nothing wrong is read: an update finds no free slot, so the writer is stuck"},
	{Name: "insert-blindly", Rule: "an insert does not look for its key", Edits: []Edit{
		{"require absent: !has(t1, k) & !pin(t1, k)", "require !pin(t1, k)"},
	}},
	{Name: "lock-taken", Rule: "the lock is taken without looking whether it was free", Edits: []Edit{
		{"require free: !locked(c)", "require true"},
	}},
	{Name: "lock-moved", Rule: "a writer locks a chain that has moved", Edits: []Edit{
		{"require live: !moved(c)", "require true"},
	}},
	{Name: "two-effects", Rule: "an operation takes effect twice: DEAD first, FULL later", Edits: []Edit{
		{"require once: !did(k)", "require true"},
	}},
	{Name: "link-late", Rule: "flagLinked is set before the link", Edits: []Edit{
		{"require linked: a -> links(c) + 1 = wlen(c)", "require true"},
	}},
	{Name: "link-unfilled", Rule: "a bucket is linked before its entries are there", Edits: []Edit{
		{"require behind: a -> (forall s. chainof(s) = c & pos(s) >= len(c) -> !fl(s))", "require true"},
	}},
	{Name: "moved-before-copy", Rule: "a chain is marked as moved before its entries are copied", Edits: []Edit{
		{"require all: forall s. vis(s) & chainof(s) = c -> cpd(s)", "require true"},
	}},
	{Name: "merge-release-first", Rule: "a shrink gives up the originals before the copies are published", Edits: []Edit{
		{"require published: shrinks(t1) -> !(mg(dst(c)) & msrc(dst(c)) = c)", "require true"},
	}},
	{Name: "ignore-destination", Rule: "a merge does not wait for the destination's lock", Edits: []Edit{
		{"require free: !locked(d1)", "require true"},
	}},
	{Name: "move-empty-full", Rule: "a chain is moved in one step though it holds entries", Edits: []Edit{
		{"require empty: forall s. chainof(s) = c & pos(s) = 0 -> !full(s)", "require true"},
	}},
	{Name: "panic-leaves-copies", Rule: "the copies stay when the hasher panics", Edits: []Edit{
		{"require copies_wiped: forall s. vis(s) & chainof(s) = c -> !cpd(s)", "require true"},
	}},
	{Name: "finish-early", Rule: "the table advances before all chains have moved", Edits: []Edit{
		{"require all: forall c. tableof(c) = cur -> moved(c)", "require true"},
	}},
	{Name: "move-unannounced", Rule: "chains move before next is set", Edits: []Edit{
		{"require !locked(c) & !moved(c) & announced(tableof(c)) & !clears(tableof(c))", "require !locked(c) & !moved(c) & !clears(tableof(c))"},
	}},
	{Name: "clear-unlocked", Rule: "Clear replaces the table while a chain is not locked", Edits: []Edit{
		{"require all: forall c. tableof(c) = cur -> clr(c)", "require true"},
	}},
	{Name: "clear-unfinished", Rule: "Clear does not finish the resize in progress", Edits: []Edit{
		{"require mclr & tableof(c) = cur & !announced(cur)", "require mclr & tableof(c) = cur"},
		{"require mclr & !announced(cur)", "require mclr"},
		{"require forall c. !clr(c)", "require true"},
	}, Proof: "it takes a Clear within a resize and a writer in both tables, which random walks do not meet"},
	{Name: "clear-forgets-moved", Rule: "Clear unlocks the old chains without flagMoved", Edits: []Edit{
		{`moved(c) := true
  locked(c) := false
  clr(c) := false`, `locked(c) := false
  clr(c) := false`},
	}},
	{Name: "iter-no-R4", Rule: "an iteration does not load the version again", Edits: []Edit{
		{"require R4: ifresh(n)", "require true"},
	}},
	{Name: "iter-R1-after-R2", Rule: "an iteration loads the version after the meta", Edits: []Edit{
		{"iver(n) := ver(ichain(n))\n  ipc(n) := imeta", "iver(n) := ver(ichain(n))\n  ipc(n) := if ipc(n) = icopy then icopy else imeta"},
	}},
	{Name: "iter-read-moved", Rule: "an iteration stays with a chain that has moved", Edits: []Edit{
		{"require not_moved: ipos(n) > 0 | !moved(ichain(n))", "require true"},
	}},
	{Name: "iter-no-dedupe", Rule: "repetitions are left though the chain has changed", Edits: []Edit{
		{"require same: !u -> unchanged(n) & (forall k. igot(n, k) -> ichk(n, pos(isaw(n, k)))) | ipos(n) = 0", "require true"},
	}, Proof: "the key must move to a slot of another bucket within one visit, which random walks do not meet"},
	{Name: "iter-version-alone", Rule: "repetitions are left if the version is the same, whatever the metas are", Edits: []Edit{
		{"!u -> unchanged(n) & (forall k. igot(n, k) -> ichk(n, pos(isaw(n, k)))) | ipos(n) = 0", "!u -> unchanged(n) | ipos(n) = 0"},
	}, Proof: "the key must move to an EMPTY slot of another bucket within one visit, which random walks do not meet"},
	{Name: "iter-metas-alone", Rule: "repetitions are left if the metas are the same, whatever the version is", Edits: []Edit{
		{"!u -> unchanged(n) & (forall", "!u -> (forall"},
	}, Proof: "the key must move to another bucket, and another key to its slot, within one visit, which random walks do not meet"},
	{Name: "iter-no-class", Rule: "an iteration takes what it finds, though the key is not in its class", Edits: []Edit{
		{"if mine(n, k2) & icand(n, k2) & !igot(n, k2)", "if icand(n, k2) & !igot(n, k2)"},
		{"| mine(n, k2) & icand(n, k2)\n", "| icand(n, k2)\n"},
	}},
	{Name: "iter-wrong-class", Rule: "a chain that has moved sends all keys of its table to the next one", Edits: []Edit{
		{"if mine(n, k2) then next(t1)", "if itab(n, k2) = t1 then next(t1)"},
	}},
	{Name: "iter-no-successor", Rule: "an iteration does not visit where a chain has moved to", Edits: []Edit{
		{"then true else iat(n, c2) & c2 != ichain(n)", "then iat(n, c2) else iat(n, c2) & c2 != ichain(n)"},
	}},
	{Name: "iter-no-link", Rule: "an iteration does not follow the link", Edits: []Edit{
		{"require ipc(n) = ichecked & !ilink(n)\n  require same", "require ipc(n) = ichecked\n  require same"},
	}},
	{Name: "iter-ends-early", Rule: "an iteration ends before all chains were visited", Edits: []Edit{
		{"require all: forall c, k. iat(n, c) -> !class(n, c, k)", "require true"},
	}},
	{Name: "retain-unlocked", Rule: "Retain decides entries of a chain that it has not locked", Edits: []Edit{
		{"require holds: owns(c, k) & chk(c, k) & !did(k)", "require true"},
	}},
	{Name: "retain-leaves", Rule: "Retain leaves a chain in which an entry is not decided", Edits: []Edit{
		{"require holds: owns(c, k)\n  require absent: !has(tableof(c), k)", "require holds: owns(c, k)"},
	}},
	{Name: "retain-leaves-unlocked", Rule: "Retain takes keys to be absent from a chain that it has not locked", Edits: []Edit{
		{"require holds: owns(c, k)\n  require absent", "require absent"},
	}},
	{Name: "writer-does-not-look", Rule: "a writer does not look for its key among those that callbacks hold", Edits: []Edit{
		{" & !lent(c) & !fh(c)\n  csk", "\n  csk"},
	}},
	{Name: "look-blindly", Rule: "a writer goes on though it has found its key held", Edits: []Edit{
		{"require not_held: !reg(k)\n", ""},
	}},
	{Name: "unregistered", Rule: "a goroutine that takes a lent lock over unlocks the chain and has not registered the key", Edits: []Edit{
		{"require registered: !tk(c)\n  require ended", "require ended"},
		{"require registered: u -> !tk(c)\n", ""},
	}},
	{Name: "unflagged", Rule: "a goroutine that takes a lent lock over does not set flagHeld", Edits: []Edit{
		{"rh(keyof(g)) := lw(c)\n  fh(c) := true\n", "rh(keyof(g)) := lw(c)\n"},
	}},
	{Name: "clears-flag", Rule: "flagHeld is cleared while a callback holds a key", Edits: []Edit{
		{"require none: forall k. !reg(k)\n", ""},
	}},
	{Name: "split-forgets-held", Rule: "flagHeld does not move with a chain that is split", Edits: []Edit{
		{"require held_split: !shrinks(t1) -> (forall k. reg(k) & home(t1, k) = c -> fh(home(next(t1), k)))\n", ""},
	}},
	{Name: "merge-forgets-held", Rule: "flagHeld does not move with a chain that is merged", Edits: []Edit{
		{"  fh(d1) := fh(d1) | fh(c)\n", ""},
	}},
	{Name: "move-empty-held", Rule: "an empty chain of which a callback holds a key is moved in one step", Edits: []Edit{
		{"require not_held: !lent(c) & !fh(c)\n", ""},
	}},
	{Name: "clear-held", Rule: "Clear replaces the table while a callback holds a key", Edits: []Edit{
		{"require not_held: forall c. tableof(c) = cur -> !tk(c) & !fh(c)\n", ""},
	}},
	{Name: "reserve-held", Rule: "the lock is lent with a reserved slot while other keys of the chain are held", Edits: []Edit{
		{"  # lent it with the same slot, and the meta would be what it was.\n  require not_held: !fh(c)\n", ""},
	}, Proof: "it takes three goroutines that hold keys of one chain, with the same slot, which random walks do not meet"},
	{Name: "lend-root-held", Rule: "a lock is lent at once though keys of the chain are held", Edits: []Edit{
		{"require live: !moved(c)\n  require not_held: !fh(c)\n", "require live: !moved(c)\n"},
	}},
	{Name: "lend-next-held", Rule: "a lock is lent for another key though keys of the chain are held", Edits: []Edit{
		{"require not_held: !fh(c)\n  require unreserved", "require unreserved"},
	}},
	{Name: "lend-unwritten", Rule: "the lock is lent with a reserved slot to which the key was not written", Edits: []Edit{
		{"require written: forall i. wk(s, i)\n", ""},
	}},
	{Name: "back-without-flag", Rule: "a goroutine takes a lock back without comparing flagHeld", Edits: []Edit{
		{" & lat(c) = wlat(w) & (fh(c) <-> wfh(w))", " & lat(c) = wlat(w)"},
	}},
	{Name: "back-without-slot", Rule: "a goroutine takes a lock back that is lent with another slot", Edits: []Edit{
		{" & lat(c) = wlat(w) & (fh(c) <-> wfh(w))", " & (fh(c) <-> wfh(w))"},
	}},
	{Name: "relock-moved", Rule: "a goroutine comes back to a chain that has moved", Edits: []Edit{
		{"require live: !moved(c)\n  assert LP_find: lt(wkey(w)) = tableof(c)", "assert LP_find: lt(wkey(w)) = tableof(c)"},
	}},
	{Name: "reserved-not-wiped", Rule: "the key of a slot that is reserved no longer stays there", Edits: []Edit{
		{"require wiped: forall i. kptr(i) -> !wk(s, i)\n", ""},
	}},
	{Name: "reserve-unadvanced", Rule: "a DEAD slot is reserved, and the version does not advance", Edits: []Edit{
		{"require rs(s) & locked(chainof(s)) & !tk(chainof(s))\n  require advanced: !na(s)\n  assert I1: !full(s)\n  assert I2: open(s) | empty(s)\n  assert no_race: forall r. sc(r) & empty(s) -> !snap(r, s)\n  assert no_race_iter: forall n. ipc(n) = icopy & empty(s) -> !isnap(n, s)\n  kword(s, i) := kw(rg(s), i)",
			"require rs(s) & locked(chainof(s)) & !tk(chainof(s))\n  assert I1: !full(s)\n  assert I2: open(s) | empty(s)\n  assert no_race: forall r. sc(r) & empty(s) -> !snap(r, s)\n  assert no_race_iter: forall n. ipc(n) = icopy & empty(s) -> !isnap(n, s)\n  kword(s, i) := kw(rg(s), i)"},
	}},
	{Name: "retain-skips-moved", Rule: "Retain passes over an empty chain that has moved", Edits: []Edit{
		{"require not_moved: !moved(c)\n", ""},
	}},
	{Name: "retain-skips-linked", Rule: "Retain passes over a chain whose root is empty, though it has overflow buckets", Edits: []Edit{
		{"require empty: len(c) = 1 & (forall s", "require empty: (forall s"},
	}},
}
