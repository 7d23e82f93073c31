package main

import "time"

// dropped returns the layers for which there is not enough time: of those that
// would get less than they need, the one that lacks most is left out, until
// there is none.
func dropped(budget time.Duration, chosen []layer) map[string]bool {
	out := map[string]bool{}
	for {
		worst, lack := "", 1.0
		rest := remaining(chosen, out)
		for i, d := range shares(budget, rest) {
			if part := float64(d) / float64(rest[i].least); rest[i].least > 0 && part < lack {
				worst, lack = rest[i].name, part
			}
		}
		if worst == "" {
			return out
		}
		out[worst] = true
	}
}

// remaining returns the layers that are not left out.
func remaining(chosen []layer, out map[string]bool) (rest []layer) {
	for _, l := range chosen {
		if !out[l.name] {
			rest = append(rest, l)
		}
	}
	return rest
}

// shares divides the budget among layers, by their weights but for those that
// cannot use so much.
func shares(budget time.Duration, layers []layer) []time.Duration {
	parts := make([]time.Duration, len(layers))
	for {
		left, weights := float64(budget), 0.0
		for i, l := range layers {
			left -= float64(parts[i])
			if parts[i] == 0 {
				weights += l.weight
			}
		}
		capped := false
		for i, l := range layers {
			if parts[i] == 0 && l.most > 0 && left*l.weight/weights > float64(l.most) {
				parts[i], capped = l.most, true
			}
		}
		if capped {
			continue
		}
		for i, l := range layers {
			if parts[i] == 0 {
				parts[i] = time.Duration(max(0, left) * l.weight / weights)
			}
		}
		return parts
	}
}
