package protocol

import (
	"fmt"
	"strings"
	"unicode"
)

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenName
	tokenNumber
	tokenSymbol
)

type token struct {
	text string
	kind tokenKind
	line int
}

// symbols are tried in this order: a longer one before its beginning.
var symbols = []string{"<->", "->", ":=", "!=", "<=", ">=",
	"(", ")", "{", "}", ",", ".", ":", "=", "<", ">", "+", "-", "&", "|", "!", "'"}

// lex splits a model into tokens. The last one is of kind tokenEnd.
func lex(source string) ([]token, error) {
	var tokens []token
	line := 1
	for i := 0; i < len(source); {
		c := source[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '#':
			for i < len(source) && source[i] != '\n' {
				i++
			}
		case startsName(c):
			end := i
			for end < len(source) && (startsName(source[end]) || isDigit(source[end])) {
				end++
			}
			tokens = append(tokens, token{source[i:end], tokenName, line})
			i = end
		case isDigit(c):
			end := i
			for end < len(source) && isDigit(source[end]) {
				end++
			}
			tokens = append(tokens, token{source[i:end], tokenNumber, line})
			i = end
		default:
			symbol := symbolAt(source[i:])
			if symbol == "" {
				return nil, fmt.Errorf("line %d: unexpected %q", line, c)
			}
			tokens = append(tokens, token{symbol, tokenSymbol, line})
			i += len(symbol)
		}
	}
	return append(tokens, token{"", tokenEnd, line}), nil
}

func startsName(c byte) bool {
	return c < unicode.MaxASCII && unicode.IsLetter(rune(c)) || c == '_'
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func symbolAt(rest string) string {
	for _, s := range symbols {
		if strings.HasPrefix(rest, s) {
			return s
		}
	}
	return ""
}
