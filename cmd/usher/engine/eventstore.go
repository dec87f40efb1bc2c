package engine

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

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

func openLog(ctx context.Context, config Config) (closableLog, error) {
	if IsEmbedded(config.EventStore) {
		log, err := eventlog.Open(ctx, filepath.Join(config.Data, "log.db"), eventlog.Options{Now: config.Now})
		if err != nil {
			return nil, fmt.Errorf("open the event log: %w", err)
		}
		return log, nil
	}
	log, err := eventstoredb.Open(ctx, config.EventStore, eventstoredb.Options{Logger: config.Logger})
	if err != nil {
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	return log, nil
}

// logHealth says why a log cannot be relied upon for now; nil where it can.
func logHealth(ctx context.Context, log journal.Log) error {
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
