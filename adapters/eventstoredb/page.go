package eventstoredb

import (
	"context"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/domain"
)

// A page ends when it has either.
const (
	pageEvents = 512
	pageBytes  = 4 << 20
)

// page is some events that follow each other.
type page struct {
	events []*esdb.ResolvedEvent
	end    bool // no more follow
}

// streamPage reads at most count events of a stream; none where there is none.
func streamPage(stream string, from esdb.StreamPosition, direction esdb.Direction, count int) func(context.Context, *esdb.Client) (page, error) {
	return func(ctx context.Context, client *esdb.Client) (page, error) {
		options := esdb.ReadStreamOptions{From: from, Direction: direction}
		events, err := client.ReadStream(ctx, stream, options, uint64(count))
		if err != nil {
			return page{}, err
		}
		return take(events, count)
	}
}

// allPage reads at most count events of all streams: from a position forwards,
// which has its own, or backwards, which has not.
func allPage(from esdb.AllPosition, direction esdb.Direction, count int) func(context.Context, *esdb.Client) (page, error) {
	return func(ctx context.Context, client *esdb.Client) (page, error) {
		events, err := client.ReadAll(ctx, esdb.ReadAllOptions{From: from, Direction: direction}, uint64(count))
		if err != nil {
			return page{}, err
		}
		return take(events, count)
	}
}

// take collects events. Where the connection breaks behind some of them they
// are a page, and whoever asks for the next one goes on where it broke. One
// event alone, which may be known already, is not worth it.
func take(events *esdb.ReadStream, count int) (taken page, err error) {
	defer events.Close()
	for size := 0; len(taken.events) < count && (size < pageBytes || len(taken.events) < 2); {
		event, err := events.Recv()
		if code := codeOf(err); err == io.EOF || code == esdb.ErrorCodeResourceNotFound { //nolint:errorlint // because only the bare EOF is the end
			taken.end = true
			break
		}
		if err != nil && len(taken.events) > 1 && transient(err) {
			break
		}
		if err != nil {
			return page{}, err
		}
		if original := event.OriginalEvent(); original != nil {
			size += len(original.Data) + len(original.UserMetadata)
		}
		taken.events = append(taken.events, event)
	}
	return taken, nil
}

// newest is the position of the last event, whosever it is; zero where there is
// none.
func newest(ctx context.Context, client *esdb.Client) (domain.Position, error) {
	last, err := allPage(esdb.End{}, esdb.Backwards, 1)(ctx, client)
	if err != nil || len(last.events) == 0 {
		return domain.Position{}, err
	}
	return placeOf(last.events[0].OriginalEvent()), nil
}

// behind is where a reader begins that knows everything up to a position.
func behind(after domain.Position) esdb.AllPosition {
	if after.IsZero() {
		return esdb.Start{}
	}
	return esdb.Position{Commit: after.Commit, Prepare: after.Prepare}
}
