package planted

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// MapPackage is the path of the map's package.
const MapPackage = "github.com/flatmap-go/flatmap/flatmap"

// Map reads the files of the map that all builds share, and those of the build
// without tags.
func Map(ctx context.Context) (*Source, error) {
	out, err := wire.Output(ctx, "", nil, "go", "list", "-f", `{{.Dir}}{{range .GoFiles}}{{"\n"}}{{.}}{{end}}`, MapPackage)
	if err != nil {
		return nil, err
	}
	names := strings.Split(strings.TrimSpace(string(out)), "\n")
	dir, files := names[0], map[string]string{}
	for _, name := range names[1:] {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		files[name] = string(text)
	}
	s, err := NewSource(files)
	if err != nil {
		return nil, err
	}
	s.Dir = dir
	return s, nil
}

// Overlay writes the files that a mistake changes to a folder, and returns the
// name of a file there for the option -overlay of the go command. The package's
// own folder must be known.
func (s *Source) Overlay(m Mistake, to string) (list string, err error) {
	files, err := s.Apply(m)
	if err != nil {
		return "", err
	}
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	for name, text := range files {
		changed := filepath.Join(to, name)
		if err := os.WriteFile(changed, []byte(text), 0o600); err != nil {
			return "", err
		}
		overlay.Replace[filepath.Join(s.Dir, name)] = changed
	}
	text, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	list = filepath.Join(to, "overlay.json")
	return list, os.WriteFile(list, text, 0o600)
}
