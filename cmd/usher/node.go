package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/osfiles"
	"github.com/usher-engine/usher/adapters/periodic"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/cmd/usher/engine"
)

type node struct {
	Data              string     `help:"Folder of the events (node.db); it must not be the data folder of an Usher." required:"" type:"path" env:"USHER_NODE_DATA"`
	Protocol          protocol   `embed:"" envprefix:"USHER_NODE_" set:"listen=127.0.0.1:2113"`
	Users             bool       `help:"Keep users and their rights as EventStoreDB does; the password is then the first one of the users admin and ops." env:"USHER_NODE_USERS"`
	SystemProjections bool       `help:"Write the streams of EventStoreDB's system projections: $$ce-, $$et-, $$bc-, $$category- and $$streams." env:"USHER_NODE_SYSTEM_PROJECTIONS"`
	LogLevel          slog.Level `help:"Least level of log lines: DEBUG, INFO, WARN or ERROR." default:"INFO"`
}

// Help implements kong.HelpProvider.
func (*node) Help() string {
	return "A node is what EventStoreDB is to its clients, for development and tests: one process, one file, reading and writing. " +
		"It is not a cluster. An Usher keeps its events in it with `usher serve --event-store esdb://127.0.0.1:2113?tls=false`."
}

// Validate reports everything that is wrong with the settings at once.
func (n *node) Validate() error {
	wrong := n.Protocol.wrong("", n.Users)
	if n.Users && (n.Protocol.User != "" || n.Protocol.Password == "") {
		wrong = append(wrong, errors.New("--users needs --password, the first one of admin and ops, and no --user: users are made by EventStoreDB's clients"))
	}
	return errors.Join(wrong...)
}

// Run serves a log of its own until ctx ends.
func (n *node) Run(ctx context.Context, out *output) (err error) {
	logger, logged := out.logger(n.LogLevel) //nolint:contextcheck // because lines are written whoever waits
	defer logged()
	outlive(ctx, logger)
	osfiles.OwnerAlone() // what is in the folder is its owner's alone
	if err := mustNotHave(n.Data, "the data folder of an Usher; give the node a folder of its own", "log.db", "vault.db"); err != nil {
		return err
	}
	server, err := n.Protocol.listen(ctx, "--listen")
	if err != nil {
		return err
	}
	defer server.listener.Close() //nolint:errcheck // because the node closes it first
	if err := osfiles.MakeFolder(n.Data); err != nil {
		return fmt.Errorf("make the node's folder: %w", err)
	}
	reserve, err := sqlitedb.OpenReserve(filepath.Join(n.Data, "reserve"), nodeReserve)
	if err != nil {
		return err
	}
	log, err := eventlog.Open(ctx, filepath.Join(n.Data, nodeFile), eventlog.Options{Node: true, Reserve: reserve})
	if err != nil {
		return unlessAsked(ctx, err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := server.over(log, esdbnode.Options{Users: n.Users, Projections: n.SystemProjections, Logger: logger}); err != nil { //nolint:contextcheck // because each call has a context of its own
		return err
	}
	fmt.Fprintf(out.stdout, "The node serves %s (for development and tests only) to EventStoreDB's clients at %s\n", n.Data, server.connection())
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	stop := periodic.Start(ctx, probeEvery, log.Probe, func(ctx context.Context, err error) {
		logger.ErrorContext(ctx, "the log fails", slog.Any("error", err))
	})
	defer func() { fail(nil); err = errors.Join(err, stop()) }()
	go watch(ctx, log.Broken, fail)
	go engine.TendLog(ctx, log, logger)
	return errors.Join(server.run(ctx, fail), brokenBy(ctx))
}

// probeEvery is how late at most it is noticed that a log fails which nobody uses.
const probeEvery = 2 * time.Second

// nodeReserve is space to start where the disk is full, in bytes.
const nodeReserve = 1 << 20

const nodeFile = "node.db"

// mustNotHave refuses a folder in which there are files of somebody else.
func mustNotHave(folder, whose string, files ...string) error {
	for _, file := range files {
		_, err := os.Stat(filepath.Join(folder, file))
		if err == nil {
			return fmt.Errorf("%s is %s (%s is there)", folder, whose, file)
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
