package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"syscall"

	"github.com/usher-engine/usher/adapters/eventlog"
)

type node struct {
	Data     string     `help:"Folder of the events (node.db); it must not be the data folder of an Usher." required:"" type:"path" env:"USHER_NODE_DATA"`
	Protocol protocol   `embed:"" envprefix:"USHER_NODE_" set:"listen=127.0.0.1:2113"`
	LogLevel slog.Level `help:"Least level of log lines: DEBUG, INFO, WARN or ERROR." default:"INFO"`
}

// Help implements kong.HelpProvider.
func (*node) Help() string {
	return "A node is what EventStoreDB is to its clients, for development and tests: one process, one file, reading and writing. " +
		"It is not a cluster. An Usher keeps its events in it with `usher serve --event-store esdb://127.0.0.1:2113?tls=false`."
}

// Validate reports everything that is wrong with the settings at once.
func (n *node) Validate() error { return errors.Join(n.Protocol.wrong("")...) }

// Run serves a log of its own until ctx ends.
func (n *node) Run(ctx context.Context, out *output) (err error) {
	logger := slog.New(slog.NewJSONHandler(out.stderr, &slog.HandlerOptions{Level: n.LogLevel}))
	syscall.Umask(0o077) // what is in the folder is its owner's alone
	if err := mustNotHave(n.Data, "the data folder of an Usher; give the node a folder of its own", "log.db", "vault.db"); err != nil {
		return err
	}
	server, err := n.Protocol.listen(ctx)
	if err != nil {
		return err
	}
	defer server.listener.Close() //nolint:errcheck // because the node closes it first
	if err := os.MkdirAll(n.Data, 0o700); err != nil {
		return fmt.Errorf("make the node's folder: %w", err)
	}
	log, err := eventlog.Open(ctx, filepath.Join(n.Data, nodeFile), eventlog.Options{Node: true})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	if err := server.over(log, false, logger); err != nil { //nolint:contextcheck // because each call has a context of its own
		return err
	}
	fmt.Fprintf(out.stdout, "The node serves %s (for development and tests only) to EventStoreDB's clients at %s\n", n.Data, server.connection())
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	go watch(ctx, log, fail)
	return errors.Join(server.run(ctx, fail), brokenBy(ctx))
}

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
