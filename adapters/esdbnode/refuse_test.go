package esdbnode_test

import (
	"math"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/domain"
)

func TestAReadThatMakesNoSense(t *testing.T) {
	server := nodetest.Start(t)
	client := raw(t, server)
	written(t, server, "s", "kind", 2)
	stream, all := ofStream("s", esdb.Start{}), ofAll(esdb.Start{})
	filter := filtered(32, 1, "kind")
	unfiltered := func(options *streams.ReadReq_Options) { options.FilterOption = nil }
	change := func(change func(*streams.ReadReq_Options_FilterOptions)) func(*streams.ReadReq_Options) {
		return func(options *streams.ReadReq_Options) {
			filter(options)
			change(options.GetFilter())
		}
	}
	regex := func(regex string) func(*streams.ReadReq_Options) {
		return change(func(f *streams.ReadReq_Options_FilterOptions) {
			f.Filter = &streams.ReadReq_Options_FilterOptions_EventType{EventType: &streams.ReadReq_Options_FilterOptions_Expression{Regex: regex}}
		})
	}
	for _, q := range []struct {
		name  string
		code  codes.Code
		says  string
		query []func(*streams.ReadReq_Options)
	}{
		{"a filtered stream", codes.InvalidArgument, "The combination of (Stream, Count, Forwards, Filter) is invalid.", with(stream, count(1), filter)},
		{"a filtered stream backwards", codes.InvalidArgument, "(Stream, Count, Backwards, Filter)", with(stream, count(1), filter, backwards)},
		{"a filtered subscription to a stream", codes.InvalidArgument, "(Stream, Subscription, Forwards, Filter)", with(stream, subscription, filter)},
		{"a subscription to a stream backwards", codes.InvalidArgument, "(Stream, Subscription, Backwards, NoFilter)", with(stream, subscription, backwards)},
		{"a subscription to all backwards", codes.InvalidArgument, "(All, Subscription, Backwards, NoFilter)", with(all, subscription, backwards)},
		{"a filtered subscription backwards", codes.InvalidArgument, "(All, Subscription, Backwards, Filter)", with(all, subscription, backwards, filter)},
		{"of nothing", codes.InvalidArgument, "(None, Count, Forwards, NoFilter)", with(count(1))},
		{"without end", codes.InvalidArgument, "(All, None, Forwards, NoFilter)", with(all)},
		{"without a word on filters", codes.InvalidArgument, "(All, Count, Forwards, None)", with(all, count(1), unfiltered)},
		{"in a third direction", codes.InvalidArgument, "(All, Count, 7, NoFilter)", with(all, count(1), func(o *streams.ReadReq_Options) { o.ReadDirection = 7 })},
		{"without a word on ids", codes.InvalidArgument, "ids", with(all, count(1), func(o *streams.ReadReq_Options) { o.UuidOption = nil })},
		{"from nowhere in a stream", codes.InvalidArgument, "begin", with(ofStream("s", nil), count(1))},
		{"from nowhere in all", codes.InvalidArgument, "begin", with(ofAll(nil), count(1))},
		{"of a stream without a name", codes.InvalidArgument, "name", with(ofStream("", 0), count(1))},
		{"of a stream whose name is no text", codes.InvalidArgument, "UTF-8", with(ofStream("\xff", 0), count(1))},
		{"of no events of a stream", codes.Unknown, "Unexpected ReadStreamResult: Error", with(stream, count(0))},
		{"from a revision that cannot be", codes.Unknown, "too large", with(ofStream("s", uint64(math.MaxInt64)+1), count(1))},
		{"from a position that cannot be", codes.Unknown, "too large", with(ofAll(domain.Position{Commit: math.MaxInt64 + 1, Prepare: 1}), count(1))},
		{"from a position before itself", codes.Unknown, "prepare position", with(ofAll(domain.Position{Commit: 1, Prepare: 2}), count(1))},
		{"of a stream forwards from its end", codes.Unknown, "Unexpected ReadStreamResult: Error", with(ofStream("s", esdb.End{}), count(1))},
		{"of a stream forwards from the number of its end", codes.Unknown, "Unexpected ReadStreamResult: Error", with(ofStream("s", uint64(math.MaxUint64)), count(1))},
		{"with an expression that is none", codes.InvalidArgument, "regular expression", with(all, count(1), regex("("))},
		{"with an empty filter", codes.InvalidArgument, "neither", with(all, count(1), regex(""))},
		{"with no filter in the filter", codes.InvalidArgument, "filter", with(all, count(1), change(func(f *streams.ReadReq_Options_FilterOptions) { f.Filter = nil }))},
		{"without a window", codes.InvalidArgument, "window", with(all, count(1), change(func(f *streams.ReadReq_Options_FilterOptions) { f.Window = nil }))},
		{"without checkpoints in a subscription", codes.Unknown, "multiplier", with(all, subscription, filtered(32, 0, "kind"))},
	} {
		t.Run(q.name, func(t *testing.T) {
			answers, err := answered(t, client, q.query...)
			require.Empty(t, answers)
			require.Equal(t, q.code, status.Code(err), "%v", err)
			require.ErrorContains(t, err, q.says)
		})
	}
	t.Run("without options", func(t *testing.T) {
		call, err := client.Read(within(t), &streams.ReadReq{})
		require.NoError(t, err)
		_, err = call.Recv()
		require.Equal(t, codes.InvalidArgument, status.Code(err))
	})
	t.Run("none of the clients' ways to say what they want is refused", func(t *testing.T) {
		answers, err := answered(t, client, stream, count(1), func(options *streams.ReadReq_Options) {
			options.FilterOption = &streams.ReadReq_Options_NoFilter{} // as the Go client leaves them
			options.UuidOption = &streams.ReadReq_Options_UUIDOption{Content: &streams.ReadReq_Options_UUIDOption_Structured{}}
		})
		require.NoError(t, err)
		require.Len(t, answers, 1)
		answers, err = answered(t, client, all, count(1), func(options *streams.ReadReq_Options) {
			filter(options)
			options.GetFilter().Window = &streams.ReadReq_Options_FilterOptions_Count{Count: &shared.Empty{}}
		})
		require.NoError(t, err)
		require.Len(t, answers, 1)
	})
}
