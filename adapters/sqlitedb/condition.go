package sqlitedb

// condition is why a file cannot be used as one would like to. Whoever knows
// nothing of files asks what it says of itself.
type condition string

func (c condition) Error() string { return string(c) }

// Away says that the same may succeed later, or after a restart.
func (c condition) Away() bool { return true }

// NoSpace says that writes wait for space on the disk.
func (c condition) NoSpace() bool { return c == full }

// Broken says that only a restart may help.
func (c condition) Broken() bool { return c == broken }

const (
	closed condition = "the database is closed"
	full   condition = "the disk is full"
	broken condition = "the database takes no more writes"
)

var (
	// ErrClosed answers all calls after Close.
	ErrClosed error = closed

	// ErrFull says that the disk, or a quota, is full. Nothing of the write took
	// place, and writes succeed again once there is space.
	ErrFull error = full

	// ErrBroken says that the ground was taken away, by an I/O error or by bytes
	// that are not those that were written: what the file has is unknown until it
	// is opened again, and no write is accepted until then. Whether the write that
	// met an I/O error took place is unknown.
	ErrBroken error = broken
)
