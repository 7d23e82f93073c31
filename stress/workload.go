package stress

// A workload is one way to drive a map.
type workload[K comparable, V any] struct {
	name, about string
	run         func(*session[K, V]) // until its time is over
	// unfit returns why the map cannot run the workload, "" if it can.
	unfit func(*session[K, V]) string
}

func workloads[K comparable, V any]() []workload[K, V] {
	return []workload[K, V]{
		{name: "owners", about: "each goroutine writes separate keys and compares all results with a private map",
			run: (*session[K, V]).runOwners},
		{name: "hot", about: "all goroutines write the same few keys, and nothing is lost or duplicated",
			run: (*session[K, V]).runHot},
		{name: "clears", about: "what was stored before a Clear is absent after it",
			run: (*session[K, V]).runClears, unfit: (*session[K, V]).unfitForClears},
		{name: "counts", about: "in a map with few entries, Len is never negative, and correct at the end",
			run: (*session[K, V]).runCounts, unfit: (*session[K, V]).unfitForCounts},
		{name: "moves", about: "a key that stays is looked for without a pause, while keys next to it come and go",
			run: (*session[K, V]).runMoves},
		{name: "sweeps", about: "slow iterations over keys that stay and keys that come and go",
			run: (*session[K, V]).runSweeps},
		{name: "parked", about: "writers that stop in a callback block no reader",
			run: (*session[K, V]).runParked, unfit: (*session[K, V]).unfitForParked},
		{name: "large", about: "a map of a million entries, once in a run, loses none",
			run: (*session[K, V]).runLarge},
		{name: "memory", about: "what was deleted, overwritten or cleared is collected",
			run: (*session[K, V]).runMemory, unfit: (*session[K, V]).unfitForMemory},
	}
}

// Workloads returns the names of the workloads and what they do, in the order
// in which they run.
func Workloads() (names, about []string) {
	for _, w := range workloads[int, int]() {
		names, about = append(names, w.name), append(about, w.about)
	}
	return names, about
}
