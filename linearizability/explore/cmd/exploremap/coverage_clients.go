package main

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

//go:embed coverage_clients.txt
var coverageFile string

// A coverageClient is a line of that file.
type coverageClient struct {
	subject  string
	scenario *scenario
	client   client
}

// coverageClients parses lines "map | scenario | client", where the client is
// spelled as everywhere; its values do not count.
func coverageClients(text string) (list []coverageClient, err error) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		parts := strings.SplitN(line, " | ", 3)
		if len(parts) != 3 || !slices.Contains(subjectNames, parts[0]) {
			return nil, fmt.Errorf("%q is not: map | scenario | client", line)
		}
		c := coverageClient{subject: parts[0]}
		i := slices.IndexFunc(scenarios, func(s scenario) bool { return s.name == parts[1] })
		if i < 0 {
			return nil, fmt.Errorf("%q: there is no such scenario", line)
		}
		c.scenario = &scenarios[i]
		if c.client, err = parseClient(parts[2], c.scenario.keys); err != nil {
			return nil, fmt.Errorf("%q: %w", line, err)
		}
		list = append(list, c)
	}
	return list, nil
}

var callText = regexp.MustCompile(`^(\w+)\((?:k(\d))?[^)]*\)$`)

// parseClient is the inverse of client.String, with the usual values.
func parseClient(text string, keys int) (c client, err error) {
	v := value(10)
	for goroutine := range strings.SplitSeq(text, " || ") {
		var ops []op
		for call := range strings.SplitSeq(goroutine, "; ") {
			m := callText.FindStringSubmatch(call)
			if m == nil {
				return nil, fmt.Errorf("malformed call %q, want, for example, Load(k0); Clear() || Store(k1, 11)", call)
			}
			k := kind(slices.Index(kindNames[:], m[1]))
			calls := alphabet(keys, among(k))
			at := slices.IndexFunc(calls, func(o op) bool {
				return m[2] == "" && !k.singleKey() || m[2] == fmt.Sprint(o.key) && k.singleKey()
			})
			if at < 0 {
				return nil, fmt.Errorf("malformed call %q", call)
			}
			o := calls[at]
			o.value = v
			v++
			ops = append(ops, o)
		}
		c = append(c, ops)
	}
	return c, nil
}
