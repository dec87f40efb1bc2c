package persistent

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// keyOf names the group of a request; $all may be named either way.
func keyOf(identifier *shared.StreamIdentifier, toAll bool, name string) (key, error) {
	if toAll {
		return key{allStream, name}, nil
	}
	stream, err := wire.StreamName(identifier)
	return key{stream, name}, err
}

// streamEntry begins the entry of a group on a stream. $all is none here.
func streamEntry(identifier *shared.StreamIdentifier, name string, revision int64) (entry, error) {
	k := key{string(identifier.GetStreamName()), name}
	switch k.stream {
	case "":
		return entry{}, k.failed("Bad stream name.")
	case allStream:
		return entry{}, k.failed("Persistent subscriptions to $all are only supported over gRPC through gRPC clients")
	}
	_, err := wire.StreamName(identifier)
	return entry{Stream: k.stream, Group: name, StartFrom: revision, StartPosition: strconv.FormatInt(revision, 10)}, err
}

// allEntry begins the entry of a group on $all.
func allEntry(name string, commit, prepare uint64) (entry, error) {
	e := entry{Stream: allStream, Group: name, StartFrom: math.MinInt64, StartPosition: fmt.Sprintf("C:%d/P:%d", commit, prepare)}
	_, err := wire.Position(commit, prepare)
	if commit == wire.End && prepare == wire.End {
		e.StartPosition = "C:-1/P:-1"
	}
	return e, err
}

// settings are what the messages for creating and updating have in common.
type settings interface {
	GetResolveLinks() bool
	GetExtraStatistics() bool
	GetMaxRetryCount() int32
	GetMinCheckpointCount() int32
	GetMaxCheckpointCount() int32
	GetMaxSubscriberCount() int32
	GetLiveBufferSize() int32
	GetReadBatchSize() int32
	GetHistoryBufferSize() int32
	GetMessageTimeoutTicks() int64
	GetMessageTimeoutMs() int32
	GetCheckpointAfterTicks() int64
	GetCheckpointAfterMs() int32
}

func (e *entry) set(s settings, strategy string) {
	e.ResolveLinkTos = s.GetResolveLinks()
	e.ExtraStatistics = s.GetExtraStatistics()
	e.MessageTimeout = milliseconds(s.GetMessageTimeoutMs(), s.GetMessageTimeoutTicks())
	e.CheckPointAfter = milliseconds(s.GetCheckpointAfterMs(), s.GetCheckpointAfterTicks())
	e.MaxRetryCount = s.GetMaxRetryCount()
	e.MinCheckPointCount = s.GetMinCheckpointCount()
	e.MaxCheckPointCount = s.GetMaxCheckpointCount()
	e.MaxSubscriberCount = s.GetMaxSubscriberCount()
	e.LiveBufferSize = s.GetLiveBufferSize()
	e.ReadBatchSize = s.GetReadBatchSize()
	e.HistoryBufferSize = s.GetHistoryBufferSize()
	e.NamedConsumerStrategy = strategy
}

// milliseconds takes the one of two ways to say a time that was used.
func milliseconds(ms int32, ticks int64) int32 {
	const ticksPerMillisecond = 10_000
	return cmp.Or(ms, int32(min(max(ticks/ticksPerMillisecond, math.MinInt32), math.MaxInt32)))
}

func created(options *persistent.CreateReq_Options) (e entry, err error) {
	s := options.GetSettings()
	strategy := cmp.Or(s.GetConsumerStrategy(), s.GetNamedConsumerStrategy().String()) //nolint:staticcheck // clients still send the old one
	switch to := options.GetStreamOption().(type) {
	case *persistent.CreateReq_Options_Stream:
		e, err = createdOnStream(to.Stream, options.GetGroupName())
	case *persistent.CreateReq_Options_All:
		e, err = createdOnAll(to.All, options.GetGroupName())
	default: // as clients did before there were groups on $all
		var revision int64
		if revision, err = wire.Revision(s.GetRevision()); err == nil { //nolint:staticcheck // it is the old form
			e, err = streamEntry(options.GetStreamIdentifier(), options.GetGroupName(), revision) //nolint:staticcheck // it is the old form
		}
	}
	e.set(s, strategy)
	return e, err
}

func createdOnStream(options *persistent.CreateReq_StreamOptions, name string) (entry, error) {
	number := uint64(wire.End)
	switch from := options.GetRevisionOption().(type) {
	case *persistent.CreateReq_StreamOptions_Start:
		number = 0
	case *persistent.CreateReq_StreamOptions_End:
	case *persistent.CreateReq_StreamOptions_Revision:
		number = from.Revision
	default:
		return entry{}, errNoStart()
	}
	revision, err := wire.Revision(number)
	if err != nil {
		return entry{}, err
	}
	return streamEntry(options.GetStreamIdentifier(), name, revision)
}

func createdOnAll(options *persistent.CreateReq_AllOptions, name string) (e entry, err error) {
	switch from := options.GetAllOption().(type) {
	case *persistent.CreateReq_AllOptions_Start:
		e, err = allEntry(name, 0, 0)
	case *persistent.CreateReq_AllOptions_End:
		e, err = allEntry(name, wire.End, wire.End)
	case *persistent.CreateReq_AllOptions_Position:
		e, err = allEntry(name, from.Position.GetCommitPosition(), from.Position.GetPreparePosition())
	default:
		err = errNoStart()
	}
	if err == nil {
		e.Filter, err = filterOf(options)
	}
	return e, err
}

func updated(options *persistent.UpdateReq_Options) (e entry, err error) {
	s := options.GetSettings()
	switch to := options.GetStreamOption().(type) {
	case *persistent.UpdateReq_Options_Stream:
		e, err = updatedOnStream(to.Stream, options.GetGroupName())
	case *persistent.UpdateReq_Options_All:
		e, err = updatedOnAll(to.All, options.GetGroupName())
	default:
		var revision int64
		if revision, err = wire.Revision(s.GetRevision()); err == nil { //nolint:staticcheck // it is the old form
			e, err = streamEntry(options.GetStreamIdentifier(), options.GetGroupName(), revision) //nolint:staticcheck // it is the old form
		}
	}
	e.set(s, s.GetNamedConsumerStrategy().String())
	return e, err
}

func updatedOnStream(options *persistent.UpdateReq_StreamOptions, name string) (entry, error) {
	number := uint64(wire.End)
	switch from := options.GetRevisionOption().(type) {
	case *persistent.UpdateReq_StreamOptions_Start:
		number = 0
	case *persistent.UpdateReq_StreamOptions_End:
	case *persistent.UpdateReq_StreamOptions_Revision:
		number = from.Revision
	default:
		return entry{}, errNoStart()
	}
	revision, err := wire.Revision(number)
	if err != nil {
		return entry{}, err
	}
	return streamEntry(options.GetStreamIdentifier(), name, revision)
}

func updatedOnAll(options *persistent.UpdateReq_AllOptions, name string) (entry, error) {
	switch from := options.GetAllOption().(type) {
	case *persistent.UpdateReq_AllOptions_Start:
		return allEntry(name, 0, 0)
	case *persistent.UpdateReq_AllOptions_End:
		return allEntry(name, wire.End, wire.End)
	case *persistent.UpdateReq_AllOptions_Position:
		return allEntry(name, from.Position.GetCommitPosition(), from.Position.GetPreparePosition())
	}
	return entry{}, errNoStart()
}

func errNoStart() error { return wire.Invalid("'None' is not a valid start") }
