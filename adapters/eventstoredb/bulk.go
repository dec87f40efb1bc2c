package eventstoredb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// inFlight is how many appends are on their way at most. The server gives each two
// seconds.
const inFlight = 128

var _ journal.Bulk = (*Log)(nil)

// AppendAll implements journal.Bulk by BatchAppend, which the library's client does
// not call. The server writes in the order in which it receives. What has no
// good answer is appended again, one after the other, with the same event ids,
// which tells of each where it stands.
func (l *Log) AppendAll(ctx context.Context, appends []journal.Append) (int, error) {
	if len(appends) == 0 {
		return 0, nil
	}
	parcels, err := l.parcels(ctx, appends)
	if err == nil && l.options.ACL {
		err = l.protectAll(ctx, appends)
	}
	if err != nil {
		return 0, err
	}
	places := l.sendAll(ctx, parcels)
	var last domain.Position
	for i, one := range appends {
		at, known := places[i]
		if !known {
			_, position, err := l.Append(ctx, one.Stream, one.Expected, one.Events)
			if err != nil {
				return i, spoilt(ctx, places, i, err)
			}
			at = position
		}
		if !at.After(last) {
			return i, fmt.Errorf("%w: what was to come behind %s is at %s", journal.ErrDisorder, last, at)
		}
		last = at
	}
	l.horizon.append(last)
	return len(appends), nil
}

// spoilt says that an append was refused although others behind it were not. Where its
// outcome is unknown, whoever compares will see.
func spoilt(ctx context.Context, places map[int]domain.Position, failed int, err error) error {
	if ctx.Err() != nil || errors.Is(err, journal.ErrUnavailable) || errors.Is(err, journal.ErrClosed) {
		return err
	}
	for i := range places {
		if i > failed {
			return fmt.Errorf("%w: %w", journal.ErrDisorder, err)
		}
	}
	return err
}

// parcels are appends as the server gets them, numbered by their correlation ids.
func (l *Log) parcels(ctx context.Context, appends []journal.Append) ([]*streams.BatchAppendReq, error) {
	if _, err := l.beginning(ctx); err != nil {
		return nil, err
	}
	all := make([]*streams.BatchAppendReq, len(appends))
	for i, one := range appends {
		if !domain.IsStream(domain.StreamName(one.Stream)) {
			return nil, fmt.Errorf("%q can be no stream of ours in EventStoreDB", one.Stream)
		}
		events, err := proposals(one.Events)
		if err != nil {
			return nil, err
		}
		all[i] = parcel(i, l.names.at(one.Stream), one.Expected, events)
	}
	return all, nil
}

// protectAll gives new streams their rights, as protect does.
func (l *Log) protectAll(ctx context.Context, appends []journal.Append) error {
	var fresh []string
	for _, one := range appends {
		if begins(one.Expected) {
			fresh = append(fresh, l.names.at(one.Stream))
		}
	}
	return l.protectStreams(ctx, fresh)
}

func parcel(number int, stream string, expected domain.Expected, events []esdb.EventData) *streams.BatchAppendReq {
	options := &streams.BatchAppendReq_Options{
		StreamIdentifier: &shared.StreamIdentifier{StreamName: []byte(stream)},
		DeadlineOption:   &streams.BatchAppendReq_Options_Deadline{Deadline: durationpb.New(time.Minute)}, // the server takes its own
	}
	switch expected := expected.(type) {
	case domain.NoStream:
		options.ExpectedStreamPosition = &streams.BatchAppendReq_Options_NoStream{NoStream: &emptypb.Empty{}}
	case domain.Revision:
		options.ExpectedStreamPosition = &streams.BatchAppendReq_Options_StreamPosition{StreamPosition: uint64(expected)}
	case domain.StreamExists:
		options.ExpectedStreamPosition = &streams.BatchAppendReq_Options_StreamExists{StreamExists: &emptypb.Empty{}}
	default:
		options.ExpectedStreamPosition = &streams.BatchAppendReq_Options_Any{Any: &emptypb.Empty{}}
	}
	var correlation uuid.UUID
	binary.BigEndian.PutUint64(correlation[8:], uint64(number)+1)
	request := &streams.BatchAppendReq{CorrelationId: wireID(correlation), Options: options, IsFinal: true}
	for _, event := range events {
		kind := "application/octet-stream"
		if event.ContentType == esdb.ContentTypeJson {
			kind = "application/json"
		}
		request.ProposedMessages = append(request.ProposedMessages, &streams.BatchAppendReq_ProposedMessage{
			Id: wireID(event.EventID), Data: event.Data, CustomMetadata: event.Metadata,
			Metadata: map[string]string{"type": event.EventType, "content-type": kind},
		})
	}
	return request
}

