package eventstoredb_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/domain"
)

func TestMoreCallersThanAConnectionHasCalls(t *testing.T) {
	server := newRogue(t)
	log := open(t, server.connection, eventstoredb.Options{})
	const readers = 300
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	reading, calls, subscribed := make(chan struct{}, 10*readers), atomic.Int64{}, make(chan struct{})
	server.read = func(options *streams.ReadReq_Options, answer streams.Streams_ReadServer) error {
		switch {
		case options.GetSubscription() != nil:
			close(subscribed)
			<-answer.Context().Done()
		case string(options.GetStream().GetStreamIdentifier().GetStreamName()) == "person-1":
			calls.Add(1)
			reading <- struct{}{}
			<-ctx.Done()
		}
		return nil
	}
	var read sync.WaitGroup
	read.Go(func() {
		for _, err := range log.Subscribe(ctx, domain.Position{}) {
			assert.ErrorIs(t, err, context.Canceled)
		}
	})
	<-subscribed
	for range readers {
		read.Go(func() {
			for _, err := range log.ReadStream(t.Context(), "person-1", 0) {
				assert.NoError(t, err)
			}
		})
	}
	for range eventstoredb.MostCalls { // as many as there may be
		<-reading
	}
	cancel()
	read.Wait()
	require.EqualValues(t, readers, calls.Load(), "none was given up while it waited, and repeated")
}
