package planted

import (
	"go/scanner"
	"go/token"
	"slices"
	"strings"
)

// A lexeme is a token of Go with its place.
type lexeme struct {
	tok        token.Token
	text       string
	start, end int
}

// lex splits Go code, whole or in part, into tokens. It leaves out comments,
// and what only a line break asks for: a comma or semicolon before a closing
// bracket.
func lex(code string) (tokens []lexeme) {
	var s scanner.Scanner
	file := token.NewFileSet().AddFile("", -1, len(code))
	s.Init(file, []byte(code), func(token.Position, string) {}, 0)
	for {
		pos, tok, text := s.Scan()
		if tok == token.EOF {
			break
		}
		if tok == token.SEMICOLON {
			text = ";"
		} else if text == "" || tok.IsOperator() {
			text = tok.String()
		}
		if n := len(tokens); n > 0 && closes(tok) && (tokens[n-1].tok == token.COMMA || tokens[n-1].tok == token.SEMICOLON) {
			tokens = tokens[:n-1]
		}
		at := file.Offset(pos)
		tokens = append(tokens, lexeme{tok, text, at, at + len(text)})
	}
	if n := len(tokens); n > 0 && tokens[n-1].tok == token.SEMICOLON {
		tokens = tokens[:n-1]
	}
	return tokens
}

func closes(t token.Token) bool { return t == token.RPAREN || t == token.RBRACK || t == token.RBRACE }

func withoutSemicolons(tokens []lexeme) []lexeme {
	return slices.DeleteFunc(tokens, func(t lexeme) bool { return t.tok == token.SEMICOLON })
}

// Canonical returns Go code, whole or in part, on one line in a form that
// depends on its tokens only: two codes that differ in white space, line breaks
// or comments have the same.
func Canonical(code string) string {
	var b strings.Builder
	tokens := lex(code)
	unary := false // the token before this one is a unary operator
	for i, t := range tokens {
		prefix := isUnary(tokens, i)
		if i > 0 && !unary && spaced(tokens[i-1].tok, t.tok, prefix) {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
		unary = prefix
	}
	return b.String()
}

// isUnary reports whether a token is an operator of what follows it alone.
func isUnary(tokens []lexeme, i int) bool {
	switch tokens[i].tok {
	case token.NOT, token.TILDE:
		return true
	case token.ADD, token.SUB, token.MUL, token.AND, token.XOR, token.ARROW:
		return i == 0 || !ends(tokens[i-1].tok)
	}
	return false
}

// ends reports whether an operand can end in a token.
func ends(t token.Token) bool {
	return t.IsLiteral() || t == token.RPAREN || t == token.RBRACK || t == token.RBRACE
}

// spaced reports whether there is a space between two tokens, the first of which
// is not a unary operator.
func spaced(a, b token.Token, unary bool) bool {
	switch {
	case a == token.LPAREN, a == token.LBRACK, a == token.PERIOD, a == token.ELLIPSIS:
		return false
	case b == token.COMMA, b == token.SEMICOLON, b == token.COLON, b == token.PERIOD, closes(b) && b != token.RBRACE:
		return false
	case b == token.INC, b == token.DEC, b == token.ELLIPSIS && ends(a):
		return false
	case b == token.LPAREN, b == token.LBRACK:
		return !ends(a) && a != token.FUNC && a != token.MAP && a != token.STRUCT
	case a == token.RBRACK && !unary:
		return !b.IsLiteral() && b != token.LBRACE // []T, but a[i] + b
	case b == token.LBRACE && a == token.RBRACE, a == token.LBRACE && b == token.RBRACE:
		return false
	}
	return true
}
