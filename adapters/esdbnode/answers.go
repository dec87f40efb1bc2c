package esdbnode

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// answers sends what a call of Streams.Read is answered with. A consumer that
// does not read them blocks whoever sends.
type answers struct {
	stream streams.Streams_ReadServer
	store  *store.Store
	query  query
}

// event sends an event, and what it points to where it is a link that the
// client wants to be followed.
func (a *answers) event(ctx context.Context, record *journal.Record) error {
	resolved := wire.Resolved{Event: record}
	if a.query.resolve {
		var err error
		if resolved, err = a.follow(ctx, record); err != nil {
			return err
		}
	}
	return a.stream.SendMsg(wire.ReadResponse(resolved, a.query.ids))
}

func (a *answers) follow(ctx context.Context, record *journal.Record) (wire.Resolved, error) {
	if _, _, ok := store.Link(*record); !ok {
		return wire.Resolved{Event: record}, nil
	}
	target, found, err := a.store.Resolve(ctx, *record)
	if err != nil || !found {
		return wire.Resolved{Link: record}, err
	}
	return wire.Resolved{Link: record, Event: &target}, nil
}

func (a *answers) notFound(stream string) error {
	return a.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_StreamNotFound_{
		StreamNotFound: &streams.ReadResp_StreamNotFound{StreamIdentifier: wire.StreamIdentifier(stream)},
	}})
}

func (a *answers) firstRevision(revision uint64) error {
	return a.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_FirstStreamPosition{FirstStreamPosition: revision}})
}

func (a *answers) lastRevision(revision uint64) error {
	return a.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_LastStreamPosition{LastStreamPosition: revision}})
}

func (a *answers) confirmation() error {
	return a.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_Confirmation{
		Confirmation: &streams.ReadResp_SubscriptionConfirmation{SubscriptionId: uuid.NewString()},
	}})
}

func (a *answers) checkpoint(at domain.Position) error {
	return a.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_Checkpoint_{
		Checkpoint: &streams.ReadResp_Checkpoint{CommitPosition: at.Commit, PreparePosition: at.Prepare},
	}})
}

func (a *answers) caughtUp() error {
	return a.stream.Send(&streams.ReadResp{Content: &streams.ReadResp_CaughtUp_{CaughtUp: &streams.ReadResp_CaughtUp{}}})
}
