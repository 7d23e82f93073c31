package protocol

import _ "embed"

//go:embed flatmap.model
var flatmapModel string

// FlatmapSource is the text of the model of the map's protocol.
func FlatmapSource() string { return flatmapModel }

// Flatmap returns the model of the map's protocol.
func Flatmap() *Model {
	m, err := Parse(flatmapModel)
	if err != nil {
		panic("flatmap.model: " + err.Error())
	}
	return m
}
