package journal

import (
	"context"

	"github.com/usher-engine/usher/domain"
)

// Cut is a stream of which somebody has hidden events at the log's server.
type Cut struct {
	Stream   string // as Usher calls it
	AtServer string // as the log's server does
	Done     string // to the stream, behind its name, such as "was deleted"
}

// Cuttable is a log at a server on which others can hide what is in its streams. A log
// in this process is none.
type Cuttable interface {
	// Cut returns the streams that are known to be cut, by their names. Nothing is
	// asked of the server for it.
	Cut() []Cut
	// FindCut looks for them to the log's end, and returns all that are.
	FindCut(ctx context.Context) ([]Cut, error)
}

// WhenCut has somebody told of each stream of a log that is cut, now and later, as soon
// as that is known: what they keep of the stream is worth nothing any more.
func WhenCut(log Log, tell func(stream domain.StreamName)) {
	if served, can := log.(interface {
		WhenCut(tell func(stream domain.StreamName))
	}); can {
		served.WhenCut(tell)
	}
}

// CutOf returns the streams of a log that are known to be cut; none of one that nobody
// can cut.
func CutOf(log Log) []Cut {
	if served, can := log.(Cuttable); can {
		return served.Cut()
	}
	return nil
}
