package store

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Delete deletes a stream until it is made again: its events can no longer be
// read from it. It returns where that is written. A stream that has neither
// events nor metadata is refused with *WrongVersion; see Append for the rest.
func (s *Store) Delete(ctx context.Context, stream string, expected Expected) (domain.Position, error) {
	return s.remove(ctx, stream, expected, func(tx journal.Transaction) (domain.Position, error) {
		state, err := look(tx, stream)
		if err != nil {
			return domain.Position{}, err
		}
		if state.next == 0 && !state.described {
			return domain.Position{}, &WrongVersion{Stream: stream, Expected: expected, Actual: NoStream}
		}
		above, err := look(tx, MetadataStream(stream))
		if err != nil {
			return domain.Position{}, err
		}
		if above.tombstoned {
			return domain.Position{}, &Deleted{Stream: MetadataStream(stream)}
		}
		_, position, err := tx.Append(MetadataStream(stream), []journal.Proposed{metadataEvent(deleteAll())})
		return position, err
	})
}

// Tombstone deletes a stream for ever: nothing can be read from it or appended
// to it again. It returns where that is written. A stream without events can be
// deleted so too; see Append for what is refused.
func (s *Store) Tombstone(ctx context.Context, stream string, expected Expected) (domain.Position, error) {
	return s.remove(ctx, stream, expected, func(tx journal.Transaction) (domain.Position, error) {
		_, position, err := tx.Append(stream, []journal.Proposed{{ID: uuid.New(), Type: TombstoneType}})
		return position, err
	})
}

func (s *Store) remove(ctx context.Context, stream string, expected Expected, write func(journal.Transaction) (domain.Position, error)) (domain.Position, error) {
	if err := check(stream, nil); err != nil {
		return domain.Position{}, err
	}
	var position domain.Position
	err := s.log.Update(ctx, func(tx journal.Transaction) (err error) {
		// A new id is no repetition of anything.
		if _, err := decide(tx, stream, expected, []uuid.UUID{uuid.New()}); err != nil {
			return err
		}
		position, err = write(tx)
		return err
	})
	if err != nil {
		return domain.Position{}, fmt.Errorf("delete %s: %w", stream, err)
	}
	return position, nil
}
