package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// left is what is left to read of a stream.
type left struct {
	first, last uint64
	oldest      time.Time
}

// ReadStream yields what is left to read of a stream, as it ends at some moment
// during the call: from a revision upwards, or backwards from it downwards, that
// one included. Backwards, a revision behind the end is the end. The first and
// only error is *NotFound for a stream that does not exist and *Deleted for one
// that was deleted for ever; where nothing is left it yields nothing.
func (s *Store) ReadStream(ctx context.Context, stream string, from uint64, backwards bool) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		left, err := s.left(ctx, stream)
		if err != nil {
			yield(journal.Record{}, err)
			return
		}
		if left.first > left.last || !backwards && from > left.last {
			return
		}
		records := s.log.ReadStream(ctx, stream, max(from, left.first))
		if backwards {
			records = s.log.ReadStreamBackwards(ctx, stream, min(from, left.last))
		}
		for record, err := range records {
			if err != nil {
				yield(journal.Record{}, err)
				return
			}
			if record.Revision < left.first || record.Revision > left.last {
				return
			}
			if record.Time.Before(left.oldest) {
				continue
			}
			if !yield(record, nil) {
				return
			}
		}
	}
}

func (s *Store) left(ctx context.Context, stream string) (left, error) {
	last, err := s.alive(ctx, stream)
	if err != nil {
		return left{}, err
	}
	metadata, err := s.Metadata(ctx, stream)
	if err != nil {
		return left{}, err
	}
	if metadata.Deleted() {
		return left{}, &NotFound{Stream: stream}
	}
	return left{metadata.floor(last), last, metadata.oldest(s.now())}, nil
}

// alive is the last revision of a stream that has one and no tombstone.
func (s *Store) alive(ctx context.Context, stream string) (uint64, error) {
	if original, ok := originalStream(stream); ok {
		record, ok, err := s.last(ctx, original)
		if err != nil {
			return 0, err
		}
		if ok && isTombstone(record) {
			return 0, &Deleted{Stream: stream}
		}
	}
	record, ok, err := s.last(ctx, stream)
	switch {
	case err != nil:
		return 0, err
	case !ok:
		return 0, &NotFound{Stream: stream}
	case isTombstone(record):
		return 0, &Deleted{Stream: stream}
	}
	return record.Revision, nil
}

// End returns the revision of the event to come in a stream, whatever of it is left
// to read; 0 where it never had events. A stream that was deleted for ever gives
// *Deleted.
func (s *Store) End(ctx context.Context, stream string) (uint64, error) {
	last, err := s.alive(ctx, stream)
	if errors.As(err, new(*NotFound)) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return last + 1, nil
}

// last is the last event that a stream ever had, if it had any.
func (s *Store) last(ctx context.Context, stream string) (journal.Record, bool, error) {
	for record, err := range s.log.ReadStreamBackwards(ctx, stream, math.MaxInt64) {
		return record, err == nil, err
	}
	return journal.Record{}, false, nil
}

// ReadAll yields the events of all streams that clients may see: upwards from a
// position, that one included, to the head at some moment during the call; or
// backwards downwards from it, that one not included. What was deleted from
// streams is still there.
func (s *Store) ReadAll(ctx context.Context, at domain.Position, backwards bool) iter.Seq2[journal.Record, error] {
	return func(yield func(journal.Record, error) bool) {
		records := s.log.ReadAllBackwards(ctx, at)
		if !backwards {
			records = s.log.ReadAll(ctx, before(at))
		}
		for record, err := range records {
			if err != nil {
				yield(journal.Record{}, err)
				return
			}
			if Visible(record) && !yield(Shown(record), nil) {
				return
			}
		}
	}
}

// before is the position before another; a log in this process counts its
// events.
func before(at domain.Position) domain.Position {
	number := max(at.Commit, 1) - 1
	return domain.Position{Commit: number, Prepare: number}
}

// Link returns where a link points to, if a record is a link: an event of its type
// whose data is a number and a stream.
func Link(record journal.Record) (stream string, revision uint64, ok bool) {
	if record.Type != LinkType {
		return "", 0, false
	}
	number, stream, ok := strings.Cut(string(record.Data), "@")
	if !ok {
		return "", 0, false
	}
	signed, err := strconv.ParseInt(number, 10, 64)
	if signed < 0 {
		return stream, TombstoneRevision, err == nil // which no link finds either
	}
	return stream, uint64(signed), err == nil
}

// Resolve returns the event that a link points to, if that can still be read.
func (s *Store) Resolve(ctx context.Context, link journal.Record) (journal.Record, bool, error) {
	stream, revision, ok := Link(link)
	if !ok {
		return journal.Record{}, false, nil
	}
	for record, err := range s.ReadStream(ctx, stream, revision, false) {
		switch {
		case errors.As(err, new(*NotFound)), errors.As(err, new(*Deleted)):
			return journal.Record{}, false, nil
		case err != nil:
			return journal.Record{}, false, fmt.Errorf("follow the link %s: %w", link.ID, err)
		case record.Revision == revision:
			return record, true, nil
		}
		break
	}
	return journal.Record{}, false, nil
}
