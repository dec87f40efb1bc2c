package journal

import (
	"context"
	"errors"

	"github.com/usher-engine/usher/domain"
)

// Bulk is a log elsewhere that takes many appends without waiting for the answer to
// each. It is for copying alone: nobody else may append meanwhile.
type Bulk interface {
	Log

	// AppendAll makes appends as Append does, whose events are in the order in which they
	// are given. It stops at the first that fails, and says how many took
	// place before. Where others behind that one took place, or the order is another, the error is ErrDisorder.
	AppendAll(ctx context.Context, appends []Append) (made int, err error)
}

// Append is what Log.Append is given.
type Append struct {
	Stream   string
	Expected domain.Expected
	Events   []Proposed
}

// ErrDisorder says that events stand in a log in another order than was wanted, which
// nothing can change.
var ErrDisorder = errors.New("events are out of order in the target, which nothing can mend: leave it as it is, and copy into another prefix")
