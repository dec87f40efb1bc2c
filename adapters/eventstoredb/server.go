package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	// Wait is how long Connect looks for a server that is not there; as Patience by
	// default.
	Wait time.Duration
	// Stall is how long a subscription may stand still before an event that is
	// there; it is then begun again, and Health says so. 30 seconds by default.
	Stall time.Duration
	// ACL gives each stream rights before its first event, which let the connection
	// string's user alone read and append to it, and administrators do all else.
	ACL bool
}

// Server is a connection to a server or cluster, which may hold several logs, and
// what others write.
type Server struct {
	connection *connection
	options    Options
	user       string // empty for none
}

// Connect connects to the server or cluster of a connection string, such as
// "esdb://user:password@host:2113" or "esdb+discover://user:password@cluster".
// It fails where nobody answers, or where the user may not read all events.
//
// The connection string says everything of TLS, certificates, the user,
// discovery and the preferred node. Its maxDiscoverAttempts and
// discoveryInterval mean nothing: a log looks for its server for as long as it
// is open.
func Connect(ctx context.Context, connection string, options Options) (*Server, error) {
	config, err := parse(connection)
	if err != nil {
		return nil, err
	}
	options = options.withDefaults(config)
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	if options.ACL && config.Username == "" {
		return nil, errors.New("the streams' rights are those of a user, and the connection string of EventStoreDB has none")
	}
	tune(config)
	s := &Server{connection: connect(*config, options.Logger), options: options, user: config.Username}
	if err := s.find(ctx); err != nil {
		s.connection.close()
		return nil, err
	}
	return s, nil
}

// find waits until the server answers for the first time.
func (s *Server) find(ctx context.Context) error {
	began := time.Now()
	_, err := persist(ctx, s, s.options.Wait, newest)
	switch {
	case errors.Is(err, journal.ErrUnavailable) && ctx.Err() == nil:
		return fmt.Errorf("waited %s for EventStoreDB: %w", time.Since(began).Round(time.Second), err)
	case err != nil:
		return fmt.Errorf("read all events of EventStoreDB: %w", err)
	}
	return nil
}

// Close ends everything that is under way; all answers of all logs are
// journal.ErrClosed from then on.
func (s *Server) Close() error {
	s.connection.close()
	return nil
}

// persist makes a call that may be repeated until it succeeds, is refused, or
// has taken too long.
func persist[T any](caller context.Context, s *Server, patience time.Duration, do func(context.Context, *esdb.Client) (T, error)) (T, error) {
	var none T
	if err := s.ended(caller); err != nil {
		return none, err
	}
	ctx, cancel := s.connection.bound(caller, patience)
	defer cancel()
	pause := newBackoff()
	var before error
	for {
		got, err := attempt(ctx, s.connection, s.options.Attempt, do)
		if err == nil {
			return got, nil
		}
		if ctx.Err() != nil && before != nil { // which says nothing of why it took so long
			err = fmt.Errorf("%w, after %w", err, before)
		}
		before = err
		if !transient(err) || !pause.wait(ctx) {
			return none, s.failed(caller, err)
		}
	}
}
