package esdbnode

import (
	"errors"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/genproto/googleapis/rpc/status"
	"google.golang.org/grpc/codes"
	grpcstatus "google.golang.org/grpc/status"
	"google.golang.org/protobuf/protoadapt"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
)

func refusedParcel(message *streams.BatchAppendReq, failure *status.Status) *parcel {
	return &parcel{
		correlation: message.GetCorrelationId(),
		identifier:  message.GetOptions().GetStreamIdentifier(),
		failure:     failure,
	}
}

func (p *parcel) answer(appended store.Appended) *streams.BatchAppendResp {
	answer := &streams.BatchAppendResp{CorrelationId: p.correlation, StreamIdentifier: p.identifier}
	if p.failure != nil {
		answer.Result = &streams.BatchAppendResp_Error{Error: p.failure}
		return answer
	}
	success := &streams.BatchAppendResp_Success{
		CurrentRevisionOption: &streams.BatchAppendResp_Success_NoStream{NoStream: &emptypb.Empty{}},
		PositionOption: &streams.BatchAppendResp_Success_Position{Position: &shared.AllStreamPosition{
			CommitPosition: appended.Position.Commit, PreparePosition: appended.Position.Prepare,
		}},
	}
	if appended.Next > 0 {
		success.CurrentRevisionOption = &streams.BatchAppendResp_Success_CurrentRevision{CurrentRevision: appended.Next - 1}
	}
	answer.Result = &streams.BatchAppendResp_Success_{Success: success}
	return answer
}

// failed is an answer that clients tell by the type of its details, which is
// also its message.
func failed(code codes.Code, details protoadapt.MessageV1) *status.Status {
	plain := grpcstatus.New(code, string(protoadapt.MessageV2Of(details).ProtoReflect().Descriptor().Name()))
	detailed, err := plain.WithDetails(details)
	if err != nil { // of none of the messages here
		return plain.Proto()
	}
	return detailed.Proto()
}

func timedOut() *status.Status { return failed(codes.DeadlineExceeded, &shared.Timeout{}) }

// refusedBy is the answer to whom the judge refuses, or cannot judge.
func refusedBy(err error) *status.Status {
	if grpcstatus.Code(err) == codes.PermissionDenied {
		return failed(codes.PermissionDenied, &shared.AccessDenied{})
	}
	return failed(codes.Unknown, &shared.Unknown{})
}

func badRequest(err error) *status.Status {
	return failed(codes.InvalidArgument, &shared.BadRequest{Message: err.Error()})
}

func tooLarge() *status.Status {
	return failed(codes.InvalidArgument, &shared.MaximumAppendSizeExceeded{MaxAppendSize: store.MaxAppendSize})
}

// tooBusy asks a client that has too much on its way to come back later.
func tooBusy() *status.Status {
	busy := failed(codes.Unavailable, &emptypb.Empty{})
	busy.Message = "Server Is Too Busy"
	return busy
}

// refusal is the answer to what the store's rules refuse; nil for other errors,
// and for none.
func refusal(err error, identifier *shared.StreamIdentifier) *status.Status {
	if errors.As(err, new(*store.Deleted)) {
		return failed(codes.NotFound, &shared.StreamDeleted{StreamIdentifier: identifier})
	}
	if wrong, ok := errors.AsType[*store.WrongVersion](err); ok {
		return failed(codes.AlreadyExists, wrongBatch(wrong))
	}
	if errors.As(err, new(*store.TooLarge)) {
		return tooLarge()
	}
	if errors.Is(err, store.ErrInvalid) {
		return badRequest(err)
	}
	return nil
}

func wrongBatch(wrong *store.WrongVersion) *shared.WrongExpectedVersion {
	empty := &emptypb.Empty{}
	details := &shared.WrongExpectedVersion{
		CurrentStreamRevisionOption: &shared.WrongExpectedVersion_CurrentNoStream{CurrentNoStream: empty},
	}
	if revision, ok := wrong.Actual.Revision(); ok {
		details.CurrentStreamRevisionOption = &shared.WrongExpectedVersion_CurrentStreamRevision{CurrentStreamRevision: revision}
	}
	switch wrong.Expected {
	case store.Any:
		details.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedAny{ExpectedAny: empty}
	case store.StreamExists:
		details.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: empty}
	case store.NoStream:
		details.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: empty}
	default:
		revision, _ := wrong.Expected.Revision()
		details.ExpectedStreamPositionOption = &shared.WrongExpectedVersion_ExpectedStreamPosition{ExpectedStreamPosition: revision}
	}
	return details
}
