package esdbnode

import (
	"context"
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// Delete implements streams.StreamsServer.
func (s *streamsService) Delete(ctx context.Context, request *streams.DeleteReq) (*streams.DeleteResp, error) {
	options := request.GetOptions()
	what, err := target(options, options.GetStreamIdentifier())
	if err != nil {
		return nil, err
	}
	if err := s.judge.Stream(ctx, rights.Delete, what.Stream); err != nil {
		return nil, err
	}
	position, err := s.store.Delete(ctx, what.Stream, what.Expected)
	if err != nil {
		return nil, notDeleted(err)
	}
	return &streams.DeleteResp{PositionOption: &streams.DeleteResp_Position_{Position: &streams.DeleteResp_Position{
		CommitPosition: position.Commit, PreparePosition: position.Prepare,
	}}}, nil
}

// Tombstone implements streams.StreamsServer.
func (s *streamsService) Tombstone(ctx context.Context, request *streams.TombstoneReq) (*streams.TombstoneResp, error) {
	options := request.GetOptions()
	what, err := target(options, options.GetStreamIdentifier())
	if err != nil {
		return nil, err
	}
	if err := s.judge.Stream(ctx, rights.Delete, what.Stream); err != nil {
		return nil, err
	}
	position, err := s.store.Tombstone(ctx, what.Stream, what.Expected)
	if err != nil {
		return nil, notDeleted(err)
	}
	return &streams.TombstoneResp{PositionOption: &streams.TombstoneResp_Position_{Position: &streams.TombstoneResp_Position{
		CommitPosition: position.Commit, PreparePosition: position.Prepare,
	}}}, nil
}

// notDeleted says which operation it was that expected something else.
func notDeleted(err error) error {
	if wrong, ok := errors.AsType[*store.WrongVersion](err); ok {
		return wire.WrongExpectedVersion("Delete", wrong.Stream, int64(wrong.Expected), int64(wrong.Actual))
	}
	return err
}
