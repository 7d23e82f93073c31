package wire

// Gallery is a line that gallery prints: an entry's result, or in the end the
// summary.
type Gallery struct {
	Entry   *Entry          `json:"entry,omitempty"`
	Summary *GallerySummary `json:"summary,omitempty"`
}

// An Entry is the result of one entry of the gallery.
type Entry struct {
	Name    string  `json:"name"`
	Kind    Kind    `json:"kind"`
	Module  string  `json:"module,omitempty"`
	Version string  `json:"version,omitempty"`
	Issue   string  `json:"issue,omitempty"`
	Layer   string  `json:"layer,omitempty"` // that found something
	Seconds float64 `json:"seconds"`
	// Found reports whether something was found that counts: of a documented bug,
	// and of the version that fixed it, that bug.
	Found   bool   `json:"found"`
	Finding string `json:"finding,omitempty"` // in one line
	Text    string `json:"text,omitempty"`    // at length
	// OK reports whether the run came out as it must.
	OK bool `json:"ok"`
	// Others are findings without the mark of the documented bug.
	Others []string `json:"others,omitempty"`
	// Error is why there is no result, if so.
	Error string `json:"error,omitempty"`
}

// A Kind of entry defines what its result must be.
type Kind string

// The kinds.
const (
	KindBug       Kind = "bug"       // a documented one, which must be found
	KindFixed     Kind = "fixed"     // the version that fixed it, which must pass
	KindReference Kind = "reference" // a map that is right, and must pass
	KindCurrent   Kind = "current"   // a newest version; what is found is reported
)

// A GallerySummary adds up the results.
type GallerySummary struct {
	Bugs     int     `json:"bugs"`
	Found    int     `json:"found"` // of the bugs
	Passing  int     `json:"passing"`
	Passed   int     `json:"passed"` // of those that have to
	Current  int     `json:"current"`
	Findings int     `json:"findings"` // in current versions
	Errors   int     `json:"errors"`
	Seconds  float64 `json:"seconds"`
	Slowest  float64 `json:"slowest"` // of the bugs found
	OK       bool    `json:"ok"`
}
