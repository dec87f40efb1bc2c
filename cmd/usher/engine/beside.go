package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// ErrAnotherLog says that the vault of a data folder follows another event log
// than the one that was opened.
var ErrAnotherLog = errors.New("the vault of this data folder belongs to another event log")

// ErrLostEvents says that the log ends before events that were in it once.
var ErrLostEvents = errors.New("the event log lacks its last events")

// lagLimit is how long a server that answers from a copy of its log, which may
// be a little behind, is given to come as far as we have been.
const lagLimit = 5 * time.Second

// besideLog is what is kept beside a log: the vault and the read models, with
// positions that mean something in that log only. It is the policies'
// Checkpoints.
type besideLog struct {
	log    journal.Log
	vault  vault
	models ReadModels
	name   string // of the log, for people

	mu    sync.Mutex
	known bool // that both have the log's mark
}

// check refuses a vault that belongs to another log, and empties read models
// that were made from another one.
func (b *besideLog) check(ctx context.Context, config Config) error {
	mark, err := journal.Mark(ctx, b.log)
	if err != nil {
		return fmt.Errorf("look which event log this is: %w", err)
	}
	if err := b.checkVault(ctx, mark, IsEmbedded(config.EventStore)); err != nil {
		return err
	}
	if err := b.checkEnd(ctx, config.AcceptLostEvents); err != nil {
		return err
	}
	if err := b.checkModels(ctx, mark, config.Logger); err != nil {
		return err
	}
	if mark == "" {
		return nil
	}
	return b.follow(ctx, mark)
}

func (b *besideLog) checkVault(ctx context.Context, mark string, embedded bool) error {
	follows, err := b.vault.LogMark(ctx)
	if err != nil || follows == mark {
		return err
	}
	used, err := b.vault.Used(ctx)
	if err != nil {
		return err
	}
	switch {
	case follows == "" && !used:
		return fmt.Errorf("%w: %s has events, and the vault is new, so that it has none of their keys. "+
			"Put the vault (vault.db) that belongs to this log into the data folder", ErrAnotherLog, b.name)
	case follows == "" && embedded: // as it was before vaults remembered their log
		return nil
	case mark == "":
		return fmt.Errorf("%w: %s is empty. %s", ErrAnotherLog, b.name, moveAdvice)
	case follows == "":
		follows = "in this folder, in log.db"
	}
	return fmt.Errorf("%w: the first event of %s is %s, and of the vault's log %s. %s", ErrAnotherLog, b.name, mark, follows, moveAdvice)
}

const moveAdvice = "If the events have moved, use `usher log copy`, which takes the vault along; if not, name the right log with --event-store"

// checkEnd refuses a log that ends before what was handled of it, as one does
// that was restored from an older backup.
func (b *besideLog) checkEnd(ctx context.Context, accept bool) error {
	checkpoints, err := b.vault.Checkpoints(ctx)
	if err != nil {
		return err
	}
	var furthest domain.Position
	for _, at := range checkpoints {
		if at.After(furthest) {
			furthest = at
		}
	}
	head, err := headReaching(ctx, b.log, furthest)
	if err != nil || !furthest.After(head) {
		return err
	}
	if !accept {
		return fmt.Errorf("%w: it ends at position %s, and policies have handled events up to %s. Was it restored from an older backup than the vault? "+
			"Restore a newer backup of the log; if there is none, and these events are lost, start once with --accept-lost-events", ErrLostEvents, head, furthest)
	}
	end, err := journal.EndOf(ctx, b.log)
	if err != nil {
		return err
	}
	return b.vault.Fit(ctx, end.Mark, end.Position, end.Time)
}

// headReaching is the log's head, once it is at a position or it is clear that
// it will not be.
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

// checkModels empties read models that were not made from this log.
func (b *besideLog) checkModels(ctx context.Context, mark string, logger *slog.Logger) error {
	follows, err := b.models.LogMark(ctx)
	if err != nil {
		return err
	}
	editions, err := b.models.Editions(ctx)
	if err != nil {
		return err
	}
	var furthest domain.Position
	for _, edition := range editions {
		if edition.Position.After(furthest) {
			furthest = edition.Position
		}
	}
	head, err := headReaching(ctx, b.log, furthest)
	if err != nil {
		return err
	}
	if !furthest.After(head) && (follows == mark || furthest.IsZero()) {
		return nil
	}
	logger.WarnContext(ctx, "the read models were made from another event log, or from one with more events, and are built anew")
	return b.models.Clear(ctx)
}

// follow has the vault and the read models remember their log.
func (b *besideLog) follow(ctx context.Context, mark string) error {
	if err := b.vault.SetLogMark(ctx, mark); err != nil {
		return err
	}
	if err := b.models.SetLogMark(ctx, mark); err != nil {
		return err
	}
	b.known = true
	return nil
}

// Checkpoint implements messaging.Checkpoints.
func (b *besideLog) Checkpoint(ctx context.Context, name string) (domain.Position, error) {
	return b.vault.Checkpoint(ctx, name)
}

// SaveCheckpoint implements messaging.Checkpoints. No position is kept without
// the mark of its log: a log that was empty has one by now.
func (b *besideLog) SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error {
	if err := b.learn(ctx); err != nil {
		return err
	}
	return b.vault.SaveCheckpoint(ctx, name, from, to)
}

func (b *besideLog) learn(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known {
		return nil
	}
	mark, err := journal.Mark(ctx, b.log)
	if err != nil {
		return err
	}
	if mark == "" { // a copy of the log answered that is behind
		return errors.New("the event log shows no event yet")
	}
	return b.follow(ctx, mark)
}
