package nodetest

import (
	"context"
	"fmt"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

// RawAppends returns what the official client does to append one event of 500 bytes to
// a stream of its own, as a measure of what a server takes.
func (s *Server) RawAppends(t testing.TB) func(context.Context) error {
	t.Helper()
	settings, err := esdb.ParseConnectionString(s.Connection)
	require.NoError(t, err)
	settings.Logger = func(esdb.LogLevel, string, ...any) {}
	client, err := esdb.NewClient(settings)
	require.NoError(t, err)
	t.Cleanup(func() { client.Close() })
	data := fmt.Appendf(nil, `{"text":"%0489d"}`, 0)
	return func(ctx context.Context) error {
		_, err := client.AppendToStream(ctx, "raw-"+uuid.NewString(), esdb.AppendToStreamOptions{ExpectedRevision: esdb.NoStream{}},
			esdb.EventData{EventID: uuid.New(), EventType: "raw", ContentType: esdb.ContentTypeJson, Data: data})
		return err
	}
}
