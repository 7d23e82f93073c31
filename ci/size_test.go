package main

import (
	gobuild "go/build"
	"go/scanner"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	// mostCode is the budget of package flatmap: lines of code in the build without
	// tags, without comments and blank lines.
	mostCode = 2811
	// leastComment is the share of comments in the files that are the hardest to
	// understand.
	leastComment = 0.30
)

// TestSize checks that the map stays within its budget of code, and that the
// code that resizes it is explained.
func TestSize(t *testing.T) {
	root, err := moduleRoot()
	require.NoError(t, err)
	folder := filepath.Join(root, "flatmap")
	context := gobuild.Default
	context.BuildTags = nil
	p, err := context.ImportDir(folder, 0)
	require.NoError(t, err)
	sum, explained := 0, 0
	for _, name := range p.GoFiles {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		code, comment := countLines(text)
		sum += code
		t.Logf("%s: %d lines of code, %d of comments", name, code, comment)
		if name == "resize.go" || name == "move.go" {
			explained++
			require.GreaterOrEqual(t, float64(comment)/float64(code+comment), leastComment,
				"%s: %d lines of comments for %d of code", name, comment, code)
		}
	}
	require.Equal(t, 2, explained)
	t.Logf("%d lines of code", sum)
	require.LessOrEqual(t, sum, mostCode, "lines of code in package flatmap")
}

// countLines returns how many lines of a Go file have code on them, and how many
// a comment alone.
func countLines(text []byte) (code, comment int) {
	const hasCode, hasComment = 1, 2
	lines := make([]byte, strings.Count(string(text), "\n")+2)
	fset := token.NewFileSet()
	file := fset.AddFile("", -1, len(text))
	var s scanner.Scanner
	s.Init(file, text, nil, scanner.ScanComments)
	for {
		pos, tok, literal := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.SEMICOLON && literal == "\n" {
			continue // it was inserted
		}
		mark := byte(hasCode)
		if tok == token.COMMENT {
			mark = hasComment
		}
		first := file.Line(pos)
		for i := range 1 + strings.Count(literal, "\n") {
			lines[first+i] |= mark
		}
	}
	for _, mark := range lines {
		switch {
		case mark&hasCode != 0:
			code++
		case mark != 0:
			comment++
		}
	}
	return code, comment
}

// TestCountLines checks what counts as code and what as a comment.
func TestCountLines(t *testing.T) {
	code, comment := countLines([]byte("// Package a\npackage a\n\n/* two\n\nlines */\nvar s = `a\n\nb` // s\n\n\t// c\n}"))
	require.Equal(t, 5, code)
	require.Equal(t, 5, comment)
}
