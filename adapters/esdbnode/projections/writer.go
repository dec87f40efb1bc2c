package projections

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// together is how many events are handled in one append.
const together = 128

// pause is how long a writer waits that could not write.
const pause = time.Second

// Write writes what the projections say of the events of a store, in their order, until
// ctx ends.
//
// It keeps no checkpoint beside the log: the last event that it wrote says because of
// which one it did. All that is written because of an event is so at once, and with
// the same ids each time, so that nothing is missing or doubled after a crash.
func Write(ctx context.Context, s *store.Store, logger *slog.Logger) {
	for ctx.Err() == nil {
		err := write(ctx, s)
		if ctx.Err() != nil || errors.Is(err, journal.ErrClosed) {
			return
		}
		logger.ErrorContext(ctx, "the system projections cannot write", slog.Any("error", err))
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

func write(ctx context.Context, s *store.Store) error {
	done, err := handled(ctx, s.Log())
	for err == nil {
		done, err = more(ctx, s, done)
	}
	return fmt.Errorf("project the events behind %s: %w", done, err)
}

// handled is the position of the last event of which everything is written.
func handled(ctx context.Context, log journal.Local) (domain.Position, error) {
	for record, err := range log.ReadAllBackwards(ctx, domain.Position{Commit: end, Prepare: end}) {
		if err != nil {
			return domain.Position{}, err
		}
		if at, own := causedAt(record); own {
			return domain.Position{Commit: at, Prepare: at}, nil
		}
	}
	return domain.Position{}, nil
}

const end = 1<<63 - 1

// more handles the events behind a position, some of them at once, and waits where
// there are none. It returns the position of the last one.
func more(ctx context.Context, s *store.Store, after domain.Position) (domain.Position, error) {
	head, err := s.Log().Head(ctx)
	if err != nil {
		return after, err
	}
	done, count := after, 0
	var requests []store.Request
	for record, err := range s.Log().Subscribe(ctx, after) {
		if err != nil {
			return after, err
		}
		for _, emitted := range Of(record) {
			requests = append(requests, store.Request{Stream: emitted.Stream, Expected: store.Any, Events: []journal.Proposed{emitted.Event()}})
		}
		done = record.Position
		if count++; count == together || !head.After(done) {
			break
		}
	}
	if len(requests) == 0 {
		return done, nil
	}
	for _, result := range s.AppendAll(ctx, requests) {
		// What is refused is left out: a stream that was deleted for ever, or one whose
		// name is longer than the data of an event may be.
		if result.Err != nil && !store.Refused(result.Err) {
			return after, result.Err
		}
	}
	return done, nil
}
