package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/osfiles"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/periodic"
)

// Embedded is the event store in a file of the data folder.
const Embedded = "embedded"

// IsEmbedded reports whether an event store (see Config) is the embedded one.
func IsEmbedded(eventStore string) bool { return eventStore == "" || eventStore == Embedded }

// IsEventStoreDB reports whether an event store looks like a connection string.
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
func openEmbeddedLog(ctx context.Context, config Config, beside stores) (closableLog, error) {
	config.opening("event_log")
	if err := config.makeFolder(); err != nil {
		return nil, err
	}
	path := filepath.Join(config.Data, "log.db")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if err := pairing.MayBeginLog(ctx, beside.vault, config.Data); err != nil {
			return nil, err
		}
	}
	log, err := eventlog.Open(ctx, path, eventlog.Options{Now: config.Now, Reserve: beside.reserve})
	if err != nil {
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	return log, nil
}

// connect connects to EventStoreDB.
func connect(ctx context.Context, config Config) (*eventstoredb.Server, error) {
	config.opening("event_log")
	server, err := eventstoredb.Connect(ctx, config.EventStore, eventstoredb.Options{Wait: waitForServer, Logger: config.Logger, ACL: config.EventStoreACL})
	if err != nil {
		return nil, fmt.Errorf("open the event log: %w", err)
	}
	return server, nil
}

// openServersLog opens the vault's log at a server, and begins one for a vault that
// has none. It goes on behind what of the server was passed over before.
func (e *Engine) openServersLog(ctx context.Context, config Config, server *eventstoredb.Server, beside stores) (*eventstoredb.Log, error) {
	mark, err := beside.vault.LogMark(ctx)
	if err != nil {
		return nil, err
	}
	prefix, err := prefixFor(mark, config.EventStorePrefix)
	if err != nil {
		return nil, err
	}
	log := server.Log(prefix)
	log.Expect(mark)
	if prefix != "" {
		if err := pairing.Begin(ctx, log, nameOf(config.EventStore), beside.vault); err != nil {
			return nil, err
		}
	}
	if err := e.remember(ctx, log, beside.models, config.Logger); err != nil {
		return nil, err
	}
	log.FollowCuts() //nolint:contextcheck // because it lasts as long as the log
	return log, nil
}

// prefixFor is the prefix of the vault's log, whose mark it has, and never another one.
func prefixFor(mark string, wanted *string) (string, error) {
	if mark == "" && wanted == nil {
		return eventstoredb.DefaultPrefix, nil
	}
	if mark == "" {
		return *wanted, nil
	}
	kept := eventstoredb.PrefixOf(mark)
	if wanted == nil || *wanted == kept {
		return kept, nil
	}
	return "", fmt.Errorf("the streams of this vault's log %s, and --event-store-prefix is %q. A log keeps its prefix: leave the flag out; "+
		"or take the log there by `usher log copy --to-prefix`, and the vault with it", describe(kept), *wanted)
}

func describe(prefix string) string {
	if prefix == "" {
		return "have no prefix"
	}
	return "begin with " + prefix
}

// keepEvery is how much of what others do at the server may be looked through again
// after a crash.
const keepEvery = 10 * time.Second

// remember has the log begin behind what of its server was looked through before, and
// keeps from then on how far that is, and what was found. It is kept where the rows
// are: without rows, all of the log is read anyway.
func (e *Engine) remember(ctx context.Context, log *eventstoredb.Log, models ReadModels, logger *slog.Logger) error {
	mark, err := log.Mark(ctx)
	if err != nil || mark == "" {
		return err
	}
	kept := memory{log: log, models: models, mark: mark}
	if err := kept.recall(ctx); err != nil {
		return err
	}
	stop := periodic.Start(context.WithoutCancel(ctx), keepEvery, kept.keep, func(ctx context.Context, err error) {
		logger.DebugContext(ctx, "how far the log's server was looked through is not kept now", slog.Any("error", err))
	})
	e.closes(func() error {
		err := stop()
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), healthLimit)
		defer cancel()
		if err := kept.keep(ctx); err != nil { // which costs time at the next start, and nothing else
			logger.DebugContext(ctx, "how far the log's server was looked through is not kept", slog.Any("error", err))
		}
		return err
	})
	return nil
}

// What is found out of a log at a server is kept under these names.
const (
	passedName = "passed over"
	cutsName   = "streams cut"
)

// memory is what of a log's server need not be looked through again.
type memory struct {
	log    *eventstoredb.Log
	models ReadModels
	mark   string

	passed, cuts string // as they are kept
}

func (m *memory) recall(ctx context.Context) (err error) {
	if m.passed, err = m.models.Found(ctx, m.mark, passedName); err != nil {
		return err
	}
	var passed eventstoredb.Passed
	if json.Unmarshal([]byte(m.passed), &passed) != nil {
		passed = eventstoredb.Passed{} // and it is looked through anew
	}
	if m.cuts, err = m.models.Found(ctx, m.mark, cutsName); err != nil {
		return err
	}
	return m.log.Resume(ctx, passed, m.cuts)
}

func (m *memory) keep(ctx context.Context) error {
	passed, err := json.Marshal(m.log.Passed())
	if err == nil {
		err = m.keepOne(ctx, passedName, &m.passed, string(passed))
	}
	if err != nil {
		return err
	}
	cuts, err := m.log.KnownCuts()
	if err != nil {
		return err
	}
	return m.keepOne(ctx, cutsName, &m.cuts, cuts)
}

func (m *memory) keepOne(ctx context.Context, name string, kept *string, now string) error {
	if now == *kept {
		return nil
	}
	err := m.models.SetFound(ctx, m.mark, name, now)
	if err == nil {
		*kept = now
	}
	return err
}

func (c Config) opening(store string) {
	if c.Opening != nil {
		c.Opening(store)
	}
}

func (c Config) makeFolder() error {
	if err := osfiles.MakeFolder(c.Data); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	return nil
}
