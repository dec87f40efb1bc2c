package esdbnode

import (
	"math"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/domain"
)

// query is what a call of Streams.Read asks for.
type query struct {
	kind     kind
	stream   string // empty for $all
	from     from
	count    uint64
	resolve  bool
	filter   *wire.Filter
	interval uint64 // how many events are between two checkpoints
	ids      wire.IDForm
	// bounds says that the client understands where a stream begins and ends;
	// one that did not say so would crash on it.
	bounds bool
}

// kind is a query without its particulars.
type kind struct {
	all, subscription, backwards, filtered bool
}

// from is where a query begins: at the start or the end, or at a revision of a
// stream or a position of $all.
type from struct {
	start, end bool
	revision   uint64
	position   domain.Position
}

// everywhere is behind every revision and position that there can be.
const everywhere = math.MaxInt64

// batch is how many events EventStoreDB reads at once. Here it only decides what
// clients notice of that: the distance between checkpoints where they name none,
// and whether the beginning of a stream was empty.
const batch = 32

func parseQuery(options *streams.ReadReq_Options) (query, error) {
	if options == nil {
		return query{}, wire.Invalid("the request has no options")
	}
	kind, err := kindOf(options)
	if err != nil {
		return query{}, err
	}
	q := query{
		kind: kind, count: options.GetCount(), resolve: options.GetResolveLinks(),
		bounds: options.GetControlOption().GetCompatibility() >= 1,
	}
	if options.GetUuidOption() == nil {
		return query{}, wire.Invalid("the request does not say how ids are to be written")
	}
	if _, text := options.GetUuidOption().GetContent().(*streams.ReadReq_Options_UUIDOption_String_); text {
		q.ids = wire.Text
	}
	if kind.all {
		q.from, err = fromPosition(options.GetAll())
	} else {
		q.stream, q.from, err = fromRevision(options.GetStream())
	}
	if err == nil && kind.filtered {
		err = q.parseFilter(options.GetFilter())
	}
	return q, err
}

// kindOf allows what EventStoreDB allows: no stream is filtered, and nobody
// subscribes backwards.
func kindOf(options *streams.ReadReq_Options) (k kind, err error) {
	names := [4]string{"None", "None", options.GetReadDirection().String(), "None"}
	switch options.GetStreamOption().(type) {
	case *streams.ReadReq_Options_Stream:
		names[0] = "Stream"
	case *streams.ReadReq_Options_All:
		names[0], k.all = "All", true
	}
	switch options.GetCountOption().(type) {
	case *streams.ReadReq_Options_Count:
		names[1] = "Count"
	case *streams.ReadReq_Options_Subscription:
		names[1], k.subscription = "Subscription", true
	}
	switch options.GetFilterOption().(type) {
	case *streams.ReadReq_Options_NoFilter:
		names[3] = "NoFilter"
	case *streams.ReadReq_Options_Filter:
		names[3], k.filtered = "Filter", true
	}
	k.backwards = options.GetReadDirection() == streams.ReadReq_Options_Backwards
	known := options.GetReadDirection() == streams.ReadReq_Options_Forwards || k.backwards
	for _, name := range names {
		known = known && name != "None"
	}
	if !known || k.filtered && !k.all || k.subscription && k.backwards {
		return k, wire.Invalid("The combination of (%s, %s, %s, %s) is invalid.", names[0], names[1], names[2], names[3])
	}
	return k, nil
}

func fromRevision(options *streams.ReadReq_Options_StreamOptions) (string, from, error) {
	name, err := wire.StreamName(options.GetStreamIdentifier())
	if err != nil {
		return "", from{}, err
	}
	switch option := options.GetRevisionOption().(type) {
	case *streams.ReadReq_Options_StreamOptions_Start:
		return name, from{start: true}, nil
	case *streams.ReadReq_Options_StreamOptions_End:
		return name, from{end: true}, nil
	case *streams.ReadReq_Options_StreamOptions_Revision:
		revision, err := wire.Revision(option.Revision)
		if revision < 0 {
			return name, from{end: true}, err
		}
		return name, from{revision: uint64(revision)}, err
	}
	return "", from{}, wire.Invalid("the request does not say where to begin")
}

func fromPosition(options *streams.ReadReq_Options_AllOptions) (from, error) {
	switch option := options.GetAllOption().(type) {
	case *streams.ReadReq_Options_AllOptions_Start:
		return from{start: true}, nil
	case *streams.ReadReq_Options_AllOptions_End:
		return from{end: true}, nil
	case *streams.ReadReq_Options_AllOptions_Position:
		position, err := wire.Position(option.Position.GetCommitPosition(), option.Position.GetPreparePosition())
		switch {
		case err != nil:
			return from{}, err
		case position.Commit == wire.End:
			return from{end: true}, nil
		}
		return from{position: position, start: position.IsZero()}, nil
	}
	return from{}, wire.Invalid("the request does not say where to begin")
}

func (q *query) parseFilter(options *streams.ReadReq_Options_FilterOptions) (err error) {
	window := uint64(0)
	switch option := options.GetWindow().(type) {
	case *streams.ReadReq_Options_FilterOptions_Max:
		window = max(uint64(option.Max), 1)
	case *streams.ReadReq_Options_FilterOptions_Count:
		window = batch
	default:
		return wire.Invalid("'None' is not a valid window")
	}
	q.interval = window * uint64(options.GetCheckpointIntervalMultiplier())
	if q.kind.subscription && q.interval == 0 {
		return wire.Unknown("the checkpoint interval multiplier is zero")
	}
	switch filter := options.GetFilter().(type) {
	case *streams.ReadReq_Options_FilterOptions_EventType:
		q.filter, err = wire.NewFilter(wire.EventType, filter.EventType.GetRegex(), filter.EventType.GetPrefix())
	case *streams.ReadReq_Options_FilterOptions_StreamIdentifier:
		q.filter, err = wire.NewFilter(wire.StreamID, filter.StreamIdentifier.GetRegex(), filter.StreamIdentifier.GetPrefix())
	default:
		return wire.Invalid("'None' is not a valid filter")
	}
	return err
}
