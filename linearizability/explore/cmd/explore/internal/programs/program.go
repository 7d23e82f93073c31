// Package programs proves the explorer of unmodified code on random programs. A
// [Program] is a data structure. [Source] prints programs as ordinary Go, which the
// command rewrites, compiles and explores. [Enumerate] interprets the data structure
// itself, in every interleaving, and by the rules of the language alone: it shares
// no code with the engine, the rewriter or what stands in for package sync.
package programs

// A Kind is what an [Op] does.
type Kind uint8

// The kinds of operations. The result of an operation is folded into what its
// goroutine has seen. The body of an Op runs if the result is not 0, unless the kind
// says something else.
const (
	Load Kind = iota
	Store
	Add
	Swap
	CAS // from Val to New
	And
	Or
	Await // loops until the atomic is Val

	Read  // of plain memory
	Write // the same
	Increment
	ReadAtomic // reads the word of an atomic plainly

	Lock // a mutex, around the body
	TryLock
	RLock // of the RWMutex, around the body
	WLock
	TryRLock
	TryWLock

	Done    // of the WaitGroup
	WaitFor // the WaitGroup
	Once    // the body is the function

	CondWait // holds the condition's mutex: waits until the flag is set
	SetFlag  // holds the condition's mutex
	Signal
	Broadcast

	Send
	Recv
	RecvOK // the result is whether the channel was open
	Range  // receives until the channel is closed
	Close
	Len
	TrySend // a select with a default
	TryRecv
	RecvEither // a select of two channels
	TryRecvEither

	MapStore // of the sync.Map
	MapLoad
	MapLoadOrStore
	MapDelete

	Go // starts goroutine V
)

// An Op is an operation.
type Op struct {
	Kind Kind
	V    int // which atomic, mutex, and so on
	Val  int
	New  int
	Form int // how it is written
	Body []Op
}

// A Chan says how a channel is made.
type Chan struct{ Cap int }

// A Program is a test: its first goroutine is the test's, which starts the others,
// and then waits for all of them if Join is set.
type Program struct {
	Goroutines [][]Op
	Atomics    []AtomicType
	Plains     []PlainType
	Chans      []Chan
	Count      int // of the WaitGroup, at the beginning
	Join       bool
	Style      int // how it is written
}

// The numbers of variables. The last Plain is the flag of the condition, whose mutex is
// the first one. Mutex 1 has no condition.
const (
	atomics = 2
	plains  = 2
	flag    = plains
	mutexes = 2
	chans   = 2
	keys    = 2
	most    = 5 // goroutines
)

// An AtomicType is the type of an atomic variable.
type AtomicType uint8

// The types of atomics. The second half are words that functions access.
const (
	Int32 AtomicType = iota
	Int64
	Uint32
	Uint64
	Uintptr
	Bool
	Pointer
	Value
	WordInt32
	WordInt64
	WordUint32
	WordUint64
	WordUintptr
	WordPointer
	atomicTypes
)

func (t AtomicType) number() bool {
	return t <= Uintptr || t >= WordInt32 && t <= WordUintptr
}

func (t AtomicType) word() bool { return t >= WordInt32 }

// A PlainType is the type of a plain variable.
type PlainType uint8

// The types of plain variables.
const (
	Int PlainType = iota
	Byte
	Element   // of an array
	Slice     // the first element
	Deref     // what a pointer points to
	Map       // the value of a key
	Text      // the length of a string
	Copied    // an array that is written by copy
	Interface // an any
	plainTypes
)
