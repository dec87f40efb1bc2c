package esdbnode

import (
	"cmp"
	"context"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"golang.org/x/sync/semaphore"

	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
)

// streamsService implements the service Streams.
type streamsService struct {
	streams.UnsafeStreamsServer // all its methods are here
	store                       *store.Store
	log                         journal.Local
	live                        *live
	closing                     context.Context // when it ends, reads and subscriptions do
	patience                    time.Duration   // with appends that come in pieces
	slowAfter                   time.Duration   // with clients that do not read their answers
	room                        *semaphore.Weighted
	judge                       *rights.Judge
	projections                 bool // whether there are any
	derived                     bool // made up when they are read
}

func newStreamsService(closing context.Context, s *store.Store, judge *rights.Judge, options Options, room *semaphore.Weighted) *streamsService {
	return &streamsService{
		store: s, log: s.Log(), judge: judge, live: &live{log: s.Log(), closing: closing}, closing: closing,
		patience: options.AppendPatience, slowAfter: cmp.Or(options.slowAfter, slowAfter), room: room, projections: options.Projections, derived: options.Projections && options.ReadOnly,
	}
}

// readOnly is the service without its writes.
type readOnly struct{ *streamsService }

func refused() error { return wire.AccessDenied("Access Denied: this node is read-only") }

func (readOnly) Append(stream streams.Streams_AppendServer) error {
	hearOut(stream, heardMessages)
	return refused()
}

func (readOnly) BatchAppend(streams.Streams_BatchAppendServer) error { return refused() }

func (readOnly) Delete(context.Context, *streams.DeleteReq) (*streams.DeleteResp, error) {
	return nil, refused()
}

func (readOnly) Tombstone(context.Context, *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	return nil, refused()
}

// noGroups is persistent subscriptions where there are none.
type noGroups struct {
	persistent.UnimplementedPersistentSubscriptionsServer
}

func (noGroups) Read(stream persistent.PersistentSubscriptions_ReadServer) error {
	return unimplemented(nil, stream)
}
