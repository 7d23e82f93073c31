package refine

// The meta word of a bucket, as flatmap/design.go describes it.
const (
	flagLocked = 1 << 0
	flagMoved  = 1 << 1
	flagLinked = 1 << 2
	flagHeld   = 1 << 7

	lentShift = 3
	lentBits  = 0xf << lentShift

	tagEmpty = 0
	tagDead  = 1
	tagFull  = 0x80
)

func tagAt(meta uint64, slot int) uint64 { return meta >> (8*slot + 8) & 0xff }

func tagOf(hash uint64) uint64 { return hash>>57 | tagFull }
