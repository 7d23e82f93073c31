package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/flatmap-go/flatmap/internal/wire"
)

// A file of stored rows is what long suites have come to so far, a line of JSON for
// every suite, map, bound and shard. Of rows that overlap the last counts.

// storeRows appends rows to such a file. Those that were cut off say nothing about
// the rest of their clients, and are left out.
func storeRows(path string, rows []wire.Row) error {
	var text bytes.Buffer
	for i := range rows {
		if rows[i].Complete {
			if err := json.NewEncoder(&text).Encode(&rows[i]); err != nil {
				return err
			}
		}
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text.Bytes()) // all at once: other shards may append as well
	return errors.Join(err, f.Close())
}

// storedRows reads such a file; one that does not exist has no rows.
func storedRows(path string) (rows []wire.Row, err error) {
	text, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	for {
		var w wire.Row
		if err := d.Decode(&w); err == io.EOF {
			return rows, nil
		} else if err != nil {
			return nil, fmt.Errorf("%s: row %d: %w", path, len(rows)+1, err)
		}
		rows = append(slices.DeleteFunc(rows, func(old wire.Row) bool { return old.Same(&w) && overlap(old.Shard, w.Shard) }), w)
	}
}

// addStored adds the rows of such a file, except those that there are results
// of already.
func (r *results) addStored(path string) error {
	rows, err := storedRows(path)
	if err != nil {
		return err
	}
	known := slices.Clone(r.rows)
	for i := range rows {
		if slices.ContainsFunc(known, func(w wire.Row) bool { return w.Same(&rows[i]) }) {
			continue
		}
		if err := r.addRow(&rows[i]); err != nil {
			return err
		}
	}
	return nil
}
