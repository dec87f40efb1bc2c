package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// Appended is where the events of an append stand.
type Appended struct {
	// Next is the revision of the event to come behind them: one more than the
	// last one's. It is 0 where nothing was appended to no stream.
	Next     uint64
	Position domain.Position // of the last one
}

// Request is an append that is to be judged.
type Request struct {
	Stream   string
	Expected Expected
	Events   []journal.Proposed
}

// Result is what became of a request.
type Result struct {
	Appended
	Err error
}

// Append commits events at a stream's end, all or none, synced to disk. Where
// just these events, by id, are in the stream already, the answer is as the
// first time. For Any and StreamExists that holds wherever in the stream they
// are, and for ever; for NoStream and a revision only right behind it.
//
// It refuses with *Deleted, *WrongVersion, *TooLarge or ErrInvalid.
//
// A deleted stream is made again by an append to it, its revisions going on;
// and by one to its metadata stream.
func (s *Store) Append(ctx context.Context, stream string, expected Expected, events []journal.Proposed) (Appended, error) {
	result := s.AppendAll(ctx, []Request{{stream, expected, events}})[0]
	return result.Appended, result.Err
}

// AppendAll is Append for several requests, one after the other, which are
// synced to disk at once. Each is judged by itself. Where the log fails, all
// do that were not refused before.
func (s *Store) AppendAll(ctx context.Context, requests []Request) []Result {
	results := make([]Result, len(requests))
	err := s.log.Update(ctx, func(tx journal.Transaction) error {
		for i, request := range requests {
			appended, err := s.append(ctx, tx, request)
			if err != nil && !Refused(err) {
				return err
			}
			results[i] = Result{appended, err}
		}
		return nil
	})
	for i := range results {
		if err != nil && results[i].Err == nil {
			results[i] = Result{Err: err}
		}
		if results[i].Err != nil {
			results[i] = Result{Err: fmt.Errorf("append to %s: %w", requests[i].Stream, results[i].Err)}
		}
	}
	return results
}

// Refused says whether an error is a judgement, and no failure of the log.
func Refused(err error) bool {
	return errors.As(err, new(*Deleted)) || errors.As(err, new(*WrongVersion)) ||
		errors.As(err, new(*TooLarge)) || errors.Is(err, ErrInvalid)
}

func (s *Store) append(ctx context.Context, tx journal.Transaction, request Request) (Appended, error) {
	if err := check(request.Stream, request.Events); err != nil {
		return Appended{}, err
	}
	ids := make([]uuid.UUID, len(request.Events))
	for i := range request.Events {
		ids[i] = request.Events[i].ID
	}
	verdict, err := decide(tx, request.Stream, request.Expected, ids)
	if err != nil {
		return Appended{}, err
	}
	if verdict.repeats != nil {
		return Appended{verdict.repeats.Revision + 1, verdict.repeats.Position}, nil
	}
	return s.write(ctx, tx, request.Stream, verdict, request.Events)
}

func check(stream string, events []journal.Proposed) error {
	if stream == "" || stream == MetadataStream("") || stream == "$all" {
		return fmt.Errorf("%w: %q is not a stream", ErrInvalid, stream)
	}
	size := 0
	for i := range events {
		if events[i].Type == TombstoneType {
			return fmt.Errorf("%w: only deleting writes an event of type %s", ErrInvalid, TombstoneType)
		}
		size += len(events[i].Data)
	}
	if size > MaxAppendSize {
		return &TooLarge{Limit: MaxAppendSize}
	}
	return nil
}

