package protocol

import (
	"embed"
	"fmt"
)

// A Source is a model as text.
type Source struct {
	Name  string // the file is Name.model
	Text  string
	Hints string // see package proof
}

//go:embed *.model *.hints
var files embed.FS

// sources are the models' names, the protocol's first.
var sources = []string{"flatmap", "finish", "helpers", "waiting", "len"}

// Sources returns all models.
func Sources() []Source {
	var list []Source
	for _, name := range sources {
		list = append(list, Source{name, read(name + ".model"), read(name + ".hints")})
	}
	return list
}

func read(name string) string {
	text, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// Parse reads the model.
func (s Source) Parse() (*Model, error) {
	m, err := Parse(s.Text)
	if err != nil {
		return nil, fmt.Errorf("%s.model: %w", s.Name, err)
	}
	return m, nil
}

// FlatmapSource is the text of the model of the map's protocol.
func FlatmapSource() string { return read("flatmap.model") }

// Flatmap returns the model of the map's protocol.
func Flatmap() *Model {
	m, err := Sources()[0].Parse()
	if err != nil {
		panic(err)
	}
	return m
}
