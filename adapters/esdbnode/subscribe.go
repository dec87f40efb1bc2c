package esdbnode

import (
	"context"
	"errors"

	"github.com/usher-engine/usher/adapters/esdbnode/projections"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// subscribeToAll takes everything from the log's own subscription, which serves
// the slow from the file.
func (s *streamsService) subscribeToAll(ctx context.Context, q query, answers answers) error {
	head, err := s.log.Head(ctx)
	if err != nil {
		return err
	}
	after := q.from.position
	if after.Prepare < after.Commit { // it is before the event whose commit that is
		after.Commit--
	}
	if q.from.end {
		after = head
	}
	if err := answers.confirmation(); err != nil {
		return err
	}
	scan := scan{query: q, answers: answers, log: s.log, head: head, checkpoint: after}
	if !head.After(after) {
		if err := scan.caughtUp(); err != nil {
			return err
		}
	}
	for records, err := range s.log.SubscribePages(ctx, after) {
		if err != nil {
			return err
		}
		for i := range records {
			if err := scan.event(ctx, &records[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// scan is how far a subscription to $all has come.
type scan struct {
	query   query
	answers answers
	log     journal.Local

	live       bool            // the client was told that it caught up
	head       domain.Position // what is to be reached for that
	counted    uint64          // events since the last checkpoint
	checkpoint domain.Position // the last that the client knows
}

// event looks at an event, which is others' too.
func (s *scan) event(ctx context.Context, record *journal.Record) error {
	chosen, err := s.query.filter.Matches(record)
	if err != nil {
		return err
	}
	if chosen && store.Visible(*record) {
		shown := record
		if record.Type == store.TombstoneType {
			changed := store.Shown(*record)
			shown = &changed
		}
		if err := s.answers.event(ctx, shown); err != nil {
			return err
		}
	}
	if s.counted++; s.query.kind.filtered && s.counted >= s.query.interval {
		if err := s.reached(record.Position); err != nil {
			return err
		}
	}
	if s.live || s.head.After(record.Position) {
		return nil
	}
	if s.head, err = s.log.Head(ctx); err != nil || s.head.After(record.Position) {
		return err
	}
	if err := s.reached(record.Position); err != nil {
		return err
	}
	return s.caughtUp()
}

// reached lets a client that filters know that everything up to a position was
// looked at, once.
func (s *scan) reached(position domain.Position) error {
	s.counted = 0
	if !s.query.kind.filtered || !position.After(s.checkpoint) {
		return nil
	}
	s.checkpoint = position
	return s.answers.checkpoint(position)
}

func (s *scan) caughtUp() error {
	s.live = true
	return s.answers.caughtUp()
}

// subscribeToDerived makes up the stream from the log's beginning on, and goes on with
// what is committed.
func (s *streamsService) subscribeToDerived(ctx context.Context, q query, answers answers) error {
	head, err := s.log.Head(ctx)
	if err != nil {
		return err
	}
	if err := answers.confirmation(); err != nil {
		return err
	}
	live := head.IsZero()
	if live {
		if err := answers.caughtUp(); err != nil {
			return err
		}
	}
	next := uint64(0)
	for cause, err := range s.log.Subscribe(ctx, domain.Position{}) {
		if err != nil {
			return err
		}
		if record, is := projections.Member(cause, q.stream); is {
			record.Revision = next
			next++
			if (live || !q.from.end) && (q.from.start || q.from.end || record.Revision > q.from.revision) {
				if err := answers.event(ctx, &record); err != nil {
					return err
				}
			}
		}
		if !live && !head.After(cause.Position) {
			live = true
			if err := answers.caughtUp(); err != nil {
				return err
			}
		}
	}
	return nil
}

// subscribeToStream reads the stream to its end, and then takes what is
// committed, until that becomes too much: then it reads the stream again.
func (s *streamsService) subscribeToStream(ctx context.Context, q query, answers answers) error {
	end, err := s.store.End(ctx, q.stream)
	if _, none := errors.AsType[*store.NotFound](err); err != nil && !none {
		return err
	}
	next := q.from.revision + 1
	switch {
	case q.from.start:
		next = 0
	case q.from.end:
		next = end
	}
	if err := answers.confirmation(); err != nil {
		return err
	}
	for {
		if next, err = s.catchUp(ctx, q.stream, next, answers); err != nil {
			return err
		}
	}
}

// catchUp sends a stream's events from a revision on, those too that come, and
// returns the next one when the subscription has fallen behind.
func (s *streamsService) catchUp(ctx context.Context, stream string, next uint64, answers answers) (uint64, error) {
	follower, err := s.live.follow(ctx, stream) // before reading, so that nothing falls between
	if err != nil {
		return next, err
	}
	defer s.live.leave(follower)
	for record, err := range s.store.ReadStream(ctx, stream, next, false) {
		if _, none := errors.AsType[*store.NotFound](err); none {
			break
		}
		if err != nil {
			return next, err
		}
		if err := answers.event(ctx, &record); err != nil {
			return next, err
		}
		next = record.Revision + 1
	}
	if err := answers.caughtUp(); err != nil {
		return next, err
	}
	for {
		select {
		case <-ctx.Done():
			return next, ctx.Err()
		case record, more := <-follower.events:
			if !more {
				return next, follower.hub.failure()
			}
			follower.taken(record)
			if next, err = pass(ctx, record, next, answers); err != nil {
				return next, err
			}
		}
	}
}

// pass sends an event that was just committed, where it was not read already.
func pass(ctx context.Context, record journal.Record, next uint64, answers answers) (uint64, error) {
	if record.Type == store.TombstoneType {
		return next, wire.StreamDeleted(record.Stream)
	}
	if record.Revision < next {
		return next, nil
	}
	return record.Revision + 1, answers.event(ctx, &record)
}
