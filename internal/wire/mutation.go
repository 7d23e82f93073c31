package wire

// Mutation is a line that the command mutation prints. One of its fields is set.
type Mutation struct {
	Mutant   *Mutant          `json:"mutant,omitempty"`
	Progress *Progress        `json:"progress,omitempty"`
	Summary  *MutationSummary `json:"summary,omitempty"`
}

// Verdicts on mutants.
const (
	Killed     = "killed"
	Survived   = "survived"
	Equivalent = "equivalent" // argued to be equivalent
	Refuted    = "refuted"    // argued to be equivalent, and killed
	Unfinished = "unfinished" // the time was over
)

// A Mutant is what became of a mutant.
type Mutant struct {
	ID       string            `json:"id"`
	Class    string            `json:"class"`
	Operator string            `json:"operator"`
	File     string            `json:"file"`
	Line     int               `json:"line"`
	Func     string            `json:"func"`
	Text     string            `json:"text"`              // what is changed, shortened
	Becomes  string            `json:"becomes"`           // what it is changed to, shortened
	Verdict  string            `json:"verdict,omitempty"` // one of the constants; empty if the mutants are only listed
	By       string            `json:"by,omitempty"`      // the layer that killed it first
	Step     string            `json:"step,omitempty"`    // the program of that layer
	How      string            `json:"how,omitempty"`     // fail, crash or hang
	Detail   string            `json:"detail,omitempty"`  // its message
	Seconds  float64           `json:"seconds,omitempty"`
	Layers   map[string]string `json:"layers,omitempty"` // how each ended, if all were run that were asked for
	Why      string            `json:"why,omitempty"`    // the argument of an equivalent one
	Source   string            `json:"source"`           // fingerprint of what the result depends on
}

// Progress is how many mutants were run so far.
type Progress struct {
	Done    int     `json:"done"`
	Of      int     `json:"of"`
	Killed  int     `json:"killed"`
	Seconds float64 `json:"seconds"`
}

// A MutationSummary is what became of all mutants.
type MutationSummary struct {
	Mutants    int              `json:"mutants"`
	Class      map[string]int   `json:"class"`
	Tally      map[string]Tally `json:"tally"`     // by class
	Operators  map[string]Tally `json:"operators"` // by operator
	Killed     int              `json:"killed"`
	Survived   int              `json:"survived"` // the open ones included
	Equivalent int              `json:"equivalent"`
	Refuted    int              `json:"refuted"`
	Unfinished int              `json:"unfinished"`
	Stillborn  int              `json:"stillborn"` // did not compile; not among the mutants
	First      map[string]int   `json:"first"`     // by layer: killed it first
	Hangs      int              `json:"hangs"`     // of those killed: did not end
	AllLayers  int              `json:"all_layers"`
	By         map[string]int   `json:"by"`    // of those of which all layers were run: killed by
	Alone      map[string]int   `json:"alone"` // and by no other
	Unable     []string         `json:"unable,omitempty"`
	Seconds    float64          `json:"seconds"`
	Survivors  []string         `json:"survivors"`
	Machines   []string         `json:"machines"`
}

// A Tally is what became of the mutants of a class or an operator.
type Tally struct {
	Mutants    int `json:"mutants"`
	Killed     int `json:"killed"`
	Equivalent int `json:"equivalent"`
	Survived   int `json:"survived"` // all layers that the machine can run
	Open       int `json:"open"`     // survived the layers that were run, which are not all
	Refuted    int `json:"refuted"`
	Unfinished int `json:"unfinished"` // not run, or not to the end
}
