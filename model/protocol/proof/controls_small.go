package proof

var finishControls = []Control{
	{Name: "moves-twice", Rule: "a chain is moved twice", Edits: []Edit{
		{"require once: !moved(c)", "require true"},
	}},
	{Name: "ends-early", Rule: "a goroutine ends the resize that has not counted the last chain", Edits: []Edit{
		{"require last: ends(g)", "require true"},
	}},
	{Name: "counts-one", Rule: "a goroutine that has moved several chains adds 1",
		Edits: []Edit{
			{"counter := counter + mine(g)", "counter := counter + 1"},
		},
		Proof: "no resize ends early: it never ends, which only the invariants ended and progress notice"},
	{Name: "counts-before", Rule: "a goroutine adds a chain before it has moved it", Edits: []Edit{
		{"moved(c) := true\n", ""},
	}},
	{Name: "ends-before-last", Rule: "the goroutine that finds the number of chains before its Add ends the resize",
		Edits: []Edit{
			{"ends(g) := ends(g) | counter + mine(g) = size", "ends(g) := ends(g) | counter = size"},
		},
		Proof: "no resize ends early: it never ends, which only the invariants ended and progress notice"},
	{Name: "walk-skips", Rule: "finishAll goes on without having seen a chain moved", Edits: []Edit{
		{"require moved: moved(nth(seen(g)))", "require true"},
	}},
	{Name: "walk-short", Rule: "finishAll ends before the last chain", Edits: []Edit{
		{"require whole: seen(g) = size", "require true"},
	}},
}

var helpersControls = []Control{
	{Name: "next-before-busy", Rule: "a resize is known before busy is counted", Edits: []Edit{
		{"require counted: busy & dbusy & prev & !over", "require counted: dbusy & prev & !over"},
	}},
	{Name: "next-before-destination-busy", Rule: "a resize is known before its destination is busy", Edits: []Edit{
		{"require counted: busy & dbusy & prev & !over", "require counted: busy & prev & !over"},
	}},
	{Name: "next-before-prev", Rule: "a resize is known before its destination knows it", Edits: []Edit{
		{"require counted: busy & dbusy & prev & !over", "require counted: busy & dbusy & !over"},
		{"require prev & !next & !over", "require !next & !over"},
	}},
	{Name: "no-look", Rule: "a goroutine that unlocks a chain of the source does not look at busy", Edits: []Edit{
		{"owes(g, c) := true", "owes(g, c) := false"},
	}},
	{Name: "no-look-destination", Rule: "a goroutine that unlocks a chain of the destination does not look at busy", Edits: []Edit{
		{"dowes(g, d) := true", "dowes(g, d) := false"},
	}},
	{Name: "no-help", Rule: "a goroutine that finds the table busy does not move what was skipped", Edits: []Edit{
		{"todo(g, c) := todo(g, c) | !shrinks", "todo(g, c) := todo(g, c)"},
	}},
	{Name: "no-siblings", Rule: "a goroutine that has unlocked a destination does not go through what merges into it", Edits: []Edit{
		{"dchecks(g, d) := false\n  again(g, d) := again(g, d) | shrinks", "dchecks(g, d) := false"},
	}},
	{Name: "one-round", Rule: "a helper that has held a destination's lock does not go through the siblings again", Edits: []Edit{
		{"again(g, d1) := again(g, d1) | todo(g, c) & !sweeps(g)", "again(g, d1) := again(g, d1)"},
	}},
	{Name: "no-relook", Rule: "a helper that gives a chain back does not look at the destination again", Edits: []Edit{
		{"relook(g, c) := true\n", "todo(g, c) := false\n"},
	}},
	{Name: "relook-skips", Rule: "a helper that gives a chain back leaves it though the destination is free", Edits: []Edit{
		{"require relook(g, c)\n  require taken: dlocked(dst(c))", "require relook(g, c)"},
	}},
	{Name: "skips-free", Rule: "a helper skips a chain that is not locked", Edits: []Edit{
		{"require taken: locked(c)", "require true"},
	}},
	{Name: "no-offer", Rule: "a chain whose hasher has panicked is not offered again", Edits: []Edit{
		{"reoffer(g, c) := true", "reoffer(g, c) := false"},
	}},
	{Name: "offers-locked", Rule: "a chain whose hasher has panicked is offered before it is unlocked", Edits: []Edit{
		{`locked(c) := false
  holds(g, c) := false
  todo(g, c) := false
  reoffer(g, c) := true`, `offered(c) := true
  reoffer(g, c) := true`},
		{`reoffer(g, c) := false
  offered(c) := true`, `reoffer(g, c) := false
  locked(c) := false
  holds(g, c) := false
  todo(g, c) := false`},
	}},
	{Name: "ends-early", Rule: "a resize ends before all chains have moved", Edits: []Edit{
		{"require moved: next & moved(c)", "require next"},
	}},
	{Name: "sweep-skips", Rule: "finishAll leaves a chain that has not moved", Edits: []Edit{
		{"require sweep(g, c)\n  require gone: moved(c)", "require sweep(g, c)"},
	}},
	{Name: "writer-leaves", Rule: "a writer that has merged a chain does not go on to write the destination", Edits: []Edit{
		{"will(g, d1) := will(g, d1) | !todo(g, c) & !sweeps(g)", "will(g, d1) := will(g, d1)"},
	}},
}

