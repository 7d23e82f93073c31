// Package flatmap provides a generic, flat, sequence-validated concurrent hash
// map, after the Rust crate flatmap_rs.
//
// [Map] is for any number of goroutines. Load, Contains, Store, Swap,
// LoadOrStore, LoadOrCompute, LoadAndDelete, Delete, CompareAndSwap,
// CompareAndDelete, Compute and Clear are linearizable, with each other and
// with any resize in progress. Retain is linearizable entry by entry, Insert
// and Collect pair by pair. Iterations, Clone, Len, Stats and MarshalJSON say in their
// documentation what they see. What you may rely on:
//
//   - Loads never block. A writer that is parked at any point of any operation
//     stops no Load, of the same key or of another. Iterations and Stats take no
//     locks either.
//   - A write locks one chain of a few entries. It may move some chains of a table
//     that is being resized, but it never waits for another chain's lock, nor for
//     a resize to end; it may wait for the memory of a large new table, and for a
//     function that runs for its key. Clear waits until no such function runs. It takes
//     all locks, one after the other; a writer of a chain that it has locked waits
//     for it. A goroutine that has waited for about a millisecond is served next: a
//     best effort, not strict FIFO.
//   - A write synchronizes before what sees its effect, in the sense of the Go
//     memory model: a Load or an iteration that finds what was stored, and one that
//     does not find what was deleted. So a goroutine that loads a pointer sees what
//     was written before the pointer was stored.
//   - Functions given to Compute, LoadOrCompute and Retain run exactly once per
//     decision, and hold their key and nothing else: other writes of the key wait
//     until they return, and Clear. Loads, operations on all other keys and resizes go
//     on, however long they run. They may use the map, and write its other keys. If they panic
//     or call runtime.Goexit, the entry stays as it was and the key is released.
//     A function that writes its own key, clears the map or has a Retain decide about its own entry
//     waits for itself, every time; with the build tag invariants it panics. Two functions that write
//     each other's keys wait for each other, as with two mutexes. A key that differs from itself, as
//     a NaN does, is not held: only a Retain that decides about one holds all keys of its chain.
//   - An iteration sees what its own goroutine has written.
//   - Keys behave as in Go's map: a NaN is never found, +0 and -0 are one key,
//     and a key that holds an uncomparable value panics, before any lock is
//     taken. An entry keeps the key that it was inserted with.
//   - A key or value that was deleted or overwritten can be collected as soon
//     as neither a resize is in progress nor an iteration or a Retain that began
//     before; so can a table that was replaced. An iteration, paused or not, keeps the
//     table that it started on and no other that was replaced. Every write advances a resize in
//     progress: a table of n chains has moved after at most n/32 writes.
//   - The zero Map is ready to use. No operation allocates, except for tables and
//     overflow buckets (a resize, Clear, Clone), a Retain that is the first of its
//     map, runs concurrently with another, or follows one that did not return,
//     iterations that meet a chain of more than two buckets, one that has moved or that changes
//     between two entries, or keys of many kilobytes, comparisons of values of more than a kilobyte, values of more than
//     128 KiB, the first goroutine that sleeps for a lock (again after a Clear), a
//     function during which another goroutine needs its chain, or whose key is beyond the second
//     bucket of it, and Stats. Nor does a caller allocate a short string, or a struct of them, to have
//     it found, as in m.Load(string(bytes)); an interface, to have it looked for.
//     What inserts such a key copies the strings that are on the stack, and so does a Compute that
//     leaves it absent. (With the
//     build tag purego, package hash/maphash allocates.)
//   - In package testing/synctest, a map belongs to one bubble, or to what is
//     outside of all bubbles: a goroutine that waits for a lock may be woken from
//     its own bubble only. Maps of different bubbles do not affect each other.
//
// How the map works is in design.go: layout, protocol, numbered invariants,
// linearization points, and what was tried and rejected.
package flatmap
