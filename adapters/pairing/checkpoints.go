package pairing

import (
	"context"
	"errors"
	"sync"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Checkpoints is how far each policy has come in a log, and where it is stopped:
// messaging.Progress, kept in the vault that belongs to the log.
type Checkpoints struct {
	progress // as the vault has it, but for what keeps a position
	parts    Parts

	mu    sync.Mutex
	known bool // that vault and read models remember the log
}

// SaveCheckpoint implements messaging.Checkpoints. No position is kept without
// the mark of its log: a log that was empty has one by now.
func (c *Checkpoints) SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error {
	if err := c.learn(ctx); err != nil {
		return err
	}
	return c.progress.SaveCheckpoint(ctx, name, from, to)
}

// SaveStop implements messaging.Progress; it too keeps a position.
func (c *Checkpoints) SaveStop(ctx context.Context, policy string, stopped projections.Poison) error {
	if err := c.learn(ctx); err != nil {
		return err
	}
	return c.progress.SaveStop(ctx, policy, stopped)
}

func (c *Checkpoints) learn(ctx context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known {
		return nil
	}
	mark, err := c.parts.Log.Mark(ctx)
	if err != nil {
		return err
	}
	if mark == "" { // a copy of the log answered that is behind
		return errors.New("the event log shows no event yet")
	}
	return c.remember(ctx, mark)
}

// remember has the vault and the read models remember their log. What they know
// already is not written again: there may be no space.
func (c *Checkpoints) remember(ctx context.Context, mark string) error {
	for _, store := range []besideALog{c.parts.Vault, c.parts.Models} {
		known, err := store.LogMark(ctx)
		if err == nil && known != mark {
			err = store.SetLogMark(ctx, mark)
		}
		if err != nil {
			return err
		}
	}
	c.known = true
	return nil
}
