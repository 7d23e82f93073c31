package planted

// Rule returns the rule of the protocol's model that a mistake breaks, as package refine
// names it; "" if the mistake is outside of the model, or is not an access that a rule
// forbids.
func (m Mistake) Rule() string { return rules[m.Name] }

var rules = map[string]string{
	"no-r4":               "R4",
	"no-r4-register":      "R4",
	"no-r4-anywhere":      "R4",
	"no-r4-words":         "R4",
	"no-r4-hashed-words":  "R4",
	"key-before-r4":       "fast",
	"torn-key":            "R4",
	"r2-before-r1":        "R2",
	"publish-first":       "written",
	"publish-first-root":  "written",
	"no-bump-reuse":       "advanced",
	"no-bump-reuse-words": "advanced",
	"no-bump-zero":        "advanced",
	"no-zero":             "wiped",
	"insert-in-root":      "absent",
	"update-twice":        "same tags",
	"update-twice-root":   "once",
	"no-spare":            "spare",
	"link-late":           "linked",
	"unlock-early":        "locked",
	"panic-keeps-lock":    "held",
	"lock-swap":           "explained",
	"merge-release-first": "published",
	"moved-before-copy":   "all",
	"count-twice":         "counted",
	"ignore-destination":  "locked",
	"finish-blindly":      "finish",
	"start-stale":         "announce",
	"panic-leaves-copies": "wiped",
	"clear-unfinished":    "all",
	"iterate-version":     "own writes",
	"iterate-all":         "own writes",
}
