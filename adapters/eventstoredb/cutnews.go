package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/domain"
)

// news is one kind of it: what tells that a stream was cut, or is whole again.
type news struct {
	tail   *tail
	filter *esdb.SubscriptionFilter
	hear   func(context.Context, *esdb.RecordedEvent)
}

// tombstone is the type of the event that deletes a stream for ever.
const tombstone = "$streamDeleted"

func (l *Log) news() []news {
	return []news{
		{&l.cuts.metadata, l.names.filter(metadataPrefix), l.hearMetadata},
		{&l.cuts.tombstones, &esdb.SubscriptionFilter{Type: esdb.EventFilterType, Prefixes: []string{tombstone}}, l.hearTombstone},
	}
}

// FollowCuts has the log follow until it is closed what is done to its streams, so
// that it knows those of which history is missing without asking for each. What is
// wrong with that costs calls, and nothing else. It is called once, for a log that
// was begun.
func (l *Log) FollowCuts() {
	l.connection.mu.Lock()
	defer l.connection.mu.Unlock()
	life := l.connection.life
	if life.Err() != nil {
		return
	}
	for _, news := range l.news() {
		l.connection.running.Go(func() {
			for pause := newBackoff(); pause.wait(life); {
				came, err := l.follow(life, news, false)
				if came {
					pause.reset()
				}
				l.options.Logger.DebugContext(life, "what is done to the log's streams is followed anew", slog.Any("error", err))
			}
		})
	}
}

// catchUp follows news until everything came that is there.
func (l *Log) catchUp(caller context.Context, news news) error {
	ctx, cancel := l.connection.bound(caller, 0)
	defer cancel()
	for pause, deadline := newBackoff(), time.Now().Add(l.options.Patience); ; {
		before := l.cuts.begins(news.tail, domain.Position{})
		came, err := l.follow(ctx, news, true)
		if came || errors.Is(err, errNotBegun) {
			return nil
		}
		if l.cuts.begins(news.tail, domain.Position{}) != before {
			deadline = time.Now().Add(l.options.Patience)
		}
		if !transient(err) || time.Now().After(deadline) || !pause.wait(ctx) {
			return l.failed(caller, err)
		}
	}
}

// follow subscribes to news and takes what comes until something breaks or, where it
// is bounded, until everything came that was there; it reports whether that did. It
// is begun anew from time to time, as a server was known to forget a subscription.
func (l *Log) follow(life context.Context, news news, bounded bool) (came bool, err error) {
	ctx, cancel := context.WithTimeout(life, l.options.Stall)
	defer cancel()
	first, err := l.beginning(ctx)
	if err != nil {
		return false, err
	}
	held, err := l.connection.acquire(ctx)
	if err != nil {
		return false, err
	}
	defer held.release()
	defer context.AfterFunc(held.gone, cancel)() //nolint:contextcheck // because the connection's end is not the call's
	events, err := call(ctx, held, func(ctx context.Context, client *esdb.Client) (*esdb.Subscription, error) {
		return client.SubscribeToAll(ctx, esdb.SubscribeToAllOptions{
			From: behind(l.cuts.begins(news.tail, first)), Filter: news.filter, MaxSearchWindow: window,
		})
	})
	if err != nil {
		l.cuts.ends(news.tail, err)
		return false, err
	}
	defer events.Close() //nolint:errcheck // because it never fails
	defer l.cuts.follows(news.tail, false)
	for {
		got := events.Recv()
		switch {
		case got.SubscriptionDropped != nil:
			if !came {
				l.cuts.ends(news.tail, got.SubscriptionDropped.Error)
			}
			return came, fmt.Errorf("%w: %w", errDropped, got.SubscriptionDropped.Error)
		case got.CheckPointReached != nil:
			l.cuts.checkpoint(news.tail, domain.Position{Commit: got.CheckPointReached.Commit, Prepare: got.CheckPointReached.Prepare})
		case got.CaughtUp != nil:
			if came = true; bounded {
				return true, nil
			}
			l.cuts.follows(news.tail, true)
		case got.EventAppeared != nil:
			event := got.EventAppeared.OriginalEvent()
			if event != nil && l.cuts.isNew(news.tail, placeOf(event)) {
				news.hear(ctx, event)
			}
		}
	}
}

// hearMetadata takes metadata, be they of a stream of the log.
func (l *Log) hearMetadata(ctx context.Context, event *esdb.RecordedEvent) {
	stream := strings.TrimPrefix(event.StreamID, metadataPrefix)
	own, is := l.names.own(stream)
	if !is {
		return
	}
	if news := l.cuts.hear(stream, own, event.Data); news != "" {
		l.options.Logger.WarnContext(ctx, "somebody has changed which events of a stream EventStoreDB shows", slog.String("stream", stream), slog.String("it", news))
	}
}

// hearTombstone takes a tombstone, be it of a stream of the log.
func (l *Log) hearTombstone(ctx context.Context, event *esdb.RecordedEvent) {
	own, is := l.names.own(event.StreamID)
	if !is || event.EventType != tombstone {
		return
	}
	if l.cuts.bury(event.StreamID, own) {
		l.options.Logger.WarnContext(ctx, "somebody has deleted a stream for ever in EventStoreDB (a tombstone)", slog.String("stream", event.StreamID))
	}
}

// hearEarly takes news from one who follows the log's events, among which they have their
// place: the subscription to news alone may be later than the next event of the stream.
func (l *Log) hearEarly(ctx context.Context, event *esdb.RecordedEvent) {
	of, hear := &l.cuts.tombstones, l.hearTombstone
	if strings.HasPrefix(event.StreamID, metadataPrefix) {
		of, hear = &l.cuts.metadata, l.hearMetadata
	}
	l.cuts.mu.Lock()
	known := !placeOf(event).After(of.Heard)
	l.cuts.mu.Unlock()
	if !known {
		hear(ctx, event)
	}
}
