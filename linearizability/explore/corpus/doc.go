// Package corpus checks the command explore on published packages: it rewrites them with
// all that they need, compiles them, and runs their own tests without exploring. The
// tests must do what they do otherwise.
//
//	go test -C linearizability/explore/corpus .                      # a few packages
//	go test -C linearizability/explore/corpus -timeout 4h . -all -v  # all of packages.txt
//
// Tests that fail although nothing is rewritten do not count; the log has their names.
package corpus
