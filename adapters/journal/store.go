package journal

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/operations"
)

// Codec turns events into the bytes of a log, and back.
type Codec interface {
	// Encode makes events ready for a stream.
	Encode(ctx context.Context, stream domain.StreamName, events []commands.Uncommitted) ([]Proposed, error)
	// Decode reads records in order. Where one cannot be read it returns the
	// events before it together with the error.
	Decode(ctx context.Context, records []Record) ([]domain.Recorded, error)
}

// Store is a log that speaks of events instead of bytes.
type Store struct {
	log   Log
	codec Codec
}

var _ commands.EventStore = (*Store)(nil)

// page is how many records are decoded at once, which asks for their keys once.
const page = 256

// NewStore puts a codec on a log.
func NewStore(log Log, codec Codec) *Store { return &Store{log: log, codec: codec} }

// Append implements commands.EventStore.
func (s *Store) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	proposed, err := s.codec.Encode(ctx, stream, events)
	if err != nil {
		return commands.Appended{}, err
	}
	revision, position, err := s.log.Append(ctx, string(stream), expected, proposed)
	if err != nil {
		return commands.Appended{}, fmt.Errorf("append %d events to %s: %w", len(events), stream, refusal(err))
	}
	return commands.Appended{Revision: revision, Position: position}, nil
}

// Read implements commands.EventStore.
func (s *Store) Read(ctx context.Context, stream domain.StreamName, from uint64) iter.Seq2[domain.Recorded, error] {
	return func(yield func(domain.Recorded, error) bool) {
		var records []Record // few reads find a page of them
		for record, err := range s.log.ReadStream(ctx, string(stream), from) {
			if err != nil {
				if s.decode(ctx, records, yield) {
					yield(domain.Recorded{}, fmt.Errorf("read %s: %w", stream, refusal(err)))
				}
				return
			}
			if records = append(records, record); len(records) < page {
				continue
			}
			if !s.decode(ctx, records, yield) {
				return
			}
			records = records[:0]
		}
		s.decode(ctx, records, yield)
	}
}

// decode yields the records' events, and the error that stops them; false where
// nothing may follow.
func (s *Store) decode(ctx context.Context, records []Record, yield func(domain.Recorded, error) bool) bool {
	if len(records) == 0 {
		return true
	}
	events, err := s.codec.Decode(ctx, records)
	for _, event := range events {
		if !yield(event, nil) {
			return false
		}
	}
	if foreign, is := errors.AsType[*Foreign](err); is && foreign.Alone() {
		return yield(nothingSkipped(foreign), nil) && s.decode(ctx, records[len(events)+1:], yield)
	}
	if err != nil {
		yield(domain.Recorded{}, refusal(err))
	}
	return err == nil
}

// nothingSkipped takes the place of a stranger's event among the operators' words.
func nothingSkipped(foreign *Foreign) domain.Recorded {
	return domain.Recorded{
		ID: foreign.Event, Stream: domain.StreamName(foreign.Stream), Revision: foreign.Revision, Position: foreign.Position,
		Event: operations.EventSkipped{},
	}
}

// refusal is what commands are told of a stream that lacks history, or holds what is none:
// it is refused, and others are not.
func refusal(err error) error {
	if missing, is := errors.AsType[*HistoryMissing](err); is {
		return domain.Refuse(domain.HistoryMissing, missing.Error())
	}
	if foreign, is := errors.AsType[*Foreign](err); is {
		return domain.Refuse(domain.HistoryMissing, foreign.Error())
	}
	return err
}
