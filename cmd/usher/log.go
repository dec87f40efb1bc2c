package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/moving"
)

type logCommands struct {
	Copy   logCopy   `cmd:"" help:"Copy all events into another log, and go on where a copy was stopped."`
	Verify logVerify `cmd:"" help:"Compare two logs, event by event."`
	Check  logCheck  `cmd:"" help:"Compare an embedded log, and the vault beside it, with what was written; look for what is set aside in a log."`
}

type logCopy struct {
	From       string `help:"Log to copy: embedded:DIR, or EventStoreDB's connection string (esdb://...)." required:""`
	To         string `help:"Log to copy into: empty, or with the first events of the other; embedded:DIR or esdb://..." required:""`
	FromPrefix string `help:"What the streams of the log to copy begin with in EventStoreDB; '' for one of before, and for the log that an Usher lets clients read." default:"usher." name:"from-prefix"`
	ToPrefix   string `help:"What the streams of the other log begin with in EventStoreDB." default:"usher." name:"to-prefix"`
	ToACL      bool   `help:"Let none but the user of --to read the streams of the other log and append to them, and none but administrators do anything else to them: rights ($acl) are written before a stream's first event, and to streams that are there and have none." name:"to-acl"`
	Data       string `help:"Folder whose vault.db follows into the new log. Without it, the folder of the embedded log that has one." type:"path"`
	JSON       bool   `help:"Write progress and receipt as JSON, one object a line." name:"json" env:"-"`

	NoVault bool `help:"Only copy: no vault follows, and Usher goes on with the old log." name:"no-vault" env:"-"`
}

type logVerify struct {
	A       string `help:"A log: embedded:DIR, or EventStoreDB's connection string (esdb://...)." required:"" name:"a"`
	B       string `help:"The log to compare it with." required:"" name:"b"`
	APrefix string `help:"What its streams begin with in EventStoreDB; '' for a log of before, and for the log that an Usher lets clients read." default:"usher." name:"a-prefix"`
	BPrefix string `help:"What the streams of the other log begin with in EventStoreDB." default:"usher." name:"b-prefix"`
	JSON    bool   `help:"Write progress and receipt as JSON, one object a line." name:"json" env:"-"`
}

// Run copies, and lets the vault follow.
func (c *logCopy) Run(ctx context.Context, out *output) (err error) {
	from, to, err := openBoth(ctx, place{text: c.From, prefix: c.FromPrefix}, place{c.To, c.ToPrefix, c.ToACL}, true, out.stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close(), to.Close()) }()
	follower := &follower{}
	if !c.NoVault {
		if follower, err = openFollower(ctx, c.Data, from, to); err != nil {
			return err
		}
	}
	defer func() { err = errors.Join(err, follower.Close()) }()

	shown := newDisplay(out, c.JSON)
	receipt, err := moving.Copy(ctx, from.Log, to.Log, moving.Options{Progress: shown.tell, Places: follower.places()})
	shown.end()
	if err != nil {
		return fmt.Errorf("copy %s into %s: %w%s", from.name, to.name, err, advice(err))
	}
	moved, err := follower.follow(ctx, receipt.Places)
	if err != nil {
		return fmt.Errorf("the log is copied, but the vault could not follow; the same command tries it again: %w", err)
	}
	if err := report(out.stdout, c.JSON, copied(from.name, to.name, receipt, moved)); err != nil || c.JSON || moved != nil {
		return err
	}
	_, err = fmt.Fprintln(out.stdout, "  vault   none follows")
	return err
}

// Run compares.
func (v *logVerify) Run(ctx context.Context, out *output) (err error) {
	a, b, err := openBoth(ctx, place{text: v.A, prefix: v.APrefix}, place{text: v.B, prefix: v.BPrefix}, false, out.stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close(), b.Close()) }()
	shown := newDisplay(out, v.JSON)
	receipt, err := moving.Verify(ctx, a.Log, b.Log, moving.Options{Progress: shown.tell})
	shown.end()
	if err != nil {
		return fmt.Errorf("compare %s (the source) with %s (the target): %w", a.name, b.name, err)
	}
	return report(out.stdout, v.JSON, copied(a.name, b.name, receipt, nil))
}

// advice says what to do after a copy that did not come to its end.
func advice(err error) string {
	if errors.Is(err, journal.ErrUnavailable) || errors.Is(err, context.Canceled) {
		return "; the same command goes on where this one stopped"
	}
	return ""
}

// receipt is what a copy or a comparison found.
type receipt struct {
	From    string   `json:"from"`
	To      string   `json:"to"`
	Events  uint64   `json:"events"`
	Streams uint64   `json:"streams"`
	Copied  uint64   `json:"copied"`
	Digest  string   `json:"digest"`
	First   *located `json:"first,omitempty"`
	Last    *located `json:"last,omitempty"`
	Vault   *moved   `json:"vault,omitempty"`
}

// located is an event, and its positions in both logs.
type located struct {
	ID   string    `json:"id"`
	Time time.Time `json:"time"`
	From string    `json:"from"`
	To   string    `json:"to"`
}

func copied(from, to string, found moving.Receipt, vault *moved) receipt {
	return receipt{
		From: from, To: to, Events: found.Events, Streams: found.Streams, Copied: found.Copied,
		Digest: "sha256:" + found.Digest, First: locate(found.First), Last: locate(found.Last), Vault: vault,
	}
}

func locate(pair *moving.Pair) *located {
	if pair == nil {
		return nil
	}
	return &located{ID: pair.ID.String(), Time: pair.Time, From: pair.Source.String(), To: pair.Target.String()}
}

func report(stdout io.Writer, asJSON bool, found receipt) error {
	if asJSON {
		return json.NewEncoder(stdout).Encode(map[string]receipt{"receipt": found})
	}
	fmt.Fprintf(stdout, "%s and %s hold the same events.\n", found.From, found.To)
	fmt.Fprintf(stdout, "  events  %d in %d streams, %d of them copied now\n", found.Events, found.Streams, found.Copied)
	fmt.Fprintf(stdout, "  digest  %s\n", found.Digest)
	for label, event := range found.ends {
		fmt.Fprintf(stdout, "  %s   %s of %s, position %s here and %s there\n", label, event.ID, event.Time.Format(time.RFC3339Nano), event.From, event.To)
	}
	if found.Vault != nil {
		fmt.Fprintf(stdout, "  vault   %s\n", found.Vault)
	}
	return nil
}

// ends yields the first and the last event, where there are any.
func (r receipt) ends(yield func(string, *located) bool) {
	if r.First != nil && yield("first", r.First) {
		yield("last ", r.Last)
	}
}
