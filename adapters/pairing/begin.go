package pairing

import (
	"context"
	"fmt"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// SharedLog is a log at a server that others use too. It is there once somebody has
// begun it.
type SharedLog interface {
	journal.Log
	// Claim begins the log by an event of this id, unless it was begun: whoever is
	// first has it.
	Claim(ctx context.Context, id uuid.UUID) error
	// Ushers returns a stream of an Usher at the server that may be mistaken for the
	// log's: with an event of a type that is known, and with the log's prefix or none.
	// It is empty where there is none.
	Ushers(ctx context.Context, known func(domain.EventType) bool) (stream string, err error)
}

// Begin begins a log for a vault that has none yet, which the vault remembers then.
// It returns ErrAnotherLog where another Usher has begun it, or has events at the
// server that have no prefix. Stopped on its way, it goes on when it is called
// again.
func Begin(ctx context.Context, log SharedLog, name string, vault Vault) error {
	if follows, err := vault.LogMark(ctx); err != nil || follows != "" {
		return err
	}
	mark, err := log.Mark(ctx)
	if err != nil {
		return fmt.Errorf("look which event log this is: %w", err)
	}
	used, err := vault.Used(ctx)
	if err != nil || mark != "" && !used {
		return err // Join says what is wrong
	}
	handled, err := vault.Checkpoints(ctx)
	if err != nil || len(handled) > 0 {
		return err // in a log of before vaults remembered theirs; Join says so
	}
	if mark == "" {
		found := nobodys(ctx, log, name)
		follows, err := vault.LogMark(ctx)
		if err != nil || follows != "" { // another instance has begun it meanwhile
			return err
		}
		if found != nil {
			return found
		}
	}
	installation, err := vault.Installation(ctx)
	if err != nil {
		return err
	}
	claim := uuid.NewSHA1(installation, []byte("event log"))
	if err := log.Claim(ctx, claim); err != nil {
		return fmt.Errorf("begin the event log: %w", err)
	}
	if mark, err = log.Mark(ctx); err != nil {
		return fmt.Errorf("begin the event log: %w", err)
	}
	if !journal.BegunBy(mark, claim) {
		return fmt.Errorf("%w: another Usher has begun %s; choose another prefix with --event-store-prefix", ErrAnotherLog, name)
	}
	return vault.SetLogMark(ctx, mark)
}

// nobodys refuses to begin a log where there is one that has no beginning.
func nobodys(ctx context.Context, log SharedLog, name string) error {
	events := codec.Events()
	stream, err := log.Ushers(ctx, func(name domain.EventType) bool { _, is := events[name]; return is })
	if err != nil {
		return fmt.Errorf("look for another Usher's events: %w", err)
	}
	if stream == "" {
		return nil
	}
	return fmt.Errorf("%w: where %s was to begin there are an Usher's events already (in %s), and the vault is new, so that it has none of their keys. "+
		"Put the vault (vault.db) that belongs to them into the data folder", ErrAnotherLog, name, stream)
}
