package eventstoredb_test

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// stranger is another program at a server, with the official client.
type stranger struct {
	t      *testing.T
	client *esdb.Client
}

func another(t *testing.T, connection string) stranger {
	t.Helper()
	config, err := esdb.ParseConnectionString(connection)
	require.NoError(t, err)
	config.Logger = esdb.NoopLogging()
	client, err := esdb.NewClient(config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return stranger{t, client}
}

// writes appends events to a stream.
func (s stranger) writes(ctx context.Context, stream string, count int) error {
	events := make([]esdb.EventData, count)
	for i := range events {
		events[i] = esdb.EventData{EventID: uuid.New(), EventType: "OrderPlaced", ContentType: esdb.ContentTypeJson, Data: []byte(`{"no":1}`)}
	}
	_, err := s.client.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{}, events...)
	return err
}

// strangers are streams of other programs, and what may be mistaken for Usher's.
func strangers() []string {
	own := uuid.NewString()
	return []string{
		"order-1", "account-7", "account-" + own + "-x", "account-" + strings.ToUpper(own), "usher", "usher.", "usher.logs", "usher.order-1", "usher.person-7", "usher.person-" + own + "x",
		"usher.b.log", "usher.b.person-" + own, "usher.operations-1", "usher.operations.person-" + own, "$stats-1", "$persistentsubscription-order-1::a-checkpoint",
	}
}

// writesEverywhere appends to each of the strangers' streams.
func (s stranger) writesEverywhere(each int) {
	s.t.Helper()
	for _, stream := range strangers() {
		require.NoError(s.t, s.writes(s.t.Context(), stream, each))
	}
}

// crowd is a log between whose events are others'.
type crowd struct {
	journal.Log
	others stranger
}

func (c crowd) Append(ctx context.Context, stream string, expected domain.Expected, events []journal.Proposed) (uint64, domain.Position, error) {
	if rand.IntN(40) == 0 {
		if err := c.others.writes(context.WithoutCancel(ctx), strangers()[rand.IntN(len(strangers()))], 1+rand.IntN(600)); err != nil {
			return 0, domain.Position{}, err
		}
	}
	return c.Log.Append(ctx, stream, expected, events)
}
