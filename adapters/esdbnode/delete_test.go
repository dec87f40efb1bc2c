package esdbnode_test

import (
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
)

func TestDelete(t *testing.T) {
	server := nodetest.Start(t)
	client := official(t, server.Connection)

	t.Run("given a stream that was deleted, it is not found until it is written again", func(t *testing.T) {
		_, err := appendTo(t, client, "s", esdb.NoStream{}, dataOf(3)...)
		require.NoError(t, err)
		result, err := client.DeleteStream(within(t), "s", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Revision(2)})
		require.NoError(t, err)
		require.Equal(t, head(t, server).Commit, result.Position.Commit)
		_, err = eventsOf(t, client, "s", esdb.ReadStreamOptions{})
		requireCode(t, esdb.ErrorCodeResourceNotFound, err)
		_, err = appendTo(t, client, "s", esdb.StreamExists{}, dataOf(1)...)
		requireCode(t, esdb.ErrorCodeStreamDeleted, err)

		again, err := appendTo(t, client, "s", esdb.NoStream{}, dataOf(2)...)
		require.NoError(t, err)
		require.Equal(t, uint64(4), again.NextExpectedVersion)
		events, err := eventsOf(t, client, "s", esdb.ReadStreamOptions{})
		require.NoError(t, err)
		require.Equal(t, []uint64{3, 4}, revisionsOf(events))
		described, err := client.GetStreamMetadata(within(t), "s", esdb.ReadStreamOptions{})
		require.NoError(t, err)
		require.Equal(t, uint64(3), *described.TruncateBefore())
	})

	t.Run("given a tombstone, nothing can be done with the stream", func(t *testing.T) {
		_, err := appendTo(t, client, "t", esdb.NoStream{}, dataOf(3)...)
		require.NoError(t, err)
		_, err = client.TombstoneStream(within(t), "t", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.StreamExists{}})
		require.NoError(t, err)
		_, err = eventsOf(t, client, "t", esdb.ReadStreamOptions{})
		requireCode(t, esdb.ErrorCodeStreamDeleted, err)
		_, err = eventsOf(t, client, "t", esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}})
		requireCode(t, esdb.ErrorCodeStreamDeleted, err)
		_, err = appendTo(t, client, "t", esdb.Any{}, dataOf(1)...)
		requireCode(t, esdb.ErrorCodeStreamDeleted, err)
		_, err = client.DeleteStream(within(t), "t", esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}})
		requireCode(t, esdb.ErrorCodeStreamDeleted, err)
		_, err = client.TombstoneStream(within(t), "t", esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
		requireCode(t, esdb.ErrorCodeStreamDeleted, err)
	})
}

func TestDeleteRefused(t *testing.T) {
	server := nodetest.Start(t)
	client := raw(t, server)
	written(t, server, "ü", "happened", 3)
	name := &shared.StreamIdentifier{StreamName: []byte("ü")}
	for _, operation := range []struct {
		name string
		call func(*streams.DeleteReq_Options, ...grpc.CallOption) error
	}{
		{"deleting", func(o *streams.DeleteReq_Options, options ...grpc.CallOption) error {
			_, err := client.Delete(within(t), &streams.DeleteReq{Options: o}, options...)
			return err
		}},
		{"deleting for ever", func(o *streams.DeleteReq_Options, options ...grpc.CallOption) error {
			request := &streams.TombstoneReq{}
			if o != nil {
				request.Options = &streams.TombstoneReq_Options{StreamIdentifier: o.GetStreamIdentifier()}
				switch o.GetExpectedStreamRevision().(type) {
				case *streams.DeleteReq_Options_Revision:
					request.Options.ExpectedStreamRevision = &streams.TombstoneReq_Options_Revision{Revision: o.GetRevision()}
				case *streams.DeleteReq_Options_NoStream:
					request.Options.ExpectedStreamRevision = &streams.TombstoneReq_Options_NoStream{NoStream: &shared.Empty{}}
				}
			}
			_, err := client.Tombstone(within(t), request, options...)
			return err
		}},
	} {
		for _, test := range []struct {
			name             string
			options          *streams.DeleteReq_Options
			code             codes.Code
			expected, actual []string // versions
		}{
			{"nothing", nil, codes.InvalidArgument, nil, nil},
			{"no expectation", &streams.DeleteReq_Options{StreamIdentifier: name}, codes.InvalidArgument, nil, nil},
			{
				"another revision", &streams.DeleteReq_Options{StreamIdentifier: name, ExpectedStreamRevision: &streams.DeleteReq_Options_Revision{Revision: 7}},
				codes.FailedPrecondition,
				[]string{"7"},
				[]string{"2"},
			},
			{
				"no stream", &streams.DeleteReq_Options{StreamIdentifier: name, ExpectedStreamRevision: &streams.DeleteReq_Options_NoStream{NoStream: &shared.Empty{}}},
				codes.FailedPrecondition,
				[]string{"-1"},
				[]string{"2"},
			},
		} {
			t.Run("given "+operation.name+" expecting "+test.name+", it is refused", func(t *testing.T) {
				var trailer grpcmetadata.MD
				err := operation.call(test.options, grpc.Trailer(&trailer))
				require.Equal(t, test.code, status.Code(err), "%v", err)
				require.Equal(t, test.expected, trailer.Get("expected-version"))
				require.Equal(t, test.actual, trailer.Get("actual-version"))
				if test.code == codes.FailedPrecondition {
					require.Equal(t, []string{"wrong-expected-version"}, trailer.Get("exception"))
					require.Len(t, trailer.Get("stream-name"), 1)
				}
			})
		}
	}
}