var waitingControls = []Control{
	{Name: "looks-uncounted", Rule: "a goroutine looks at the lock for the last time before it counts itself in busy", Edits: []Edit{
		{"pc(g) := counting", "pc(g) := looking"},
		{"require pc(g) = seen\n", "require pc(g) = seen\n  busied(g) := true\n"},
	}},
	{Name: "not-counted", Rule: "a goroutine that waits is not counted in waiters", Edits: []Edit{
		{"waits(g) := true", "waits(g) := false"},
	}},
	{Name: "sleeps-unlocked", Rule: "the mutex is given up before the goroutine sleeps", Edits: []Edit{
		{"require taken: locked(on(g))\n", "require taken: locked(on(g))\n  mu(lotof(on(g))) := false\n"},
	}},
	{Name: "sleeps-blindly", Rule: "a goroutine sleeps without having seen the lock taken", Edits: []Edit{
		{"require taken: locked(on(g))", "require true"},
	}},
	{Name: "no-look", Rule: "a goroutine that unlocks does not look whether others wait", Edits: []Edit{
		{"upc(g) := ubusy", "upc(g) := uaway"},
	}},
	{Name: "wakes-unlocked", Rule: "waiters are woken without the mutex", Edits: []Edit{
		{"upc(g) := umutex", "upc(g) := uwake"},
	}},
	{Name: "ignores-waiters", Rule: "a goroutine that unlocks leaves though it finds waiters", Edits: []Edit{
		{"upc(g) := umutex", "upc(g) := uaway"},
	}},
	{Name: "wakes-others", Rule: "a goroutine wakes only one lot's waiters, of another lot", Edits: []Edit{
		{"if pc(g2) = asleep & lotof(on(g2)) = lotof(un(g))", "if pc(g2) = asleep & lotof(on(g2)) != lotof(un(g))"},
	}},
}

var lenControls = []Control{
	{Name: "uncounted", Rule: "an operation unlocks without having counted", Edits: []Edit{
		{"require settled: counted(k) <-> present(k)", "require true"},
	}},
	{Name: "counts-twice", Rule: "an insert counts twice", Edits: []Edit{
		{"require once: !counted(k)", "require true"},
	}},
	{Name: "uncounts-twice", Rule: "a removal counts twice", Edits: []Edit{
		{"require once: counted(k)", "require true"},
	}},
	{Name: "other-stripe", Rule: "a removal counts in another stripe than the insert", Edits: []Edit{
		{"count(s1) := count(s1) - 1", "count(s) := if s = s1 then count(s) else count(s) - 1"},
	}},
	{Name: "two-writers", Rule: "two operations on a key count at once", Edits: []Edit{
		{"require locked: holds(k)\n  require once: !counted(k)", "require once: !counted(k)"},
	}},
	{Name: "not-quiet", Rule: "Len is exact while writes are in progress", Edits: []Edit{
		{"require quiet: forall k. !holds(k)", "require true"},
	}},
}
