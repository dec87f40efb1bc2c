package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"

	"github.com/usher-engine/usher/adapters/journal"
)

// Options say how patient a log is. The zero value is usable.
type Options struct {
	Logger *slog.Logger // none by default
	// Attempt is how long one call of the server may take: 3 seconds by default,
	// or the connection string's defaultDeadline.
	Attempt time.Duration
	// Patience is how long an append or a page of reading may take with all its
	// attempts, which is how long an outage may be without anybody noticing; 10
	// seconds by default.
	Patience time.Duration
	// Wait is how long Open looks for a server that is not there; as Patience by
	// default.
	Wait time.Duration
	// Stall is how long a subscription may stand still before an event that is
	// there; it is then begun again, and Health says so. 30 seconds by default.
	Stall time.Duration
}

// Log is a log in EventStoreDB.
type Log struct {
	connection *connection
	options    Options
	horizon    horizon

	mu            sync.Mutex
	subscriptions map[*subscription]struct{}
	watching      sync.WaitGroup
}

var _ journal.Log = (*Log)(nil)

// Open connects to the server or cluster of a connection string, such as
// "esdb://user:password@host:2113" or "esdb+discover://user:password@cluster".
// It fails where nobody answers, or where the user may not read all events.
//
// The connection string says everything of TLS, certificates, the user,
// discovery and the preferred node. Its maxDiscoverAttempts and
// discoveryInterval mean nothing: a log looks for its server for as long as it
// is open.
func Open(ctx context.Context, connection string, options Options) (*Log, error) {
	config, err := parse(connection)
	if err != nil {
		return nil, err
	}
	options = options.withDefaults(config)
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	tune(config)
	l := &Log{
		connection:    connect(*config, options.Logger),
		options:       options,
		horizon:       newHorizon(),
		subscriptions: map[*subscription]struct{}{},
	}
	if err := l.find(ctx); err != nil {
		l.connection.close()
		return nil, err
	}
	l.watching.Go(l.watch)
	return l, nil
}

// find waits until the server answers for the first time.
func (l *Log) find(ctx context.Context) error {
	began := time.Now()
	_, err := persist(ctx, l, l.options.Wait, l.newest)
	switch {
	case errors.Is(err, journal.ErrUnavailable) && ctx.Err() == nil:
		return fmt.Errorf("waited %s for EventStoreDB: %w", time.Since(began).Round(time.Second), err)
	case err != nil:
		return fmt.Errorf("read all events of EventStoreDB: %w", err)
	}
	return nil
}

// Close ends everything that is under way; all answers are journal.ErrClosed
// from then on.
func (l *Log) Close() error {
	l.connection.close()
	l.watching.Wait()
	return nil
}

// persist makes a call that may be repeated until it succeeds, is refused, or
// has taken too long.
func persist[T any](caller context.Context, l *Log, patience time.Duration, do func(context.Context, *esdb.Client) (T, error)) (T, error) {
	var none T
	if err := l.ended(caller); err != nil {
		return none, err
	}
	ctx, cancel := l.connection.bound(caller, patience)
	defer cancel()
	pause := newBackoff()
	var before error
	for {
		got, err := attempt(ctx, l.connection, l.options.Attempt, do)
		if err == nil {
			return got, nil
		}
		if ctx.Err() != nil && before != nil { // which says nothing of why it took so long
			err = fmt.Errorf("%w, after %w", err, before)
		}
		before = err
		if !transient(err) || !pause.wait(ctx) {
			return none, l.failed(caller, err)
		}
	}
}
