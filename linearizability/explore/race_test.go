//go:build race

package explore

// raceEnabled tells that everything takes ten times as long.
const raceEnabled = true
