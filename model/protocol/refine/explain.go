package refine

import "fmt"

// ErrorPrefix begins the error of an execution that the model does not allow.
const ErrorPrefix = "refinement: "

// explain returns the error of an execution that the model does not allow.
func (r *run) explain(err error) error {
	if r.at >= len(r.f.log) {
		return fmt.Errorf(ErrorPrefix+"in the end: %w", err)
	}
	e := &r.f.log[r.at]
	at := ""
	if e.site.Line != 0 {
		at = " at " + e.site.String()
	}
	return fmt.Errorf(ErrorPrefix+"%s%s %w\n(access %d, by goroutine %d, of %s: %#x -> %#x)", e.name, at, err, r.at+1, e.g, e.place.String(), e.before, e.after)
}

// refused fails because the model refuses an action.
func (r *run) refused(why refusal) {
	x := rules[why]
	if phrase := phrases[x.action+"/"+x.name]; phrase != "" {
		r.fail("%s: rule %s", phrase, x.name)
	}
	verb, rule := "requires", x.name
	if x.asserts {
		verb = "asserts"
	}
	if x.name == x.text { // it has none
		rule = x.action
	}
	r.fail("is not a step that the model allows, since %s %s %s: rule %s", x.action, verb, x.text, rule)
}

// phrases say what code does that breaks a rule.
var phrases = map[string]string{
	"store/written":        "publishes words that were not written",
	"store/linked":         "publishes a bucket whose link is not set",
	"store/wipe":           "unlocks a chain with a slot that has to be wiped",
	"fill_key/advanced":    "writes a slot again, and the version has not advanced",
	"fill_value/advanced":  "writes a slot again, and the version has not advanced",
	"wipe_key/advanced":    "wipes a slot, and the version has not advanced",
	"wipe_value/advanced":  "wipes a slot, and the version has not advanced",
	"insert/absent":        "inserts a key that is there",
	"insert/spare":         "fills the last free slot of a bucket",
	"insert/once":          "changes an entry twice",
	"update/once":          "changes an entry twice",
	"update_in_place/once": "changes an entry twice",
	"remove/once":          "changes an entry twice",
	"lock/free":            "locks a chain that is locked",
	"lock/live":            "locks a chain that has moved",
	"moved_all/all":        "marks a chain as moved that has entries which were not copied",
	"moved_all/published":  "marks a chain as moved before the copies of its entries are published",
	"move_empty/empty":     "marks a chain as moved without its lock, and it has entries",
	"lock_to_merge/free":   "locks a chain that is locked",
	"finish/all":           "replaces a table of which chains have not moved",
	"clear_announces/all":  "replaces a table of which chains are not locked",
	"skip_word/fast":       "compares a key before R4",
	"R4_hit/R4":            "returns what it has copied, and the version has advanced",
	"R2/not_moved":         "reads a chain that has moved",
	"update/same_bucket":   "moves an entry to another bucket",
}
