package proof

import "github.com/flatmap-go/flatmap/model/protocol"

func finishStructures() []Structure {
	const chains = 3
	return []Structure{{
		Name: "three chains",
		World: func(m *protocol.Model) *protocol.World {
			w := protocol.NewWorld(m, map[string]int{"goroutine": 2, "chain": chains, "int": chains + 1})
			w.Set("size", chains)
			for c := range chains {
				w.Set("num", c, c)
				w.Set("nth", c, c)
				w.Set("list", c, c)
				w.Set("place", c, c)
			}
			return w
		},
	}}
}

func helpersStructures() []Structure {
	world := func(shrinks bool) func(*protocol.Model) *protocol.World {
		return func(m *protocol.Model) *protocol.World {
			w := protocol.NewWorld(m, map[string]int{"goroutine": 3, "chain": 3, "dest": 2})
			set(w, "shrinks", shrinks)
			w.Set("dst", 1, 2)
			return w
		}
	}
	seldom := map[string]int{"announce_busy": 20, "announce_prev": 20, "sweep_all": 40, "dlock": 4, "take": 3, "finish": 3, "move_empty": 3}
	return []Structure{
		{Name: "growing", World: world(false), Seldom: seldom, Steps: 100},
		{Name: "shrinking", World: world(true), Seldom: seldom, Steps: 100},
	}
}

func waitingStructures() []Structure {
	return []Structure{{
		Name: "three goroutines",
		World: func(m *protocol.Model) *protocol.World {
			w := protocol.NewWorld(m, map[string]int{"goroutine": 3, "chain": 3, "lot": 2})
			w.Set("lotof", 1, 2)
			return w
		},
		Seldom: map[string]int{"resize": 3, "is_busy": 2},
		Steps:  200,
	}}
}

func lenStructures() []Structure {
	return []Structure{{
		Name: "four keys",
		World: func(m *protocol.Model) *protocol.World {
			w := protocol.NewWorld(m, map[string]int{"key": 4, "stripe": 2, "int": 6})
			w.Set("of", 1, 2)
			w.Set("of", 1, 3)
			return w
		},
		Seldom: map[string]int{"clear": 20},
	}}
}
