package proof

// Hints say which assumptions have been enough to prove an obligation, whatever the
// action. They only make proofs faster: what follows from some assumptions follows
// from all.
type Hints map[string]map[string]bool
