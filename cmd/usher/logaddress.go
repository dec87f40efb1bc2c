package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
)

// address is where a log is.
type address struct {
	folder     string // of an embedded log
	connection string // of EventStoreDB
}

// parseAddress reads "embedded:DIR" or a connection string. Its errors never
// show what may hold a password.
func parseAddress(text string) (address, error) {
	if folder, ok := strings.CutPrefix(text, "embedded:"); ok && folder != "" {
		folder, err := filepath.Abs(folder)
		return address{folder: folder}, err
	}
	if strings.HasPrefix(text, "esdb://") || strings.HasPrefix(text, "esdb+discover://") {
		return address{connection: text}, nil
	}
	return address{}, errors.New("a log is embedded:DIR, or a connection string that begins with esdb:// or esdb+discover://")
}

// String is the address without user, password and settings.
func (a address) String() string {
	if a.folder != "" {
		return "embedded:" + a.folder
	}
	scheme, rest, _ := strings.Cut(a.connection, "://")
	rest = rest[strings.LastIndex(rest, "@")+1:]
	if end := strings.IndexAny(rest, "/?"); end >= 0 {
		rest = rest[:end]
	}
	return scheme + "://" + rest
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
func openBoth(ctx context.Context, from, to string, create bool, stderr io.Writer) (source, target *opened, err error) {
	syscall.Umask(0o077) // what is in a log is its owner's alone
	logger := slog.New(slog.NewTextHandler(stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	first, err := parseAddress(from)
	if err != nil {
		return nil, nil, err
	}
	second, err := parseAddress(to)
	if err != nil {
		return nil, nil, err
	}
	if first == second {
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
	// With more patience than requests have: nobody waits for one event.
	log, err := eventstoredb.Open(ctx, a.connection, eventstoredb.Options{
		Logger: logger, Attempt: 10 * time.Second, Patience: time.Minute, Wait: 10 * time.Second,
	})
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", a, err)
	}
	return &opened{Log: log, name: a.String(), close: log.Close}, nil
}

func (a address) openEmbedded(ctx context.Context, create bool) (*opened, error) {
	if err := mustNotHave(a.folder, "a node's folder, not that of an Usher's log", nodeFile); err != nil {
		return nil, err
	}
	file := filepath.Join(a.folder, "log.db")
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) && !create {
		return nil, fmt.Errorf("there is no log in %s", a.folder)
	}
	if err := os.MkdirAll(a.folder, 0o700); err != nil {
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
