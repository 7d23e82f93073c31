package flatmap

// How the map works. (doc.go has the contract. The numbers that begin an indented
// line are cited where the code relies on them; a test checks that.)
//
// Everything that two goroutines can touch at once is accessed through
// sync/atomic, whose operations Go defines as sequentially consistent. So the
// race detector checks the code that ships, and nothing depends on a
// processor's memory model.
//
// # Layout
//
// A table is one flat array of root buckets, a power of two of them. A bucket
// has 7 slots, each with a key and a value in whole words. For words, that is two
// cache lines:
//
//	             byte 7      6      5      4      3      2      1      0
//	meta       | tag 6 | tag 5 | tag 4 | tag 3 | tag 2 | tag 1 | tag 0 | flags |
//	version    | of the whole chain; in an overflow bucket: the next one's index |
//	slot 0     | value                     | key                                 |
//	...
//	slot 6     | value                     | key                                 |
//
//	tag:    EMPTY (never used), DEAD (used once, now free), FULL with 7 bits of the hash
//	flags:  linked (an overflow bucket follows); in roots also locked, moved, held, and
//	        4 bits that say for which entry the lock is lent (see Callbacks)
//
// The low bits of a key's hash choose its root bucket, the top bits are its
// tag. When a root is full, overflow buckets follow it, linked by index, so
// that a table of keys and values without pointers holds none: the garbage
// collector never scans it. A root and its overflow buckets are a chain. Its
// lock is a bit of the root's meta.
//
// # Reading and writing
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
// R4 comes before the comparison because a reader must never look into a torn
// string. There is no odd phase, in which a sequence lock makes its readers
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
// # Hashes
//
// A key of one word is hashed by one multiplication (mix), any other as Go's map does it. A
// product keeps what a sum is. That spreads keys which count up better than random hashes do,
// but somebody who knows the factor can choose keys that collide: with any factor there are
// differences that come with the same chain of 256 for half of the keys. So each process
// draws its factors. Over all that it may draw, no small multiple of a power of two, as
// the difference of two keys, makes them share a chain more than three times as often as
// random keys do (TestDifferences): keys that were chosen beforehand gain nothing, on average.
// It does not stop somebody who can see the order of iterations or how long each
// operation takes, and so learn the factor. The defense against that is WithHasher
// with maphash.Comparable.
//
// # Invariants
//
//	I1  A slot's words, other than a one-word value that is updated in place,
//	    change only while its tag is not FULL.
//	I2  The words of a slot that was ever FULL change only after the version
//	    has advanced past every reader that saw it FULL, with the exception
//	    that I1 makes.
//	I3  A key is in at most one FULL slot of its chain, and an update never
//	    moves it to another bucket.
//	I4  A chain that has moved never changes again.
//	I5  If values are larger than a word, every bucket has a free slot.
//	I6  A slot that is not FULL holds no pointers, while its chain is unlocked
//	    and its lock is not lent for that slot.
//	I7  A key that a callback holds is in the slot for which the lock of its chain is
//	    lent, or it is among the map's holds and its chain has flagHeld. Its
//	    entry does not change.
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
//	LP-move        the store of flagMoved: not an operation on the map, but the
//	               moment from which the chain's state is found in the next table
//	LP-clear       the store of the new table while all chains are locked and no
//	               key is held
//
// A reader that passed the root before LP-move reads a chain that does not
// change any more (I4), and linearizes no later than LP-move. So does one that
// loaded the table before LP-clear.
//
// # Resizing
//
// A table that is too full, too empty, or has too many overflow buckets gets a
// successor. If that has four
// megabytes or more, a separate goroutine allocates it: to clear so much memory
// takes long, and writers go on in the full table meanwhile, unless it is half
// again as full as it should be. Then its chains move one by one: a goroutine that moves one locks it, copies its entries and sets flagMoved; an empty
// one is only marked. A writer that meets a
// chain that has not moved moves it, and some others as well, before it goes on in
// the successor.
//
// Growing sends chain i of n to chains i and i+n, by one more bit of the hash. No
// goroutine can reach those until chain i is marked as moved:
//
//	n = 4, chain 1, before           after
//
//	src   | 0 | 1: a b c | 2 | 3 |   src   | 0 | 1: moved | 2 | 3 |
//	                                              /            \
//	dst                              dst   | 0 | 1: a c | 2 | 3 | 4 | 5: b | 6 | 7 |
//
// Shrinking merges chains, under the lock of the one they merge into. A helper (a
// writer that moves chains other than its own) skips chains whose locks are taken, and a goroutine that unlocks a chain during a
// resize moves what may have been skipped because of it. When all chains have moved, the map's table
// advances, and only then can the successor be resized in turn.
//
// What a resize needs to know is in an object made for it and reached through
// the table it replaces, so that a helper that slept for long can never act on
// a later one.
//
// Clear finishes the resize in progress, locks all chains in order, and once no key is held
// replaces the map's table by a fresh one, and marks the old chains as moved there. If
// a callback runs for long, it gives the locks back and waits for its end: the callback
// may wait for a writer that waits for one of these locks.
//
// # Iterations
//
// An iteration visits the chains of the table that it starts on. It reads the entries of a chain one by
// one, each after the last call of its function, as a Load does: R1 is done once for the
// chain, R2 once for each bucket and again after R3. As long as all metas that it has loaded and
// the version are the same, no slot has changed its entry, and no key its bucket. When they
// differ, or the chain is longer than two buckets, it copies what the chain holds
// now, leaves out the keys that it has shown, and loads each of the others before it
// shows it. So its own goroutine's writes are seen, and of what other goroutines write nothing is
// shown that was gone before the last call. (A Clear that has emptied the map and has yet to mark the
// chain as moved is the exception: it has not returned.)
//
// For a chain that has moved, it copies those of the map's table that its keys are in by then: of these
// only the keys whose hash belongs to the chain. So no key comes twice, however many resizes
// happen meanwhile. Between chains it holds the buckets of the first table, and nothing
// that leads to the next. Keys that differ from themselves cannot be recognized among those that
// it has shown: it copies their chain and shows them last.
//
// Retain goes from table to table in the same way, and decides entry by entry, with the lock lent.
//
// # Callbacks
//
// A function given to Compute, LoadOrCompute or Retain runs while its caller holds the key
// that it decides about, and nothing else. The caller takes the chain's lock, finds its key, and lends
// the lock: it stores a meta without flagLocked that says in which slot the key is. An
// absent key is written to the free slot that its insert would fill. If nobody needs the chain
// meanwhile, one CompareAndSwap takes the lock back, and all that the caller knows of the
// chain is still true. A goroutine that needs the chain takes the lock over: it locks it as if
// it were free, and then adds the key to the map's holds, and sets flagHeld. The
// CompareAndSwap fails then: the caller locks the chain wherever it is by now, and removes
// its hold. Keys beyond the second bucket are held in this way from the start.
//
// A writer that has locked a chain with flagHeld looks for its key among the holds, and waits
// if it is there (I7). The flag moves with the chain, to both ends of a split. A goroutine that
// has locked the chain and finds no holds at all clears it.
//
// So a short callback costs one locked instruction more than with the chain locked, and
// nothing else is needed if nobody waits. Compute and Retain lend the lock of a root
// bucket in one step, without taking it first: from then on the slot does not change,
// whichever goroutine takes over. Retain goes from entry to entry by one CompareAndSwap.
//
// No lock is lent for a key that differs from itself: nothing could find its hold again, and end
// it. Where keys may (floats, interfaces), Compute locks the chain first, since what has its key's
// tag may be such a key, and so does Retain for each entry. It decides about such keys last, after all
// others that it looks for in any table, and with their chain locked.
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
//     after a Clear, and concurrently with another callback for its key. The
//     checker of histories, which sees callbacks, rejects it.
//   - A Load that begins to load a bucket's second cache line before it knows
//     the slot: 25 % faster, but that word may be one that an insert is writing
//     plainly (I1), and to write all words atomically costs inserts more.
//     The version as the last word of a bucket, so that R1 loads that line
//     without a race: no faster, neither in the cache nor out of it.
//   - Two multiplications for words, as in xsync, so that no difference of keys is far from random
//     with a known factor either: the workloads of BenchmarkSeed take 25 % longer. With a
//     square of the key in place of the second (hi of z*(2*z+factor)), a table of keys that
//     count up has one in twenty that do not fit, on average, and for some secrets most.
//   - Callbacks with their chain locked: Retain takes half of the time, but one that waits, as for
//     a server, stops the resize of the whole map, so that the chains of all other keys grow.
//   - A separate hash for short strings (wyhash): no faster than the one of
//     Go's map, which maphash.Comparable calls.
//   - Moving both chains of a shrink under both their locks: a helper would
//     hold one lock while it waits for another.
//   - Buckets that are padded so that each starts a cache line: no faster with
//     string keys and values of a word, in the cache or out of it.
//   - Counters striped by goroutine (by the address of its stack) rather than by
//     chain: two goroutines that only insert and remove in a small map are 12 to
//     25 % faster, nothing else is, and the count of a stripe would no longer be a
//     hint at the whole.
//   - Fetching both cache lines of a bucket for writing before its lock is taken,
//     which takes assembly: the concurrent mixed workload of BenchmarkSeed is 17 %
//     faster where two processors are far apart, and no faster where they share a
//     cache.
//   - Copying the entries of a chain before any is handed out, and looking at each again before it
//     is: iterations over words take 1.5 to 2 times as long.
//   - Copying the entries of eight chains before any is handed out, their slots
//     found by one loop over the bits of all: an iteration takes longer than chain
//     by chain, which mispredicts one branch a chain.
//   - Faulting in the pages of a large new table, before chains move to it, by the
//     goroutine that has allocated it: one goroutine fills 4M words 17 % faster
//     where a fault takes 13 us, but its slowest Store is as slow; and done before
//     the table is known, a Store once waited for 700 ms.
//   - A separate walk of a chain for word keys with word values (findWords): Loads of
//     words that a user hashes are 12 to 25 % faster without it, since they take the
//     fast path of lookup then (EPYC, 2026-11).
//   - A pool of old tables: a reader may be in one for as long as it likes.
