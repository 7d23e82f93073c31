// Package corpus checks the command explore on published packages: it rewrites them with
// all that they need, compiles them, and runs their own tests without exploring. The
// tests must do what they do otherwise.
//
//	go test -C linearizability/explore/corpus .                   # a few packages, and the rows of RESULTS.md
//	go test -C linearizability/explore/corpus -timeout 4h . -all  # writes RESULTS.md
//
// RESULTS.md has a row for each of packages.txt. A row is kept as long as the sources that
// rewrite are the same, so a run can be interrupted, or ended by -for. Packages whose
// tests fail although nothing is rewritten do not count.
package corpus
