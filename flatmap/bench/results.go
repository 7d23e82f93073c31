package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"

	"github.com/klauspost/cpuid/v2"
)

// Results is what results.json holds: the newest result of every row.
type Results struct {
	Machine Machine `json:"machine"`
	Rows    []Row   `json:"rows"`
}

// A Machine is where results come from. Results of different machines are never
// put into one file.
type Machine struct {
	CPU   string `json:"cpu"`
	Cores int    `json:"cores"`
	Go    string `json:"go"`
	OS    string `json:"os"`
	Arch  string `json:"arch"`
}

// resultsFile is the name of the file below the folder of -out.
const resultsFile = "results/results.json"

// load reads the results in dir, or returns empty ones if there are none.
func load(dir string, m Machine) (*Results, error) {
	name := filepath.Join(dir, resultsFile)
	data, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		return &Results{Machine: m}, nil
	} else if err != nil {
		return nil, err
	}
	var r Results
	if err := json.Unmarshal(data, &r); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &r, nil
}

// Put replaces the result of a row.
func (r *Results) Put(row Row, order []string) {
	r.Rows = slices.DeleteFunc(r.Rows, func(old Row) bool { return old.Name == row.Name })
	r.Rows = append(r.Rows, row)
	slices.SortStableFunc(r.Rows, func(a, b Row) int {
		return slices.Index(order, a.Name) - slices.Index(order, b.Name)
	})
}

// save writes the results whole, or leaves what was there.
func (r *Results) save(dir string) error {
	data, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, resultsFile), append(data, '\n'))
}

// writeFile writes a file whole or not at all, with the folders it needs.
func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	part := name + ".part"
	err := os.WriteFile(part, data, 0o644)
	if err == nil {
		err = os.Rename(part, name)
	}
	if err != nil {
		os.Remove(part)
	}
	return err
}

func thisMachine() Machine {
	return Machine{CPU: cpuid.CPU.BrandName, Cores: runtime.NumCPU(), Go: runtime.Version(), OS: runtime.GOOS, Arch: runtime.GOARCH}
}