// write appends the events, and brings back a deleted stream that they are for.
func (s *Store) write(ctx context.Context, tx journal.Transaction, stream string, verdict verdict, events []journal.Proposed) (Appended, error) {
	deleted, first := "", verdict.next // what to bring back, and from where on
	if verdict.softDeleted {
		deleted = stream
	}
	if original, ok := originalStream(stream); ok {
		above, err := look(tx, original)
		if err != nil {
			return Appended{}, err
		}
		if above.softDeleted && !above.tombstoned {
			deleted, first = original, above.next
		}
	}
	appended := Appended{Next: verdict.next}
	if len(events) > 0 {
		revision, position, err := tx.Append(stream, events)
		if err != nil {
			return Appended{}, err
		}
		appended = Appended{revision + 1, position}
	} else {
		head, err := s.log.Head(ctx)
		if err != nil {
			return Appended{}, err
		}
		appended.Position = head
	}
	if deleted == "" {
		return appended, nil
	}
	return appended, bringBack(tx, deleted, first)
}

// bringBack ends a stream's being deleted: what is left to read begins at first.
func bringBack(tx journal.Transaction, stream string, first uint64) error {
	record, ok, err := lastOf(tx, MetadataStream(stream))
	if err != nil || !ok {
		return err
	}
	changed, ok := truncatedBefore(record.Data, first)
	if !ok { // what was written there is no metadata, which brings the stream back as well
		return nil
	}
	_, _, err = tx.Append(MetadataStream(stream), []journal.Proposed{metadataEvent(changed)})
	return err
}

func metadataEvent(data []byte) journal.Proposed {
	return journal.Proposed{ID: uuid.New(), Type: MetadataType, JSON: true, Data: data}
}

// verdict is how an append was judged that is not refused.
type verdict struct {
	next        uint64          // the revision of the event to come in the stream
	softDeleted bool            // to be brought back
	repeats     *journal.Record // the last event of the same append before
}

// decide judges an append by the ids of its events.
func decide(tx journal.Transaction, stream string, expected Expected, ids []uuid.UUID) (verdict, error) {
	state, err := look(tx, stream)
	if err != nil {
		return verdict{}, err
	}
	if state.tombstoned {
		return verdict{}, &Deleted{Stream: stream}
	}
	wrong := &WrongVersion{Stream: stream, Expected: expected, Actual: Revision(state.next) - 1}
	taken := verdict{next: state.next, softDeleted: state.softDeleted}
	switch {
	case expected == StreamExists && state.softDeleted:
		return verdict{}, &Deleted{Stream: stream}
	case expected == StreamExists && state.next == 0 && !state.described:
		return verdict{}, wrong
	case expected == Any || expected == StreamExists:
		return repeatedAnywhere(tx, stream, ids, taken, wrong)
	case expected < wrong.Actual:
		return repeatedBehind(tx, stream, ids, taken, wrong)
	case expected > wrong.Actual:
		return verdict{}, wrong
	}
	return taken, nil
}

// repeatedAnywhere judges an append that does not say where: a repetition where
// all ids are in the stream.
func repeatedAnywhere(tx journal.Transaction, stream string, ids []uuid.UUID, taken verdict, wrong *WrongVersion) (verdict, error) {
	for i, id := range ids {
		record, known, err := tx.Find(stream, id)
		switch {
		case err != nil:
			return verdict{}, err
		case !known && i == 0:
			return taken, nil
		case !known:
			return verdict{}, wrong
		}
		taken.repeats = &record
	}
	return taken, nil
}

// repeatedBehind judges an append that expects an earlier end than there is: a
// repetition where just these ids are behind it.
func repeatedBehind(tx journal.Transaction, stream string, ids []uuid.UUID, taken verdict, wrong *WrongVersion) (verdict, error) {
	if len(ids) == 0 {
		return verdict{}, wrong
	}
	first, _ := (wrong.Expected + 1).Revision()
	for i, id := range ids {
		record, there, err := tx.Event(stream, first+uint64(i))
		switch {
		case err != nil:
			return verdict{}, err
		case there && record.ID == id:
			taken.repeats = &record
		case i == 0 && wrong.Expected == NoStream && taken.softDeleted:
			return taken, nil
		default:
			return verdict{}, wrong
		}
	}
	return taken, nil
}
