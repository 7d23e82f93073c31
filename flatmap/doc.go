// Package flatmap provides a generic, flat, sequence-validated concurrent hash
// map, after the Rust crate flatmap_rs.
//
// # What you may rely on
//
// [Map] is for any number of goroutines. Load, Contains, Store, Swap,
// LoadOrStore, LoadOrCompute, LoadAndDelete, Delete, CompareAndSwap,
// CompareAndDelete, Compute and Clear are linearizable, with each other and
// whatever resize is under way. Retain is linearizable entry by entry, Insert
// and Collect pair by pair. Iterations, Clone, Len and Stats say in their
// documentation what they see.
//
//   - Loads never block. A writer that is parked at any point of any operation
//     stops no Load, of its own key or of another. Iterations and Stats take no
//     locks either.
//   - A write takes the lock of one chain of a few entries. It may move some
//     chains of a table that is being resized, but it never waits for another
//     chain's lock, nor for a resize to end. Clear takes all locks, one after the
//     other, and whoever writes a chain that it has locked waits for it. Who has
//     waited for a millisecond comes next, or nearly so.
//   - A write synchronizes before whatever sees its effect, in the sense of the Go
//     memory model: a Load or an iteration that finds what was stored, and one that
//     does not find what was deleted. So what a goroutine has written before it
//     stores a pointer is seen by those who load the pointer.
//   - Functions given to Compute, LoadOrCompute and Retain run exactly once per
//     decision, with the chain locked. They may read the map. If they panic or
//     call runtime.Goexit the entry stays as it was and the lock is released.
//     They must not write the map.
//   - Keys behave as in Go's map: a NaN is never found, +0 and -0 are one key,
//     and a key that holds an uncomparable value panics, before any lock is
//     taken. An entry keeps the key that it was inserted with.
//   - A key or value that was deleted or overwritten can be collected as soon
//     as no resize is under way, nor an iteration that began before; so can a
//     table that was replaced. A resize goes on with every write, and is over
//     after at most one write for every 32 chains.
//   - The zero Map is ready to use. No operation allocates, but for tables and
//     overflow buckets (a resize, Clear, Clone), the first Retain of a map (or
//     after one whose function panicked), iterations that meet a chain of more
//     than two full buckets or entries of many kilobytes, comparisons of values
//     of more than a kilobyte, values of more than 128 KiB, the first goroutine
//     that sleeps for a lock, and Stats.
//   - In package testing/synctest, a map belongs to one bubble, or to what is
//     outside of all: a goroutine that waits for a lock may be woken from its own
//     bubble only. Maps of different bubbles have nothing to do with each other.
//
// # How it works
//
// Everything that two goroutines can touch at once is accessed through
// sync/atomic, whose operations Go defines as sequentially consistent. So the
// race detector checks the code that ships, and nothing depends on a
// processor's memory model.
//
// A table is one flat array of root buckets, a power of two of them. A bucket
// has 7 slots, each with a key and a value in whole words:
//
//	meta      flags, and 7 tags: EMPTY, DEAD or FULL with 7 bits of the hash
//	version   of the whole chain (in an overflow bucket: the next one's index)
//	slots     7 keys and values
//
// The low bits of a key's hash choose its root bucket, the top bits are its
// tag. When a root is full, overflow buckets follow it, linked by index, so
// that a table of keys and values without pointers holds none: the garbage
// collector never scans it. A root and its overflow buckets are a chain. Its
// lock is a bit of the root's meta.
//
// A reader
//
//	R1  loads the root's version,
//	R2  loads the bucket's meta,
//	R3  copies key and value of each slot with the right tag,
//	R4  loads the version again, and starts over if it has advanced,
//	    then compares the keys: it has a hit if they are equal,
//	R5  follows the link, and has a miss if there is none.
//
// R4 comes before the comparison because a torn string must never be looked
// into. There is no odd phase, in which a sequence lock makes its readers
// wait: a writer changes what readers may be copying only after it has made it
// invisible and has advanced the version.
//
// A writer locks the chain, and then
//
//   - inserts into an EMPTY slot: writes the words, plainly, and stores meta
//     with the tag;
//   - deletes: stores meta with the tag DEAD. If there are pointers: advances
//     the version and zeroes them;
//   - inserts into a DEAD slot: advances the version, unless the deletion has,
//     writes the words atomically, stores meta;
//   - updates a value of one word: stores it;
//   - updates a larger value: writes key and value to a free slot of the same
//     bucket as an insert does, stores one meta that makes that slot FULL and
//     the old one DEAD, and zeroes the old one as a delete does. Buckets keep
//     one slot free for that.
//
// The store of meta also unlocks, where nothing is left to do after it.
//
// # Invariants
//
//	I1  A slot's words, other than a one-word value that is updated in place,
//	    change only while its tag is not FULL.
//	I2  The words of a slot that was ever FULL change only after the version
//	    has advanced past every reader that saw it FULL, but for those that I1
//	    excepts.
//	I3  A key is in at most one FULL slot of its chain, and an update never
//	    moves it to another bucket.
//	I4  A chain that has moved never changes again.
//	I5  If values are larger than a word, every bucket has a free slot.
//	I6  A slot that is not FULL holds no pointers, while its chain is unlocked.
//
// # Linearization points
//
//	LP-load-hit    R2; for a one-word value possibly a later moment, up to R3,
//	               at which that value was current
//	LP-load-miss   R2 of some bucket: a key that stays present stays in its
//	               bucket (I3), so a reader that has found none of the buckets
//	               to hold it has seen a moment when it was absent
//	LP-insert      the store of the meta that makes the slot FULL, or that
//	               links the bucket it is in
//	LP-update      the store of the one-word value, or of the meta that swaps
//	               the slots
//	LP-delete      the store of the meta that makes the slot DEAD
//	LP-move        the store of flagMoved: no operation on the map, but the
//	               moment from which the chain's state is found in the next table
//	LP-clear       the store of the new table while all chains are locked
//
// A reader that passed the root before LP-move reads a chain that does not
// change any more (I4), and linearizes no later than LP-move. So does one that
// loaded the table before LP-clear.
//
// # Resizing
//
// A table that is too full, or too empty, gets a successor, which a goroutine
// allocates if it has four megabytes or more: to clear that much memory takes
// long, and writers go on in the full table meanwhile, unless it is half again
// as full as it should be. Then its chains move one by one: whoever moves one
// locks it, copies its entries and sets flagMoved. A writer that meets a chain
// that has not moved moves it, and some others beside it, before it goes on in
// the successor. Growing sends chain i of n to i and i+n, which nobody can
// reach until then; shrinking merges chains, under the lock of the one they
// merge into. A helper skips chains whose locks are taken, and whoever unlocks
// a chain during a resize moves what may have been skipped for its sake: so a
// callback that runs for long holds up its own chain only. When all chains have
// moved, the map's table advances, and only then can the successor be resized
// in turn.
//
// What a resize needs to know is in an object made for it and reached through
// the table it replaces, so that a helper that slept for long can never act on
// a later one.
//
// Clear finishes the resize under way, locks all chains in order, makes a
// fresh table the map's, and marks the old chains as moved there.
//
// An iteration visits the chains of the table that it starts on, and for a
// chain that has moved, those that it split into or merged with: of these only
// the keys whose hash belongs to the chain. So no key comes twice, however
// many resizes happen meanwhile. Retain does the same under locks.
//
// # Rejected
//
//   - A sequence lock with an odd phase: simpler for writers, but a writer that
//     loses its processor stops all readers of the chain.
//   - Buckets of 64 bytes with 3 slots: one cache line for most lookups, but so
//     many chains overflow in the same memory that inserts and removals are
//     slower.
//   - A Clear that only replaces the table, and takes no locks: linearizable if
//     only calls and returns count, but a callback that is running would decide
//     after a Clear, and beside another callback for its key. The checker of
//     histories, which sees callbacks, rejects it.
//   - A Load that begins to load a bucket's second cache line before it knows
//     the slot: a quarter faster, but that word may be one that an insert is
//     writing plainly (I1), and to write all words atomically costs inserts more.
//     The version as the last word of a bucket, so that R1 loads that line
//     without a race: no faster, neither in the cache nor out of it.
//   - A hash of our own for short strings (wyhash): no faster than the one of
//     Go's map, which maphash.Comparable calls.
//   - Moving both chains of a shrink under both their locks: a helper would
//     hold one lock while it waits for another.
//   - Buckets that are padded so that each starts a cache line: no faster with
//     string keys and values of a word, in the cache or out of it.
//   - Counters striped by goroutine (by the address of its stack) rather than by
//     chain: an eighth to a quarter off the time of two goroutines that only insert
//     and remove in a small map, nothing off anything else, and the count of a
//     stripe would be no hint at the whole any more.
//   - Fetching both cache lines of a bucket for writing before its lock is taken,
//     which takes assembly: a sixth off the concurrent mixed workload of
//     BenchmarkSeed where two processors are far apart, nothing where they share
//     a cache.
//   - Copying the entries of eight chains before any is handed out, their slots
//     found by one loop over the bits of all: an iteration takes longer than chain
//     by chain, which mispredicts one branch a chain.
//   - Faulting in the pages of a large new table, before chains move to it, by the
//     goroutine that has allocated it: a sixth off the time in which one goroutine
//     fills 4M words, where a fault takes 13 us, but nothing off its slowest Store;
//     and done before the table is known, a Store once waited for 700 ms.
//   - A pool of old tables: a reader may be in one for as long as it likes.
package flatmap
