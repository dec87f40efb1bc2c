package eventstoredb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// metadata is what hides events of a stream, in the stream's metadata.
type metadata struct {
	Before  *int64 `json:"$tb"`
	MaxAge  *int64 `json:"$maxAge"`
	Longest *int64 `json:"$maxCount"`
}

// cutBy is what a stream's metadata does to its events; empty where it hides none.
func cutBy(data []byte) string {
	var found metadata
	if json.Unmarshal(data, &found) != nil { // as the server takes none from that, either
		return ""
	}
	switch {
	case found.Before != nil && *found.Before == math.MaxInt64:
		return "was deleted"
	case found.Before != nil && *found.Before > 0:
		return "was truncated ($tb in its metadata)"
	case found.MaxAge != nil:
		return "has $maxAge in its metadata"
	case found.Longest != nil:
		return "has $maxCount in its metadata"
	}
	return ""
}

// tombstoned says of a stream that it was deleted so that nothing can undo it.
func tombstoned(stream string) error {
	return &journal.HistoryMissing{Stream: stream, Done: "was deleted for ever (a tombstone)"}
}

// metadataOf is the stream that holds a stream's metadata.
func metadataOf(stream string) string { return metadataPrefix + stream }

const metadataPrefix = "$$"

// mustBeNew refuses a stream that shows no event because all of them were hidden:
// one that was deleted, truncated or expired reads like one that never was. Nothing
// is asked of the server while the metadata of all streams are followed.
func (l *Log) mustBeNew(ctx context.Context, stream string) error {
	if l.cuts.current() {
		return l.cuts.missing(stream)
	}
	return l.mustNotBeCut(ctx, stream)
}

// mustNotBeCut refuses a stream of which metadata hide events, as the server has them now.
func (l *Log) mustNotBeCut(ctx context.Context, stream string) error {
	got, err := persist(ctx, l.Server, l.options.Patience, streamPage(metadataOf(stream), esdb.End{}, esdb.Backwards, 1))
	if errors.Is(err, journal.ErrDenied) { // then nobody can tell, and appending to it says more
		return nil
	}
	if err != nil || len(got.events) == 0 {
		return err
	}
	if done := cutBy(got.events[0].OriginalEvent().Data); done != "" {
		return &journal.HistoryMissing{Stream: stream, Done: done}
	}
	return nil
}

// WhenCut has somebody told of each stream that is cut, see journal.WhenCut. They must
// not ask the log meanwhile.
func (l *Log) WhenCut(tell func(stream domain.StreamName)) {
	l.cuts.mu.Lock()
	defer l.cuts.mu.Unlock()
	l.cuts.listeners = append(l.cuts.listeners, tell)
	for _, stream := range l.cuts.names() {
		own, _ := l.names.own(stream)
		tell(domain.StreamName(own))
	}
}

// FindCut implements journal.Cuttable. It relies on nothing that was known before.
func (l *Log) FindCut(ctx context.Context) ([]journal.Cut, error) {
	anew := l.Log(l.prefix())
	l.mu.Lock()
	anew.begun, anew.kept = l.begun, l.kept
	l.mu.Unlock()
	for _, news := range anew.news() {
		if err := anew.catchUp(ctx, news); err != nil {
			return nil, fmt.Errorf("look for streams that were cut: %w", err)
		}
	}
	return anew.Cut(), nil
}
