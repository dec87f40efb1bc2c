package esdbnode

import (
	"context"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

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
	closing                     context.Context // when it ends, subscriptions do
}

func newStreamsService(closing context.Context, s *store.Store) *streamsService {
	return &streamsService{store: s, log: s.Log(), live: &live{log: s.Log(), closing: closing}, closing: closing}
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
