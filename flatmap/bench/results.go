package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/flatmap-go/flatmap/internal/cli"
)

// Results is the content of results.json: the newest result of every row, all of
// one machine.
type Results struct {
	Machine cli.Machine `json:"machine"`
	Rows    []Row       `json:"rows"`
}

// resultsFile is the path of the file in the folder of -out.
const resultsFile = "results/results.json"

// load reads the results in dir, or returns empty ones if there are none.
func load(dir string) (*Results, error) {
	name := filepath.Join(dir, resultsFile)
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &Results{Machine: cli.ThisMachine()}, nil
	} else if err != nil {
		return nil, err
	}
	var r Results
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &r, nil
}

// find returns the result of a row, or nil.
func (r *Results) find(name string) *Row {
	for i := range r.Rows {
		if r.Rows[i].Name == name {
			return &r.Rows[i]
		}
	}
	return nil
}

// put replaces the result of a row and keeps the rows in the order of all. It drops
// rows that all no longer has.
func (r *Results) put(result Row, all []row) {
	var kept []Row
	for _, w := range all {
		if w.name == result.Name {
			kept = append(kept, result)
		} else if old := r.find(w.name); old != nil {
			kept = append(kept, *old)
		}
	}
	r.Rows = kept
}

// save writes the whole file, or leaves the old one.
func (r *Results) save(dir string) error {
	data, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, resultsFile), []byte(lineBreaks.Replace(string(data))+"\n"))
}

// lineBreaks begins a line for every row, cell and list of samples. In a string
// of JSON the quotes would be escaped, so nothing in one is replaced.
var lineBreaks = strings.NewReplacer(`{"name":`, "\n{\"name\":", `{"op":`, "\n{\"op\":", `{"impl":`, "\n{\"impl\":")

// writeFile writes the whole file or nothing. It makes the folders it needs.
func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return cli.WriteFile(name, cli.Bytes(data))
}
