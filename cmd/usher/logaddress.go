package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/osfiles"
)

// place is what flags say of where a log is.
type place struct {
	text   string // "embedded:DIR" or a connection string
	prefix string // of its streams in EventStoreDB
	acl    bool   // whether they have rights there, as Options.ACL says
}

// address is where a log is.
type address struct {
	folder     string // of an embedded log
	connection string // of EventStoreDB
	prefix     string // of its streams there
	acl        bool   // whether they have rights
}

// parseAddress reads where a log is. Its errors never show what may hold a
// password.
func parseAddress(at place) (address, error) {
	if folder, ok := strings.CutPrefix(at.text, "embedded:"); ok && folder != "" {
		if at.acl {
			return address{}, errors.New("--to-acl means nothing for an embedded log, which has no users")
		}
		folder, err := filepath.Abs(folder)
		return address{folder: folder}, err
	}
	if strings.HasPrefix(at.text, "esdb://") || strings.HasPrefix(at.text, "esdb+discover://") {
		return address{connection: at.text, prefix: at.prefix, acl: at.acl}, eventstoredb.CheckPrefix(at.prefix)
	}
	return address{}, errors.New("a log is embedded:DIR, or a connection string that begins with esdb:// or esdb+discover://")
}

// String returns the address without user, password and settings.
func (a address) String() string {
	if a.folder != "" {
		return "embedded:" + a.folder
	}
	scheme, rest, _ := strings.Cut(a.connection, "://")
	rest = rest[strings.LastIndex(rest, "@")+1:]
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		rest = rest[:end]
	}
	if a.prefix != "" {
		rest += " (" + a.prefix + ")"
	}
	return scheme + "://" + rest
}

func (a address) sameAs(other address) bool {
	a.acl = other.acl
	return a == other
}

// opened is a log that this program opened.
type opened struct {
	journal.Log
	folder string // of an embedded log
	name   string
	close  func() error
}

func (o *opened) Close() error { return o.close() }

// openBoth opens a log that must be there, and one to copy it into, which may
// be created, or to compare it with.
func openBoth(ctx context.Context, from, to place, create bool, stderr io.Writer) (source, target *opened, err error) {
	osfiles.OwnerAlone() // what is in a log is its owner's alone
	logger := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	first, err := parseAddress(from)
	if err != nil {
		return nil, nil, err
	}
	second, err := parseAddress(to)
	if err != nil {
		return nil, nil, err
	}
	if first.sameAs(second) {
		return nil, nil, errors.New("both logs are the same")
	}
	if source, err = first.open(ctx, logger, false); err != nil {
		return nil, nil, err
	}
	if target, err = second.open(ctx, logger, create); err != nil {
		return nil, nil, errors.Join(err, source.Close())
	}
	return source, target, nil
}

func (a address) open(ctx context.Context, logger *slog.Logger, create bool) (*opened, error) {
	if a.folder != "" {
		return a.openEmbedded(ctx, create)
	}
	return a.openServers(ctx, logger, create)
}

// openServers begins the log where there is none, and one may be created.
func (a address) openServers(ctx context.Context, logger *slog.Logger, create bool) (*opened, error) {
	// With more patience than requests have: nobody waits for one event.
	log, err := eventstoredb.Open(ctx, a.connection, a.prefix, eventstoredb.Options{
		Logger: logger, Attempt: 10 * time.Second, Patience: time.Minute, Wait: 10 * time.Second, ACL: a.acl,
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", a, err)
	}
	if create {
		err = a.begin(ctx, log)
	} else if mark, failed := log.Mark(ctx); mark == "" && a.prefix != "" {
		err = cmp.Or(failed, log.MustHaveNoBeginning(ctx), fmt.Errorf("no streams begin with %s there; those of a log of before begin with nothing: say so with an empty prefix", a.prefix))
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open %s: %w", a, err), log.Close())
	}
	return &opened{Log: log, name: a.String(), close: log.Close}, nil
}

// begin begins a log where there is none, and gives its streams rights where they are
// to have some: a copy that was begun without may have left streams that have none.
func (a address) begin(ctx context.Context, log *eventstoredb.Log) error {
	if err := log.Claim(ctx, uuid.New()); err != nil || !a.acl {
		return err
	}
	return log.Protect(ctx)
}

func (a address) openEmbedded(ctx context.Context, create bool) (*opened, error) {
	if err := mustNotHave(a.folder, "a node's folder, not that of an Usher's log", nodeFile); err != nil {
		return nil, err
	}
	file := filepath.Join(a.folder, "log.db")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) && !create {
		return nil, fmt.Errorf("there is no log in %s", a.folder)
	}
	if err := osfiles.MakeFolder(a.folder); err != nil {
		return nil, fmt.Errorf("make the folder of the log: %w", err)
	}
	log, err := eventlog.Open(ctx, file, eventlog.Options{})
	if errors.Is(err, eventlog.ErrLocked) {
		return nil, fmt.Errorf("the log in %s is in use; stop what uses it: %w", a.folder, err)
	}
	if err != nil {
		return nil, err
	}
	return &opened{Log: log, folder: a.folder, name: a.String(), close: log.Close}, nil
}
