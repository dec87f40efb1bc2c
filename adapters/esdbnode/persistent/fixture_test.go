package persistent_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	stubs "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
)

// patience is how long anything may take; it is long because machines are slow.
const patience = 2 * time.Minute

func TestMain(m *testing.M) {
	// The clock of regular expressions ends by itself a moment later.
	goleak.VerifyTestMain(m, goleak.IgnoreAnyFunction("github.com/dlclark/regexp2.runClock"))
}

// clock is the node's, which tests move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) forward(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// fixture is a node and EventStoreDB's own client for Go.
type fixture struct {
	t      *testing.T
	ctx    context.Context
	node   *nodetest.Server
	clock  *clock
	client *esdb.Client
}

func given(t *testing.T, options ...nodetest.Option) *fixture {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	c := &clock{now: time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)}
	f := &fixture{t: t, ctx: ctx, clock: c, node: nodetest.Start(t, append(options, nodetest.At(c.Now))...)}
	f.connect()
	return f
}

func (f *fixture) connect() {
	f.t.Helper()
	settings, err := esdb.ParseConnectionString(f.node.Connection)
	require.NoError(f.t, err)
	settings.Logger = esdb.NoopLogging()
	f.client, err = esdb.NewClient(settings)
	require.NoError(f.t, err)
	client := f.client
	f.t.Cleanup(func() { _ = client.Close() })
}

// restart stops the node and starts it on what it has kept.
func (f *fixture) restart() {
	f.t.Helper()
	require.NoError(f.t, f.client.Close())
	f.node.Restart()
	f.connect()
}

