package esdbnode_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// projecting runs the system projections.
func projecting() nodetest.Option {
	return nodetest.With(func(options *esdbnode.Options) { options.Projections = true })
}

// followed is a running subscription of the official client.
type followed struct {
	t    *testing.T
	feed *esdb.Subscription
}

func follow(t *testing.T, client *esdb.Client, stream string, options esdb.SubscribeToStreamOptions) followed {
	t.Helper()
	feed, err := client.SubscribeToStream(within(t), stream, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, feed.Close()) })
	return followed{t, feed}
}

// next is the next events: each where it is read, and where it stands itself if that is
// somewhere else.
func (f followed) next(count int) []string {
	f.t.Helper()
	var seen []string
	for len(seen) < count {
		got := f.feed.Recv()
		require.Nil(f.t, got.SubscriptionDropped, "after %v", seen)
		if got.EventAppeared != nil {
			seen = append(seen, shown(got.EventAppeared))
		}
	}
	return seen
}

func shown(resolved *esdb.ResolvedEvent) string {
	at := func(event *esdb.RecordedEvent) string {
		return fmt.Sprintf("%d@%s", event.EventNumber, event.StreamID)
	}
	switch {
	case resolved.Link == nil:
		return at(resolved.Event)
	case resolved.Event == nil:
		return at(resolved.Link) + " -> nothing"
	}
	return at(resolved.Link) + " -> " + at(resolved.Event)
}

var resolved = esdb.SubscribeToStreamOptions{From: esdb.Start{}, ResolveLinkTos: true}

func correlated(kind, id string) journal.Proposed {
	return journal.Proposed{ID: uuid.New(), Type: kind, JSON: true, Data: []byte(`{}`), Metadata: fmt.Appendf(nil, `{"$correlationId":%q}`, id)}
}

// stream is what a read finds, in a direction.
func stream(t *testing.T, client *esdb.Client, name string, options esdb.ReadStreamOptions) ([]*esdb.ResolvedEvent, error) {
	t.Helper()
	read, err := client.ReadStream(within(t), name, options, math.MaxInt64)
	require.NoError(t, err)
	defer read.Close()
	var found []*esdb.ResolvedEvent
	for {
		event, err := read.Recv()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return found, err
		}
		found = append(found, event)
	}
}

