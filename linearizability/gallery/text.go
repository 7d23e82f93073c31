package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// clean returns the text of a finding without what differs from machine to
// machine: of a stack trace, functions without their arguments and files without
// their folders remain. Of many goroutines, those that are in the map come first.
func clean(text string) string {
	var own, others []string
	text = strings.ToValidUTF8(text, "?")
	if what, trace, ok := strings.Cut(text, ":\ngoroutine "); ok { // of a hang
		text = what + "\n\ngoroutine " + trace
	}
	for i, block := range strings.Split(text, "\n\n") {
		lines := strings.Split(block, "\n")
		for j, line := range lines {
			if m := location.FindStringSubmatch(line); m != nil {
				lines[j] = "\t" + path.Base(m[1])
			} else if m := call.FindStringSubmatch(line); m != nil {
				lines[j] = m[1]
			}
		}
		block = strings.Join(lines, "\n")
		if i > 0 && strings.HasPrefix(block, "goroutine ") && !inMap.MatchString(block) {
			others = append(others, block)
		} else {
			own = append(own, block)
		}
	}
	return strings.Join(append(own, others...), "\n\n")
}

var (
	location = regexp.MustCompile(`^\t(/\S+:\d+)( \+0x[0-9a-f]+)?$`)
	call     = regexp.MustCompile(`^(?:created by )?([\w./%\-]+\.\S+)\([^()]*\)$`)
	// inMap matches a frame of a map that is verified: of a module that is not
	// this one.
	inMap = regexp.MustCompile(`(?m)^(pinned\.test/|github\.com/([^f]|f[^l]|fl[^a]))`)
)

// excerpt returns the beginning of a finding's text.
func excerpt(r result) string {
	text := r.Text
	if text == "" {
		text = r.Finding
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	const most, width = 30, 200
	if n := len(lines) - most; n > 0 {
		lines = append(lines[:most], fmt.Sprintf("(%d more lines)", n))
	}
	for i, line := range lines {
		if lines[i] = strings.ReplaceAll(line, "```", "'''"); len(line) > width {
			lines[i] = strings.ToValidUTF8(lines[i][:width], "") + " ..."
		}
	}
	return strings.Join(lines, "\n")
}

// cell makes a text fit a cell of a table.
func cell(text string) string {
	const most = 300
	if len(text) > most {
		text = strings.ToValidUTF8(text[:most], "") + " ..."
	}
	text = strings.NewReplacer("|", "\\|", "`", "'", "\n", " ").Replace(text)
	return "`" + text + "`"
}
