package esdbnode

import (
	"errors"
	"io"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/protobuf/proto"

	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
)

// Append implements streams.StreamsServer.
func (s *streamsService) Append(stream streams.Streams_AppendServer) error {
	request, err := s.receiveAppend(stream)
	if err != nil {
		hearOut(stream, heardMessages)
		return err
	}
	appended, err := s.store.Append(stream.Context(), request.Stream, request.Expected, request.Events)
	if wrong, ok := errors.AsType[*store.WrongVersion](err); ok {
		return stream.SendAndClose(&streams.AppendResp{
			Result: &streams.AppendResp_WrongExpectedVersion_{WrongExpectedVersion: wrongVersion(wrong)},
		})
	}
	if err != nil {
		return err
	}
	return stream.SendAndClose(&streams.AppendResp{Result: &streams.AppendResp_Success_{Success: succeeded(appended)}})
}

// receiveAppend gathers an append: what it is to, and then its events. It does
// not wait for the end of one that is too large already.
func (s *streamsService) receiveAppend(stream streams.Streams_AppendServer) (store.Request, error) {
	message, err := stream.Recv()
	if err != nil {
		if errors.Is(err, io.EOF) {
			err = wire.Unknown("the append has no options")
		}
		return store.Request{}, err
	}
	options := message.GetOptions()
	if options == nil {
		return store.Request{}, wire.Unknown("the append does not begin with its options")
	}
	request, err := target(options, options.GetStreamIdentifier())
	if err != nil {
		return store.Request{}, err
	}
	if err := s.judge.Stream(stream.Context(), rights.Write, request.Stream); err != nil {
		return store.Request{}, err
	}
	size := 0
	for {
		message, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return request, nil
		}
		if err != nil {
			return store.Request{}, err
		}
		if message.GetProposedMessage() == nil {
			return store.Request{}, wire.Unknown("the append has something that is not an event")
		}
		event, err := proposed(message.GetProposedMessage())
		if err != nil {
			return store.Request{}, err
		}
		if size += len(event.Data); size > store.MaxAppendSize {
			return store.Request{}, wire.AppendTooLarge(store.MaxAppendSize)
		}
		request.Events = append(request.Events, event)
	}
}

// target reads which stream a write is to and what it expects there. The options
// of all writes spell the latter alike, in different types.
func target(options proto.Message, identifier *shared.StreamIdentifier) (store.Request, error) {
	name, err := wire.StreamName(identifier)
	if err != nil {
		return store.Request{}, err
	}
	expected, err := expectation(options)
	return store.Request{Stream: name, Expected: expected}, err
}

func expectation(options proto.Message) (store.Expected, error) {
	message := options.ProtoReflect()
	oneofs := message.Descriptor().Oneofs()
	choice := oneofs.ByName("expected_stream_revision")
	if choice == nil {
		choice = oneofs.ByName("expected_stream_position")
	}
	field := message.WhichOneof(choice)
	if field == nil {
		return 0, wire.Invalid("the request does not say what it expects of the stream")
	}
	switch field.Name() {
	case "no_stream":
		return store.NoStream, nil
	case "any":
		return store.Any, nil
	case "stream_exists":
		return store.StreamExists, nil
	}
	revision, err := wire.Revision(message.Get(field).Uint())
	return store.Expected(revision), err
}

// proposal is an event as both kinds of append have it.
type proposal interface {
	GetId() *shared.UUID
	GetMetadata() map[string]string
	GetCustomMetadata() []byte
	GetData() []byte
}

func proposed(message proposal) (journal.Proposed, error) {
	metadata := message.GetMetadata()
	for _, key := range []string{wire.MetadataType, wire.MetadataContentType} {
		if _, there := metadata[key]; !there {
			return journal.Proposed{}, wire.MissingMetadata(key)
		}
	}
	id, err := wire.ParseUUID(message.GetId())
	if err != nil {
		return journal.Proposed{}, err
	}
	if id == uuid.Nil {
		return journal.Proposed{}, wire.Unknown("an event has no id")
	}
	if metadata[wire.MetadataType] == "" {
		return journal.Proposed{}, wire.Unknown("the event %s has no type", id)
	}
	return journal.Proposed{
		ID:       id,
		Type:     metadata[wire.MetadataType],
		JSON:     metadata[wire.MetadataContentType] == wire.ContentJSON,
		Data:     message.GetData(),
		Metadata: message.GetCustomMetadata(),
	}, nil
}

func succeeded(appended store.Appended) *streams.AppendResp_Success {
	success := &streams.AppendResp_Success{
		CurrentRevisionOption: &streams.AppendResp_Success_NoStream{NoStream: &shared.Empty{}},
		PositionOption: &streams.AppendResp_Success_Position{Position: &streams.AppendResp_Position{
			CommitPosition: appended.Position.Commit, PreparePosition: appended.Position.Prepare,
		}},
	}
	if appended.Next > 0 {
		success.CurrentRevisionOption = &streams.AppendResp_Success_CurrentRevision{CurrentRevision: appended.Next - 1}
	}
	return success
}

// wrongVersion says it twice: as clients read it now, and as those of version
// 20.6.0 did, who know no stream as the largest number.
func wrongVersion(wrong *store.WrongVersion) *streams.AppendResp_WrongExpectedVersion {
	empty := &shared.Empty{}
	answer := &streams.AppendResp_WrongExpectedVersion{}
	switch wrong.Expected {
	case store.Any:
		answer.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedAny{ExpectedAny: empty}
		answer.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_Any_20_6_0{Any_20_6_0: empty}
	case store.StreamExists:
		answer.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedStreamExists{ExpectedStreamExists: empty}
		answer.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_StreamExists_20_6_0{StreamExists_20_6_0: empty}
	case store.NoStream:
		answer.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedNoStream{ExpectedNoStream: empty}
		answer.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: wire.End}
	default:
		revision, _ := wrong.Expected.Revision()
		answer.ExpectedRevisionOption = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision{ExpectedRevision: revision}
		answer.ExpectedRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_ExpectedRevision_20_6_0{ExpectedRevision_20_6_0: revision}
	}
	if revision, ok := wrong.Actual.Revision(); ok {
		answer.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentRevision{CurrentRevision: revision}
		answer.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_CurrentRevision_20_6_0{CurrentRevision_20_6_0: revision}
	} else {
		answer.CurrentRevisionOption = &streams.AppendResp_WrongExpectedVersion_CurrentNoStream{CurrentNoStream: empty}
		answer.CurrentRevisionOption_20_6_0 = &streams.AppendResp_WrongExpectedVersion_NoStream_20_6_0{NoStream_20_6_0: empty}
	}
	return answer
}
