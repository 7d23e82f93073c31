//go:build race

package explore

// raceEnabled says that everything takes ten times as long.
const raceEnabled = true
