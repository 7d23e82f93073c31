package cli

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// A Shard is part Index, counted from 0, of work that is divided into Of parts.
type Shard struct {
	Index int `json:"index"`
	Of    int `json:"of"`
}

// Whole is the only shard of work that is not divided.
var Whole = Shard{Index: 0, Of: 1}

// Has reports whether item i of the work belongs to the shard.
func (s Shard) Has(i int) bool { return i%s.Of == s.Index }

// Part returns shard i, of n, of what belongs to s.
func (s Shard) Part(i, n int) Shard { return Shard{Index: s.Index + i*s.Of, Of: s.Of * n} }

// String returns the shard in the form that the flag -shard takes.
func (s Shard) String() string { return fmt.Sprintf("%d/%d", s.Index, s.Of) }

// Set parses the value i/n of the flag -shard. If it returns an error, s is
// unchanged. With String, it makes *Shard a flag.Value.
func (s *Shard) Set(text string) error {
	index, of, _ := strings.Cut(text, "/")
	i, err := strconv.Atoi(index)
	n, err2 := strconv.Atoi(of)
	if err != nil || err2 != nil || i < 0 || i >= n {
		return errors.New("must be i/n with 0 <= i < n")
	}
	*s = Shard{i, n}
	return nil
}
