// Package protocol holds the protocol of the map as a model: a transition system in
// a small language, in the manner of Ivy. A model has two meanings. [Model.Goals]
// prints what must be proved of it as SMT-LIB 2, for any number of goroutines,
// chains, keys and words. [World] runs the same model on finite structures: that
// shows that its actions happen, finds concrete runs that break a wrong model, and
// is what executions of the shipped code are compared with.
//
// README.md says what is proved and what is not. Command prove proves the models.
//
// # The language
//
//	model      = { declaration }
//	declaration = "sort" names
//	           | "enum" name ":" names
//	           | "vars" names ":" sort { "," names ":" sort }
//	           | ( "const" | "func" | "var" | "ghost" ) names [ "(" sorts ")" ] ":" sort
//	           | "def" name [ "(" names ")" ] "=" expr
//	           | ( "axiom" | "init" | "invariant" | "transition" ) name ":" expr
//	           | "action" name "(" [ parameter { "," parameter } ] ")" { clause } "end"
//	parameter  = name [ ":" sort ] | name "(" sorts ")" ":" sort
//	clause     = "require" [ name ":" ] expr
//	           | "assert" name ":" expr
//	           | "let" name "=" expr
//	           | name [ "(" argument { "," argument } ")" ] ":=" expr
//	argument   = name | expr
//	expr       = implies { "<->" implies }
//	implies    = or [ "->" implies ]
//	or         = and { "|" and }
//	and        = compare { "&" compare }
//	compare    = sum [ ( "=" | "!=" | "<" | "<=" | ">" | ">=" ) sum | "in" "{" exprs "}" ]
//	sum        = unary { ( "+" | "-" ) unary }
//	unary      = "!" unary | primary
//	primary    = number | "true" | "false" | "(" expr ")"
//	           | ( "forall" | "exists" ) name [ ":" sort ] { "," name [ ":" sort ] } "." expr
//	           | "if" expr "then" expr "else" expr
//	           | name [ "'" ] [ "(" exprs ")" ]
//	names      = name { "," name }       sorts = sort { "," sort }
//	exprs      = expr { "," expr }       sort  = name | "bool" | "int"
//
// A # begins a comment. Each sort is a set of any size. An enum is a sort with named
// elements. A const or func never changes, a var is state, and a ghost is state that
// only the proof needs. The names of vars are logical variables: where one is free in
// an axiom, a requirement, an assertion or an invariant, that holds for all elements.
//
// An action is one atomic step. It may happen if all that it requires holds. All that
// it asserts must hold then: that is proved. Its assignments happen at once, and their
// right sides mean the state before the step. In "f(x, y) := e" an argument that is a
// logical variable and not a parameter matches every element, and e may use it. Of two
// assignments to one place the later wins. A parameter that is a function stands for
// any function.
//
// An invariant is proved of all states that can be reached: init implies it, and every
// action preserves all invariants together. A transition is a property of every step:
// f' is f after the step.
package protocol