func wireID(id uuid.UUID) *shared.UUID {
	return &shared.UUID{Value: &shared.UUID_Structured_{Structured: &shared.UUID_Structured{
		MostSignificantBits:  int64(binary.BigEndian.Uint64(id[:8])),
		LeastSignificantBits: int64(binary.BigEndian.Uint64(id[8:])),
	}}}
}

// numberOf is which of so many appends an answer is about; false where it is about none.
func numberOf(id *shared.UUID, count int) (int, bool) {
	number := uint64(id.GetStructured().GetLeastSignificantBits())
	if text := id.GetString_(); text != "" {
		parsed, err := uuid.Parse(text)
		if err != nil {
			return 0, false
		}
		number = binary.BigEndian.Uint64(parsed[8:])
	}
	return int(number) - 1, number > 0 && number <= uint64(count)
}

// sendAll sends appends and returns the places that good answers tell. It ends at the
// first that is none, and where no answer comes within an attempt's time.
func (l *Log) sendAll(caller context.Context, parcels []*streams.BatchAppendReq) map[int]domain.Position {
	places := map[int]domain.Position{}
	if len(parcels) == 0 {
		return places
	}
	bounded, end := l.connection.bound(caller, l.options.Patience)
	defer end()
	held, err := l.connection.acquire(bounded)
	if err != nil {
		return places
	}
	defer held.release()
	ctx, cancel := l.connection.bound(caller, 0)
	defer cancel()
	defer context.AfterFunc(held.gone, cancel)() //nolint:contextcheck // because the connection's end is not the call's
	late := time.AfterFunc(l.options.Attempt, cancel)
	defer late.Stop()
	channel, err := held.beside()
	if err != nil {
		return places
	}
	call, err := streams.NewStreamsClient(channel).BatchAppend(ctx)
	if err != nil {
		return places
	}
	window, bad := make(chan struct{}, inFlight), make(chan struct{})
	var sending sync.WaitGroup
	sending.Go(func() { send(call, parcels, window, bad) })
	defer sending.Wait()
	defer cancel()
	for stop := sync.OnceFunc(func() { close(bad) }); ; {
		answer, err := call.Recv()
		if err != nil { // and where all were sent, all were answered
			stop()
			return places
		}
		late.Reset(l.options.Attempt)
		index, ours := numberOf(answer.GetCorrelationId(), len(parcels))
		at := answer.GetSuccess().GetPosition()
		if ours && at != nil {
			places[index] = domain.Position{Commit: at.GetCommitPosition(), Prepare: at.GetPreparePosition()}
		} else {
			stop()
		}
		select {
		case <-window:
		default: // which is an answer to nothing
		}
	}
}

// send sends appends, no more than fit into the window, until an answer was bad.
func send(call streams.Streams_BatchAppendClient, parcels []*streams.BatchAppendReq, window chan<- struct{}, bad <-chan struct{}) {
	defer call.CloseSend() //nolint:errcheck // because receiving tells
	for _, parcel := range parcels {
		select {
		case window <- struct{}{}:
		case <-bad:
			return
		}
		if call.Send(parcel) != nil {
			return
		}
	}
}
