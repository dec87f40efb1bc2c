package eventstoredb_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestRights(t *testing.T) {
	node, authority := secured(t, func(options *esdbnode.Options) { options.User, options.Password = "admin", "s3cret/@" })
	connection := "esdb://admin:s3cret%2F%40@" + node.Address + "?tlsCAFile=" + authority
	// metadata is what each stream's metadata were, in their order.
	metadata := func(t *testing.T, stream string) (all []string) {
		t.Helper()
		for record, err := range node.Log.ReadStream(t.Context(), "$$"+stream, 0) {
			require.NoError(t, err)
			require.Equal(t, "$metadata", record.Type)
			all = append(all, string(record.Data))
		}
		return all
	}
	const rights = `{"$acl":{"$r":"admin","$w":"admin","$d":"$admins","$mr":"admin","$mw":"$admins"}}`

	t.Run("given that streams get rights, each has them before its first event, once", func(t *testing.T) {
		log := begin(t, connection, "guarded.", eventstoredb.Options{ACL: true})
		for _, stream := range []string{person1, string(domain.OperationsStream())} {
			_, _, err := log.Append(t.Context(), stream, domain.Any{}, proposed(1))
			require.NoError(t, err)
			_, _, err = log.Append(t.Context(), stream, domain.Any{}, proposed(1))
			require.NoError(t, err)
		}
		for _, stream := range []string{"guarded.log", "guarded." + person1, "guarded.operations"} {
			require.Equal(t, []string{rights}, metadata(t, stream))
		}
		var order []string
		for record, err := range node.Log.ReadAll(t.Context(), domain.Position{}) {
			require.NoError(t, err)
			order = append(order, record.Stream)
		}
		require.Subset(t, order, []string{"$$guarded." + person1, "guarded." + person1})
		for i, stream := range order {
			if stream == "guarded."+person1 {
				require.Contains(t, order[:i], "$$"+stream)
			}
		}
		require.Len(t, everything(t, log), 4)
	})

	t.Run("given many appends at once, each new stream has its rights, once, and what they were stays", func(t *testing.T) {
		log := begin(t, connection, "many.", eventstoredb.Options{ACL: true})
		all := appends(40)
		_, _, err := log.Append(t.Context(), all[0].Stream, all[0].Expected, all[0].Events)
		require.NoError(t, err)
		_, err = log.AppendAll(t.Context(), all[1:7])
		require.NoError(t, err)
		for i := range 7 {
			require.Equal(t, []string{rights}, metadata(t, "many."+all[i].Stream))
		}
		_, err = log.AppendAll(t.Context(), all)
		require.NoError(t, err, "some of it was there, in this order")
		for i := range 7 {
			require.Equal(t, []string{rights}, metadata(t, "many."+all[i].Stream))
		}
	})

	t.Run("given a stream that has rights already, they stay", func(t *testing.T) {
		config, err := esdb.ParseConnectionString(connection)
		require.NoError(t, err)
		config.Logger = esdb.NoopLogging()
		client, err := esdb.NewClient(config)
		require.NoError(t, err)
		defer client.Close()
		own := esdb.EventData{EventID: uuid.New(), EventType: "$metadata", ContentType: esdb.ContentTypeJson, Data: []byte(`{"$acl":{"$r":"auditors"}}`)}
		_, err = client.AppendToStream(t.Context(), "$$kept."+person1, esdb.AppendToStreamOptions{}, own)
		require.NoError(t, err)
		log := begin(t, connection, "kept.", eventstoredb.Options{ACL: true})
		_, _, err = log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		require.Equal(t, []string{string(own.Data)}, metadata(t, "kept."+person1))
	})

	t.Run("given that nothing was said of rights, there is no metadata", func(t *testing.T) {
		log := begin(t, connection, "open.", eventstoredb.Options{})
		_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
		require.NoError(t, err)
		require.Empty(t, metadata(t, "open."+person1))
	})

	for name, there := range map[string]bool{"has written them before": true, "may not write any": false} {
		t.Run("given a user who "+name+", it is refused, and it is looked whether they are there", func(t *testing.T) {
			own, authority := certified(t)
			server := newRogue(t, grpc.Creds(credentials.NewTLS(own)))
			var appended []string
			server.append = func(stream string, _ []uuid.UUID) (*streams.AppendResp, error) {
				if strings.HasPrefix(stream, "$$") {
					return nil, status.Error(codes.PermissionDenied, "Access Denied")
				}
				appended = append(appended, stream)
				return success(0, 7), nil
			}
			server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
				if name := string(options.GetStream().GetStreamIdentifier().GetStreamName()); there && name != "" {
					return answer.Send(event(name, uuid.New(), 0, 3))
				}
				return nil
			}
			options := quick()
			options.ACL = true
			log, err := eventstoredb.Open(t.Context(), "esdb://ann:secret@127.0.0.1:"+strconv.Itoa(server.port)+"?tlsCAFile="+authority, "", options)
			require.NoError(t, err)
			defer log.Close()
			_, _, err = log.Append(t.Context(), person1, domain.NoStream{}, proposed(1))
			if there {
				require.NoError(t, err)
				require.Equal(t, []string{person1}, appended)
				return
			}
			require.ErrorIs(t, err, journal.ErrDenied)
			require.ErrorContains(t, err, "could not be given its rights")
			require.Empty(t, appended)
		})
	}

	t.Run("given nobody whose rights they could be, it does not open", func(t *testing.T) {
		_, err := eventstoredb.Open(t.Context(), "esdb://127.0.0.1:1?tls=false", "usher.", eventstoredb.Options{ACL: true})
		require.ErrorContains(t, err, "has none")
	})
}