// stub calls the service without the client's own ideas.
func (f *fixture) stub() stubs.PersistentSubscriptionsClient {
	f.t.Helper()
	connection, err := grpc.NewClient(f.node.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(f.t, err)
	f.t.Cleanup(func() { _ = connection.Close() })
	return stubs.NewPersistentSubscriptionsClient(connection)
}

// append adds events to a stream, of a type of their own: "0", "1", ...
func (f *fixture) append(stream string, from, to int) {
	f.t.Helper()
	var events []esdb.EventData
	for number := from; number <= to; number++ {
		events = append(events, esdb.EventData{EventID: uuid.New(), EventType: fmt.Sprint(number), Data: []byte("{}"), ContentType: esdb.ContentTypeJson})
	}
	f.appendEvents(stream, events...)
}

func (f *fixture) appendEvents(stream string, events ...esdb.EventData) {
	f.t.Helper()
	_, err := f.client.AppendToStream(f.ctx, stream, esdb.AppendToStreamOptions{}, events...)
	require.NoError(f.t, err)
}

func settings(change func(*esdb.PersistentSubscriptionSettings)) *esdb.PersistentSubscriptionSettings {
	s := esdb.SubscriptionSettingsDefault()
	if change != nil {
		change(&s)
	}
	return &s
}

// create makes a group "group" that begins at the start of a stream.
func (f *fixture) create(stream string, change func(*esdb.PersistentSubscriptionSettings)) {
	f.t.Helper()
	f.createFrom(stream, esdb.Start{}, change)
}

func (f *fixture) createFrom(stream string, from esdb.StreamPosition, change func(*esdb.PersistentSubscriptionSettings)) {
	f.t.Helper()
	require.NoError(f.t, f.client.CreatePersistentSubscription(f.ctx, stream, "group",
		esdb.PersistentStreamSubscriptionOptions{Settings: settings(change), StartFrom: from}))
}

func (f *fixture) createToAll(options esdb.PersistentAllSubscriptionOptions) {
	f.t.Helper()
	if options.Settings == nil {
		options.Settings = settings(nil)
	}
	require.NoError(f.t, f.client.CreatePersistentSubscriptionToAll(f.ctx, "group", options))
}

// reader is a connected reader of the group "group".
type reader struct {
	t            *testing.T
	subscription *esdb.PersistentSubscription
}

func (f *fixture) read(stream string, buffer uint32) *reader {
	f.t.Helper()
	options := esdb.SubscribeToPersistentSubscriptionOptions{BufferSize: buffer}
	var subscription *esdb.PersistentSubscription
	var err error
	if stream == "$all" {
		subscription, err = f.client.SubscribeToPersistentSubscriptionToAll(f.ctx, "group", options)
	} else {
		subscription, err = f.client.SubscribeToPersistentSubscription(f.ctx, stream, "group", options)
	}
	require.NoError(f.t, err)
	f.t.Cleanup(func() { _ = subscription.Close() })
	return &reader{f.t, subscription}
}

// next waits for an event.
func (r *reader) next() *esdb.EventAppeared {
	r.t.Helper()
	event := r.subscription.Recv()
	if event.SubscriptionDropped != nil {
		require.NoError(r.t, event.SubscriptionDropped.Error, "the reader was dropped")
	}
	return event.EventAppeared
}

// gets waits for events of these types, in this order. "3(1)" is one that was
// tried once before.
func (r *reader) gets(types ...string) (events []*esdb.ResolvedEvent) {
	r.t.Helper()
	var got []string
	for range types {
		event := r.next()
		name := event.Event.OriginalEvent().EventType
		if event.Event.Event != nil {
			name = event.Event.Event.EventType
		}
		if event.RetryCount > 0 {
			name += fmt.Sprintf("(%d)", event.RetryCount)
		}
		got = append(got, name)
		events = append(events, event.Event)
	}
	require.Equal(r.t, types, got)
	return events
}

func (r *reader) ack(events ...*esdb.ResolvedEvent) {
	r.t.Helper()
	require.NoError(r.t, r.subscription.Ack(events...))
}

func (r *reader) nack(action esdb.NackAction, events ...*esdb.ResolvedEvent) {
	r.t.Helper()
	require.NoError(r.t, r.subscription.Nack("because", action, events...))
}

// dropped waits until the reader's subscription ends, and says why.
func (r *reader) dropped() error {
	r.t.Helper()
	event := r.subscription.Recv()
	require.NotNil(r.t, event.SubscriptionDropped, "the reader got %v", event.EventAppeared)
	return event.SubscriptionDropped.Error
}

// info is what the node tells of the group.
func (f *fixture) info(stream string) *esdb.PersistentSubscriptionInfo {
	f.t.Helper()
	var info *esdb.PersistentSubscriptionInfo
	var err error
	if stream == "$all" {
		info, err = f.client.GetPersistentSubscriptionInfoToAll(f.ctx, "group", esdb.GetPersistentSubscriptionOptions{})
	} else {
		info, err = f.client.GetPersistentSubscriptionInfo(f.ctx, stream, "group", esdb.GetPersistentSubscriptionOptions{})
	}
	require.NoError(f.t, err)
	return info
}

// until waits for something to be so of the group's information.
func (f *fixture) until(stream string, so func(*esdb.PersistentSubscriptionInfo) bool) {
	f.t.Helper()
	require.Eventually(f.t, func() bool { return so(f.info(stream)) }, patience, 5*time.Millisecond)
}

// idle waits until all that was delivered is answered.
func (f *fixture) idle(stream string) {
	f.t.Helper()
	f.until(stream, func(info *esdb.PersistentSubscriptionInfo) bool {
		return info.Stats.TotalInFlightMessages == 0 && info.Status == "Live"
	})
}

// stream reads a stream with its links not followed.
func (f *fixture) stream(name string) (events []*esdb.RecordedEvent) {
	f.t.Helper()
	read, err := f.client.ReadStream(f.ctx, name, esdb.ReadStreamOptions{From: esdb.Start{}}, 1000)
	require.NoError(f.t, err)
	defer read.Close()
	for {
		event, err := read.Recv()
		if err != nil {
			return events
		}
		events = append(events, event.OriginalEvent())
	}
}

func (f *fixture) replay(stopAt int) {
	f.t.Helper()
	require.NoError(f.t, f.client.ReplayParkedMessages(f.ctx, "orders", "group", esdb.ReplayParkedMessagesOptions{StopAt: stopAt}))
}
