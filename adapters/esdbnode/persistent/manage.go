package persistent

import (
	"context"
	"errors"
	"slices"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent/group"
	"github.com/usher-engine/usher/adapters/esdbnode/projections"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// Create implements persistent.PersistentSubscriptionsServer.
func (s *Service) Create(ctx context.Context, request *persistent.CreateReq) (*persistent.CreateResp, error) {
	if err := s.options.Judge.Operator(ctx); err != nil {
		return nil, err
	}
	e, err := created(request.GetOptions())
	if err != nil {
		return nil, err
	}
	if !s.options.Projections {
		if err := projections.Missing(ctx, s.store, e.Stream); err != nil {
			return nil, err
		}
	}
	return &persistent.CreateResp{}, s.change(ctx, func(ctx context.Context) error {
		if err := s.check(ctx, &e); err != nil {
			return err
		}
		if s.config.find(e.key()) >= 0 {
			return e.key().exists()
		}
		if err := s.save(ctx, append(slices.Clone(s.config.Entries), e)); err != nil {
			return err
		}
		return s.open(e)
	})
}

// Update implements persistent.PersistentSubscriptionsServer. Its readers are
// dropped; what was done stays done, by the last checkpoint.
func (s *Service) Update(ctx context.Context, request *persistent.UpdateReq) (*persistent.UpdateResp, error) {
	if err := s.options.Judge.Operator(ctx); err != nil {
		return nil, err
	}
	e, err := updated(request.GetOptions())
	if err != nil {
		return nil, err
	}
	return &persistent.UpdateResp{}, s.change(ctx, func(ctx context.Context) error {
		at := s.config.find(e.key())
		if at < 0 {
			return e.key().missing()
		}
		if err := s.check(ctx, &e); err != nil {
			return err
		}
		entries := slices.Clone(s.config.Entries)
		e.Filter = entries[at].Filter
		if entries[at].live() && e.live() {
			e.LiveFrom = entries[at].LiveFrom
		}
		entries[at] = e
		if err := s.save(ctx, entries); err != nil {
			return err
		}
		s.take(e.key(), e.key().dropped())
		return s.open(e)
	})
}

// Delete implements persistent.PersistentSubscriptionsServer.
func (s *Service) Delete(ctx context.Context, request *persistent.DeleteReq) (*persistent.DeleteResp, error) {
	if err := s.options.Judge.Operator(ctx); err != nil {
		return nil, err
	}
	options := request.GetOptions()
	k, err := keyOf(options.GetStreamIdentifier(), options.GetAll() != nil, options.GetGroupName())
	if err != nil {
		return nil, err
	}
	return &persistent.DeleteResp{}, s.change(ctx, func(ctx context.Context) error {
		at := s.config.find(k)
		if at < 0 {
			return k.missing()
		}
		// The streams go first: a group of that name that is made later must not
		// go on where this one was.
		s.take(k, k.dropped())
		err := errors.Join(s.remove(ctx, checkpointStream(k)), s.remove(ctx, parkedStream(k)))
		if err != nil {
			return errors.Join(err, s.open(s.config.Entries[at]))
		}
		return s.save(ctx, slices.Delete(slices.Clone(s.config.Entries), at, at+1))
	})
}

// ReplayParked implements persistent.PersistentSubscriptionsServer.
func (s *Service) ReplayParked(ctx context.Context, request *persistent.ReplayParkedReq) (*persistent.ReplayParkedResp, error) {
	if err := s.options.Judge.Operator(ctx); err != nil {
		return nil, err
	}
	options := request.GetOptions()
	k, err := keyOf(options.GetStreamIdentifier(), options.GetAll() != nil, options.GetGroupName())
	if err != nil {
		return nil, err
	}
	stopAt := int64(all)
	switch option := options.GetStopAtOption().(type) {
	case *persistent.ReplayParkedReq_Options_StopAt:
		stopAt = option.StopAt
	case *persistent.ReplayParkedReq_Options_NoLimit:
	default:
		return nil, wire.Unknown("the request does not say where the replay stops")
	}
	if stopAt < 0 {
		return nil, k.failed("Cannot stop replaying parked message at a negative version.")
	}
	sub, err := s.find(k)
	if err != nil {
		return nil, err
	}
	return &persistent.ReplayParkedResp{}, sub.do(ctx, func(context.Context) { sub.parked.replay(stopAt) })
}

// RestartSubsystem implements persistent.PersistentSubscriptionsServer: it drops
// all readers, and begins again with what the store has.
func (s *Service) RestartSubsystem(ctx context.Context, _ *shared.Empty) (*shared.Empty, error) {
	if err := s.options.Judge.Operator(ctx); err != nil {
		return nil, err
	}
	return &shared.Empty{}, s.change(ctx, func(ctx context.Context) error {
		s.stop(func(k key) error { return k.dropped() })
		return s.start(ctx)
	})
}

// change runs one change of the groups after the other. A client that goes away
// does not leave half of one.
func (s *Service) change(ctx context.Context, how func(context.Context) error) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	if s.running.Err() != nil {
		return wire.Stopping()
	}
	return how(context.WithoutCancel(ctx))
}

func (s *Service) save(ctx context.Context, entries []entry) error {
	changed := config{Entries: entries}
	if err := changed.save(ctx, s.store, s.options.Now()); err != nil {
		return err
	}
	s.config = changed
	return nil
}

// check refuses a group that cannot be, and finds out where the end is that one
// is to begin at.
func (s *Service) check(ctx context.Context, e *entry) error {
	if reason := e.invalid(); reason != "" {
		return e.key().failed("%s", reason)
	}
	end, err := s.endOf(ctx, e.Stream)
	if err != nil {
		return err
	}
	if e.live() {
		e.LiveFrom = end
		return nil
	}
	if start, err := e.start(); err != nil || e.all() && start > 0 && start >= end {
		return e.key().failed("Invalid Start From position: commit position must be less than or equal to" +
			" the last commit position in the transaction file.")
	}
	return nil
}

// endOf is the place of the next event that a stream will have.
func (s *Service) endOf(ctx context.Context, stream string) (group.Place, error) {
	if stream == allStream {
		head, err := s.store.Log().Head(ctx)
		return group.Place(head.Commit + 1), err
	}
	next, err := s.store.End(ctx, stream)
	return group.Place(next), absent(err)
}

// remove deletes a stream of a group, if it is there.
func (s *Service) remove(ctx context.Context, stream string) error {
	_, err := s.store.Delete(ctx, stream, store.Any)
	if _, none := errors.AsType[*store.WrongVersion](err); none {
		return nil
	}
	return absent(err)
}