func TestSystemProjections(t *testing.T) {
	for name, options := range map[string][]nodetest.Option{
		"as events":                  {projecting()},
		"made up when they are read": {projecting(), nodetest.ReadOnly()},
	} {
		t.Run(name, func(t *testing.T) {
			server := nodetest.Start(t, options...)
			client := official(t, server.Connection)
			early := follow(t, client, "$ce-order", resolved)
			put(t, server, "order-1", correlated("placed", "c-1"))
			put(t, server, "-order", correlated("placed", "c-2"))
			put(t, server, "order", correlated("placed", "c-2"))
			put(t, server, "order-2-a", correlated("placed", "c-1"), correlated("paid", "c-1"))
			put(t, server, "order-1", correlated("paid", "c-3"))

			want := []string{
				"0@$ce-order -> 0@order-1", "1@$ce-order -> 0@order-2-a", "2@$ce-order -> 1@order-2-a", "3@$ce-order -> 1@order-1",
			}
			require.Equal(t, want, early.next(4), "who waits for a category gets its events")
			require.Equal(t, want, follow(t, client, "$ce-order", resolved).next(4), "and who comes later")
			require.Equal(t, want[2:], follow(t, client, "$ce-order", esdb.SubscribeToStreamOptions{From: esdb.Revision(1), ResolveLinkTos: true}).next(2))
			require.Equal(t, []string{
				"0@$et-placed -> 0@order-1", "1@$et-placed -> 0@-order", "2@$et-placed -> 0@order", "3@$et-placed -> 0@order-2-a",
			}, follow(t, client, "$et-placed", resolved).next(4))
			require.Equal(t, []string{"0@$bc-c-1 -> 0@order-1", "1@$bc-c-1 -> 0@order-2-a", "2@$bc-c-1 -> 1@order-2-a"},
				follow(t, client, "$bc-c-1", resolved).next(3))
			require.Equal(t, []string{"0@$bc-c-3 -> 1@order-1"}, follow(t, client, "$bc-c-3", resolved).next(1))

			var newest []string
			backwards, err := stream(t, client, "$ce-order", esdb.ReadStreamOptions{Direction: esdb.Backwards, From: esdb.End{}, ResolveLinkTos: true})
			require.NoError(t, err)
			for _, event := range backwards {
				newest = append(newest, shown(event))
			}
			require.Equal(t, []string{want[3], want[2], want[1], want[0]}, newest)
			_, err = stream(t, client, "$ce-never", esdb.ReadStreamOptions{From: esdb.Start{}})
			require.Equal(t, esdb.ErrorCodeResourceNotFound, codeOf(err))

			categories, err := stream(t, client, "$category-order", esdb.ReadStreamOptions{From: esdb.Start{}})
			require.NoError(t, err)
			require.Len(t, categories, 2)
			require.Equal(t, []string{"$@", "order-1", "order-2-a"},
				[]string{categories[0].Event.EventType, string(categories[0].Event.Data), string(categories[1].Event.Data)})

			links, err := stream(t, client, "$ce-order", esdb.ReadStreamOptions{From: esdb.Start{}})
			require.NoError(t, err)
			first := links[0].Event
			require.Equal(t, []string{"$>", "0@order-1", "application/octet-stream"}, []string{first.EventType, string(first.Data), first.ContentType})
			cause := backwards[3].Event
			require.JSONEq(t, fmt.Sprintf(`{"$v":"3:-1:1:4","$c":%d,"$p":%d,"$o":"order-1","$causedBy":%q,"$correlationId":"c-1"}`,
				cause.Position.Commit, cause.Position.Prepare, cause.EventID), string(first.UserMetadata))

			require.Subset(t, listed(t, client), []string{"0@order-1", "0@-order", "0@order", "0@order-2-a"})

			_, err = rules(server).Delete(within(t), "order-1", store.Any)
			require.NoError(t, err)
			require.Equal(t, []string{"4@$ce-order -> 0@$$order-1"}, early.next(1), "that a member is deleted is told")
			require.Equal(t, []string{"0@$ce-order -> nothing", want[1], want[2], "3@$ce-order -> nothing", "4@$ce-order -> 0@$$order-1"},
				follow(t, client, "$ce-order", resolved).next(5))
			_, err = rules(server).Tombstone(within(t), "order-2-a", store.Any)
			require.NoError(t, err)
			require.Equal(t, []string{"5@$ce-order -> nothing"}, early.next(1))
			links, err = stream(t, client, "$ce-order", esdb.ReadStreamOptions{From: esdb.Start{}})
			require.NoError(t, err)
			require.Equal(t, "9223372036854775807@order-2-a", string(links[5].Event.Data))
			for _, link := range links[4:] {
				var said map[string]any
				require.NoError(t, json.Unmarshal(link.Event.UserMetadata, &said))
				require.InDelta(t, -1, said["$deleted"], 0)
			}
		})
	}
}

// listed are the data of $streams.
func listed(t *testing.T, client *esdb.Client) []string {
	t.Helper()
	links, err := stream(t, client, "$streams", esdb.ReadStreamOptions{From: esdb.Start{}})
	require.NoError(t, err)
	var data []string
	for _, link := range links {
		data = append(data, string(link.Event.Data))
	}
	return data
}

func codeOf(err error) esdb.ErrorCode {
	if known, ok := errors.AsType[*esdb.Error](err); ok {
		return known.Code()
	}
	return -1
}

func TestMadeUpProjectionsAreNotInTheLog(t *testing.T) {
	server := nodetest.Start(t, projecting(), nodetest.ReadOnly())
	client := official(t, server.Connection)
	written(t, server, "order-1", "placed", 2)
	require.Equal(t, []string{"0@$ce-order -> 0@order-1", "1@$ce-order -> 1@order-1"}, follow(t, client, "$ce-order", resolved).next(2))
	require.Equal(t, []string{"0@order-1", "1@order-1"}, read(t, raw(t, server), ofAll(esdb.Start{}), count(100)))
	require.Equal(t, uint64(2), head(t, server).Commit)
}

