package eventstoredb

import (
	"context"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Ushers returns a stream at the server that is an Usher's, with the log's prefix or
// with none, by an event of a type that is known; empty where there is none. It looks
// at what others wrote, too, so that the server is looked through as a whole.
func (l *Log) Ushers(ctx context.Context, known func(domain.EventType) bool) (stream string, err error) {
	both := l.Log("")
	both.names = append(both.names, l.names...)
	err = both.toTheEnd(ctx, domain.Position{}, func(found journal.Record, _ error) bool {
		if known(domain.EventType(found.Type)) {
			stream = found.Stream
		}
		return stream == ""
	})
	return stream, err
}
