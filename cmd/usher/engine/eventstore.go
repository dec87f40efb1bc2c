package engine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
)

// Embedded is the event store in a file of the data folder.
const Embedded = "embedded"

// IsEmbedded tells whether an event store (see Config) is the embedded one.
func IsEmbedded(eventStore string) bool { return eventStore == "" || eventStore == Embedded }

// IsEventStoreDB tells whether an event store looks like a connection string.
func IsEventStoreDB(eventStore string) bool {
	return strings.HasPrefix(eventStore, "esdb://") || strings.HasPrefix(eventStore, "esdb+discover://")
}

// nameOf names an event store without anything secret.
func nameOf(eventStore string) string {
	if IsEmbedded(eventStore) {
		return "the embedded event log"
	}
	return "the log in EventStoreDB"
}

// closableLog is a log that was opened here.
type closableLog interface {
	journal.Log
	Close() error
}

// openEmbeddedLog opens the log, and makes one where there is none; but not
// beside a vault that follows a log already.
func openEmbeddedLog(ctx context.Context, config Config, vault vault) (closableLog, error) {
	config.opening("event_log")
	if err := config.makeFolder(); err != nil {
		return nil, err
	}
	path := filepath.Join(config.Data, "log.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if follows, err := vault.LogMark(ctx); err != nil || follows != "" {
			return nil, errors.Join(err, fmt.Errorf("%w: there is no log.db in %s. %s", ErrAnotherLog, config.Data, moveAdvice))
		}
	}
	log, err := eventlog.Open(ctx, path, eventlog.Options{Now: config.Now})
	if err != nil {
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	return log, nil
}

// openServersLog opens a log in EventStoreDB.
func openServersLog(ctx context.Context, config Config) (closableLog, error) {
	config.opening("event_log")
	log, err := eventstoredb.Open(ctx, config.EventStore, eventstoredb.Options{Wait: waitForServer, Logger: config.Logger})
	if err != nil {
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	return log, nil
}

func (c Config) opening(store string) {
	if c.Opening != nil {
		c.Opening(store)
	}
}

func (c Config) makeFolder() error {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}

// healthLimit is how long a log may take to say how it is.
const healthLimit = 2 * time.Second

// logHealth says why a log cannot be relied upon for now; nil where it can.
func logHealth(ctx context.Context, log journal.Log) error {
	ctx, cancel := context.WithTimeout(ctx, healthLimit)
	defer cancel()
	if server, remote := log.(interface{ Health(context.Context) error }); remote {
		return server.Health(ctx)
	}
	if err := Broken(log); err != nil {
		return err
	}
	_, err := log.Head(ctx)
	return err
}

// Broken says why a log takes no more events until Usher is started again. It
// is nil for a log that is whole, and for one in a server, which can come back.
func Broken(log journal.Log) error {
	if file, embedded := log.(interface{ Broken() error }); embedded {
		return file.Broken()
	}
	return nil
}
