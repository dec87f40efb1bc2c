package engine

import (
	"context"
	"log/slog"
	"time"

	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/periodic"
)

// dueEvery is how late Usher notices that something is due.
const dueEvery = time.Second

// keepTime does whatever is due, each second, until the function that it returns
// is called.
func (e *Engine) keepTime(ctx context.Context, logger *slog.Logger) (stop func() error) {
	return periodic.Start(context.WithoutCancel(ctx), dueEvery, e.KeepTime, func(ctx context.Context, err error) {
		logger.WarnContext(ctx, "something that is due could not be done, and is tried again", slog.Any("error", err))
	})
}

const (
	// batchesAtOnce is how many bulk invitations an instance goes on with at the same time,
	// so that one which takes long holds up no other.
	batchesAtOnce = 2
	// batchesAreSeen is how late Usher notices that one waits.
	batchesAreSeen = 300 * time.Millisecond
)

// inviteWaiting goes on with bulk invitations until the function that it returns is called.
func (e *Engine) inviteWaiting(ctx context.Context, logger *slog.Logger) (stop func() error) {
	return periodic.Start(context.WithoutCancel(ctx), batchesAreSeen, e.InviteWaiting, func(ctx context.Context, err error) {
		logger.WarnContext(ctx, "a bulk invitation does not go on, and is tried again", slog.Any("error", err))
	})
}

// watchKeys looks each second whether another server keeps the vault, and has all
// keys, until the function that it returns is called.
func watchKeys(ctx context.Context, keys *pairing.Keys, logger *slog.Logger) (stop func() error) {
	return periodic.Start(context.WithoutCancel(ctx), time.Second, keys.Watch, func(ctx context.Context, err error) {
		logger.WarnContext(ctx, "it is unknown whether the vault has all keys", slog.Any("error", err))
	})
}

// sweepEvery is how long at least what has run out stays in the vault.
const sweepEvery = 10 * time.Minute

// sweep forgets what has run out in the vault, from time to time, until the
// function that it returns is called.
func sweep(ctx context.Context, vault vault, config Config) (stop func() error) {
	return periodic.Start(context.WithoutCancel(ctx), sweepEvery,
		func(ctx context.Context) error { return vault.Sweep(ctx, config.Now()) },
		func(ctx context.Context, err error) {
			config.Logger.WarnContext(ctx, "the vault could not be swept", slog.Any("error", err))
		})
}
