package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"path/filepath"
	"slices"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/moving"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
)

type logCheck struct {
	Data             string `help:"Data folder of an Usher or of a node, also while it is served." type:"path"`
	EventStore       string `help:"EventStoreDB's connection string (esdb://...): look through the log there, and not in the folder." env:"-"`
	EventStorePrefix string `help:"What the log's streams begin with in EventStoreDB; '' for one of before." default:"usher." env:"-"`
	JSON             bool   `help:"Write progress and receipt as JSON, one object a line." name:"json" env:"-"`
}

// Help implements kong.HelpProvider.
func (*logCheck) Help() string {
	return "In a data folder, it compares each event, and each row of the vault that matters, with the digest that was written with it, and the files with what SQLite expects. " +
		"What is wrong is named by file and event, or by table and row. What was cut off the end, or put back as it was once, it cannot see. Run it as the user that Usher runs as.\n\n" +
		"In either log, it looks for streams that are set aside: those that hold an event which no Usher wrote, as far as that shows without the vault's keys, and at EventStoreDB those that somebody deleted, truncated or gave a retention. " +
		"Nothing counts of such a stream from there on; all others go on. The exit code is 1 where there are any."
}

// checked is what a check found whole.
type checked struct {
	Events    uint64 `json:"events"`
	NoDigests uint64 `json:"events_without_digest,omitempty"`
	Rows      *int64 `json:"vault_rows,omitempty"` // where there is a vault

	Aside []asideFound `json:"set_aside,omitempty"`
}

// asideFound is a stream that is set aside.
type asideFound struct {
	Stream string `json:"stream"`
	Reason string `json:"reason"`
}

// Validate reports what is wrong with the settings.
func (c *logCheck) Validate() error {
	if c.Data == "" && c.EventStore == "" {
		return errors.New("say which log: --data=DIR, or --event-store and EventStoreDB's connection string")
	}
	if c.EventStore == "" {
		return nil
	}
	at, err := parseAddress(c.servers())
	if err == nil && at.connection == "" {
		err = errors.New("--event-store is EventStoreDB's connection string; for a log in a folder, say --data=DIR")
	}
	return err
}

func (c *logCheck) servers() place { return place{text: c.EventStore, prefix: c.EventStorePrefix} }

// Run checks what there is; what is wrong in one file keeps nothing from the other.
func (c *logCheck) Run(ctx context.Context, out *output) error {
	if c.EventStore != "" {
		return c.checkServers(ctx, out)
	}
	shown := newMeter(out, c.JSON, "checked")
	var found checked
	log, err := c.file(logFile, nodeFile)
	if err == nil && log == "" {
		err = fmt.Errorf("there is no %s and no %s in %s: this checks the embedded event log, and the vault beside it", logFile, nodeFile, c.Data)
	}
	if err != nil {
		return err
	}
	vault, err := c.file(vaultFileIn)
	if err != nil {
		return err
	}
	aside, err := newSearch()
	if err != nil {
		return err
	}
	look := aside.look
	if filepath.Base(log) == nodeFile { // which others' streams are in
		look = nil
	}
	events, wrong := eventlog.Check(ctx, log, func(done, all uint64) { shown.tell(filepath.Base(log), int64(done), int64(all)) }, look) //nolint:gosec // because there are fewer
	found.Events, found.NoDigests = events.Events, events.NoDigests
	if vault != "" && ctx.Err() == nil {
		rows, err := sqlite.CheckVault(ctx, vault, func(done, all int64) { shown.tell(vaultFileIn, done, all) })
		found.Rows, wrong = &rows.Rows, errors.Join(wrong, err)
	}
	shown.end()
	if wrong != nil {
		return wrong
	}
	found.Aside = aside.found(nil)
	return found.report(out, c.JSON, c.Data, "is as it was written")
}

// checkServers looks through a log at EventStoreDB.
func (c *logCheck) checkServers(ctx context.Context, out *output) (err error) {
	at, err := parseAddress(c.servers())
	if err != nil {
		return err
	}
	log, err := at.open(ctx, slog.New(slog.NewTextHandler(out.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), false)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	aside, err := newSearch()
	if err != nil {
		return err
	}
	head, err := log.Head(ctx)
	if err != nil {
		return err
	}
	shown, found := newDisplay(out, c.JSON), checked{}
	for record, err := range log.ReadAll(ctx, domain.Position{}) {
		if err != nil {
			return fmt.Errorf("look through %s: %w", log.name, err)
		}
		aside.look(record)
		found.Events++
		shown.tell(moving.Progress{Step: "checking", Events: found.Events, At: record.Position, Head: head})
	}
	shown.end()
	var cuts []journal.Cut
	if served, can := log.Log.(journal.Cuttable); can {
		if cuts, err = served.FindCut(ctx); err != nil {
			return err
		}
	}
	found.Aside = aside.found(cuts)
	return found.report(out, c.JSON, log.name, "was looked through")
}

// search looks for events that no Usher wrote.
type search struct {
	codec *codec.Codec
	first map[string]journal.Foreign
}

func newSearch() (*search, error) {
	keyless, err := codec.New(nil)
	return &search{keyless, map[string]journal.Foreign{}}, err
}

func (s *search) look(record journal.Record) {
	if _, again := s.first[record.Stream]; again || !codec.Ours(record) {
		return
	}
	if foreign := s.codec.Foreign(record); foreign != nil && !foreign.Alone() {
		s.first[record.Stream] = *foreign
	}
}

func (s *search) found(cuts []journal.Cut) (all []asideFound) {
	for _, one := range journal.AsideBy(slices.Collect(maps.Values(s.first)), cuts) {
		all = append(all, asideFound(one))
	}
	return all
}

// file is the first of these files that the folder has; empty where it has none.
func (c *logCheck) file(names ...string) (string, error) {
	for _, name := range names {
		path := filepath.Join(c.Data, name)
		if here, err := exists(path); err != nil || here {
			return path, err
		}
	}
	return "", nil
}

func (f checked) report(out *output, asJSON bool, log, is string) error {
	if asJSON {
		return errors.Join(json.NewEncoder(out.stdout).Encode(map[string]checked{"receipt": f}), f.asides())
	}
	fmt.Fprintf(out.stdout, "%s %s.\n  events  %d\n", log, is, f.Events)
	if f.NoDigests > 0 {
		fmt.Fprintf(out.stdout, "          %d of them have no digest yet; Usher gives them theirs while it serves\n", f.NoDigests)
	}
	if f.Rows != nil {
		fmt.Fprintf(out.stdout, "  vault   %d rows\n", *f.Rows)
	}
	for _, one := range f.Aside {
		fmt.Fprintf(out.stdout, "  aside   %s: %s\n", one.Stream, one.Reason)
	}
	return f.asides()
}

func (f checked) asides() error {
	if len(f.Aside) == 0 {
		return nil
	}
	return fmt.Errorf("streams that are set aside: %d; nothing counts of them from there on, and all others go on", len(f.Aside))
}