func TestProjectionsGoOnWhereTheyWere(t *testing.T) {
	server := nodetest.Start(t, projecting())
	written(t, server, "order-1", "placed", 300)
	require.Len(t, follow(t, official(t, server.Connection), "$ce-order", resolved).next(3), 3) // they are in the middle of it
	server.Restart()
	written(t, server, "order-2", "placed", 2)
	client := official(t, server.Connection)
	members := follow(t, client, "$ce-order", resolved).next(302)
	for i := range 300 {
		require.Equal(t, fmt.Sprintf("%d@$ce-order -> %d@order-1", i, i), members[i])
	}
	require.Equal(t, []string{"300@$ce-order -> 0@order-2", "301@$ce-order -> 1@order-2"}, members[300:])

	t.Run("given events of a time without them, they come to those too", func(t *testing.T) {
		server.Set(func(options *esdbnode.Options) { options.Projections = false })
		server.Restart()
		written(t, server, "order-3", "placed", 1)
		put(t, server, "$ce-order", link("7@elsewhere")) // which no projection wrote
		server.Set(func(options *esdbnode.Options) { options.Projections = true })
		server.Restart()
		written(t, server, "order-4", "placed", 1)
		members := follow(t, official(t, server.Connection), "$ce-order", esdb.SubscribeToStreamOptions{From: esdb.Revision(301), ResolveLinkTos: true})
		require.Equal(t, []string{"302@$ce-order -> nothing", "303@$ce-order -> 0@order-3", "304@$ce-order -> 0@order-4"}, members.next(3))
	})
	t.Run("given that a crash has taken the last events that they wrote, they write the same again", func(t *testing.T) {
		all := records(t, server.Log)
		last := slices.IndexFunc(all, func(record journal.Record) bool { return record.Stream == "order-4" })
		again := nodetest.Start(t, nodetest.ReadOnly()) // which writes nothing by itself
		for _, record := range all[:last+1] {
			put(t, again, record.Stream, record.Proposed)
		}
		again.Set(func(options *esdbnode.Options) { options.ReadOnly, options.Projections = false, true })
		again.Restart()
		follow(t, official(t, again.Connection), "$ce-order", resolved).next(305)
		lastLink := func(of []journal.Record) journal.Record {
			return of[slices.IndexFunc(of, func(record journal.Record) bool { return record.Stream == "$ce-order" && record.Revision == 304 })]
		}
		require.Equal(t, lastLink(all).ID, lastLink(records(t, again.Log)).ID)
	})
}

func records(t *testing.T, log journal.Log) (all []journal.Record) {
	t.Helper()
	for record, err := range log.ReadAll(within(t), domain.Position{}) {
		require.NoError(t, err)
		all = append(all, record)
	}
	return all
}

func TestProjectionsAreNotHeldUp(t *testing.T) {
	server := nodetest.Start(t, projecting())
	client := official(t, server.Connection)
	put(t, server, "order-"+strings.Repeat("x", store.MaxAppendSize), correlated("placed", "c-1")) // no event can name it
	_, err := rules(server).Tombstone(within(t), "$ce-order", store.Any)
	require.NoError(t, err)
	put(t, server, "order-1", correlated("placed", "c-2"))
	put(t, server, "person-1", correlated("invited", "c-2"))
	require.Equal(t, []string{"0@$ce-person -> 0@person-1"}, follow(t, client, "$ce-person", resolved).next(1))
	require.Equal(t, []string{"0@$bc-c-2 -> 0@order-1", "1@$bc-c-2 -> 0@person-1"}, follow(t, client, "$bc-c-2", resolved).next(2))
}

func TestStreamsOfProjectionsWhereThereAreNone(t *testing.T) {
	server := nodetest.Start(t)
	client := official(t, server.Connection)
	put(t, server, "$et-kept", link("0@s")) // of a time with projections
	for _, name := range []string{"$ce-order", "$et-placed", "$bc-c-1", "$category-order", "$streams"} {
		_, err := client.SubscribeToStream(within(t), name, esdb.SubscribeToStreamOptions{From: esdb.Start{}})
		require.ErrorContains(t, err, "--system-projections", name)
		_, err = stream(t, client, name, esdb.ReadStreamOptions{From: esdb.Start{}})
		require.Equal(t, esdb.ErrorCodeResourceNotFound, codeOf(err), name)
		require.ErrorContains(t, err, "--system-projections", name)
		err = client.CreatePersistentSubscription(within(t), name, "group", esdb.PersistentStreamSubscriptionOptions{})
		require.ErrorContains(t, err, "--system-projections", name)
	}
	require.Equal(t, []string{"0@$et-kept"}, follow(t, client, "$et-kept", esdb.SubscribeToStreamOptions{From: esdb.Start{}}).next(1))
	ctx, cancel := context.WithCancel(within(t))
	defer cancel()
	_, err := client.SubscribeToStream(ctx, "later", esdb.SubscribeToStreamOptions{From: esdb.Start{}})
	require.NoError(t, err, "other streams are waited for")
}
