package pairing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/moving/vaults"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

var (
	// ErrAnotherLog says that the vault of a data folder follows another event log
	// than the one that was opened.
	ErrAnotherLog = errors.New("the vault of this data folder belongs to another event log")

	// ErrLostEvents says that the log ends before events that were in it once.
	ErrLostEvents = errors.New("the event log lacks its last events")
)

// besideALog remembers which log its positions are of, by journal.Log; empty
// where that is not known.
type besideALog interface {
	LogMark(ctx context.Context) (string, error)
	SetLogMark(ctx context.Context, mark string) error
}

// progress is how far policies have come, and where they are stopped: messaging.Progress.
type progress interface {
	Checkpoint(ctx context.Context, name string) (domain.Position, error)
	SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error
	Stops(ctx context.Context, policy string) ([]*projections.Poison, error)
	SaveStop(ctx context.Context, policy string, stopped projections.Poison) error
	ForgetStop(ctx context.Context, policy string, event uuid.UUID) error
}

// Vault is what a vault says of itself and of its log.
type Vault interface {
	besideALog
	// Used reports whether it has an installation, which its keys belong to.
	Used(ctx context.Context) (bool, error)
	// Installation returns it, and makes one where there is none.
	Installation(ctx context.Context) (uuid.UUID, error)
	Count(ctx context.Context, table vaults.Table) (int64, error)
	MovedTo(ctx context.Context) (string, error)
	progress
	// Checkpoints are all of them, by the policies' names.
	Checkpoints(ctx context.Context) (map[string]domain.Position, error)
	// ReplaceCheckpoints puts the vault beside another log.
	ReplaceCheckpoints(ctx context.Context, mark string, all map[string]domain.Position) error
	// Fit makes the vault fit its log where that ends earlier than it did.
	Fit(ctx context.Context, mark string, end domain.Position, last time.Time) error
}

// ReadModels is what read models say of their log.
type ReadModels interface {
	besideALog
	Editions(ctx context.Context) ([]projections.Edition, error)
	Clear(ctx context.Context) error
}

// Parts is a log, and what is to be beside it.
type Parts struct {
	Log  journal.Log
	Name string // of the log, for people
	// Embedded is whether the log is in the vault's folder.
	Embedded bool
	Vault    Vault
	Models   ReadModels
	// AcceptLostEvents lets a log be as it is that ends before events which
	// policies have handled.
	AcceptLostEvents bool
	Logger           *slog.Logger
}

// Join puts a vault and read models beside their log, which they remember then,
// and returns the policies' checkpoints in it. It returns ErrAnotherLog for a
// vault that belongs to another log, and ErrLostEvents for a log that ends before
// what was handled of it. Read models of another log are emptied, so that they
// are built anew.
func Join(ctx context.Context, parts Parts) (*Checkpoints, error) {
	mark, err := parts.Log.Mark(ctx)
	if err != nil {
		return nil, fmt.Errorf("look which event log this is: %w", err)
	}
	if err := parts.vaultBelongs(ctx, mark); err != nil {
		return nil, err
	}
	if err := parts.vaultFits(ctx); err != nil {
		return nil, err
	}
	if err := parts.modelsBelong(ctx, mark); err != nil {
		return nil, err
	}
	joined := &Checkpoints{progress: parts.Vault, parts: parts}
	if mark == "" { // which SaveCheckpoint learns, as soon as there is an event
		return joined, nil
	}
	if err = joined.remember(ctx, mark); journal.Full(err) { // then as well
		parts.Logger.WarnContext(ctx, "there is no space to note which event log this is; it is noted once there is", slog.Any("error", err))
		return joined, nil
	}
	return joined, err
}

// vaultBelongs refuses the vault of another log.
func (p Parts) vaultBelongs(ctx context.Context, mark string) error {
	follows, err := p.Vault.LogMark(ctx)
	if err != nil || follows == mark {
		return err
	}
	used, err := p.Vault.Used(ctx)
	if err != nil {
		return err
	}
	switch {
	case follows == "" && !used:
		advice := "Put the vault (vault.db) that belongs to this log into the data folder"
		if !p.Embedded {
			advice += "; or begin a log of its own at the server with another --event-store-prefix"
		}
		return fmt.Errorf("%w: %s has events, and the vault is new, so that it has none of their keys. %s", ErrAnotherLog, p.Name, advice)
	case follows == "" && p.Embedded: // as it was before vaults remembered their log
		return nil
	case mark == "":
		return fmt.Errorf("%w: %s is empty. %s", ErrAnotherLog, p.Name, moveAdvice)
	case follows == "":
		follows = "in this folder, in log.db"
	}
	return fmt.Errorf("%w: the first event of %s is %s, and of the vault's log %s. %s", ErrAnotherLog, p.Name, mark, follows, moveAdvice)
}

const moveAdvice = "If the events have moved, use `usher log copy`, which takes the vault along; if not, name the right log with --event-store"

// vaultFits refuses a log that ends before what policies have handled of it, as
// one does that was restored from an older backup. Where that is accepted, the
// vault is made to fit, also where they have handled less: it may have answers of
// requests whose events are lost.
func (p Parts) vaultFits(ctx context.Context) error {
	checkpoints, err := p.Vault.Checkpoints(ctx)
	if err != nil {
		return err
	}
	var furthest domain.Position
	for _, at := range checkpoints {
		furthest = later(furthest, at)
	}
	head, err := headReaching(ctx, p.Log, furthest)
	lost := furthest.After(head)
	if err != nil || !lost && (head.IsZero() || !p.AcceptLostEvents) {
		return err
	}
	if !p.AcceptLostEvents {
		return fmt.Errorf("%w: it ends at position %s, and policies have handled events up to %s. Was it restored from an older backup than the vault? "+
			"Restore a newer backup of the log; if there is none, and these events are lost, start once with --accept-lost-events", ErrLostEvents, head, furthest)
	}
	end, err := journal.EndOf(ctx, p.Log)
	if err != nil {
		return err
	}
	return p.Vault.Fit(ctx, end.Mark, end.Position, end.Time)
}

// modelsBelong empties read models that were not made from this log as it is.
func (p Parts) modelsBelong(ctx context.Context, mark string) error {
	follows, err := p.Models.LogMark(ctx)
	if err != nil {
		return err
	}
	editions, err := p.Models.Editions(ctx)
	if err != nil {
		return err
	}
	var furthest domain.Position
	for _, edition := range editions {
		furthest = later(furthest, edition.Position)
	}
	head, err := headReaching(ctx, p.Log, furthest)
	if err != nil {
		return err
	}
	if !furthest.After(head) && (follows == mark || furthest.IsZero()) {
		return nil
	}
	p.Logger.WarnContext(ctx, "the read models were made from another event log, or from one with more events, and are built anew")
	return p.Models.Clear(ctx)
}

func later(a, b domain.Position) domain.Position {
	if b.After(a) {
		return b
	}
	return a
}

// lagLimit is how long a server that answers from a copy of its log, which may
// be a little behind, is given to come as far as we have been.
const lagLimit = 5 * time.Second

// headReaching returns the log's head, once it is at a position or it is clear
// that it will not be.
func headReaching(ctx context.Context, log journal.Log, position domain.Position) (head domain.Position, err error) {
	_, exact := log.(journal.Local)
	for began := time.Now(); ; {
		head, err = log.Head(ctx)
		if err != nil || exact || !position.After(head) || time.Since(began) > lagLimit {
			return head, err
		}
		select {
		case <-time.After(lagLimit / 50):
		case <-ctx.Done():
			return head, ctx.Err()
		}
	}
}
