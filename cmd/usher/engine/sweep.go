package engine

import (
	"context"
	"log/slog"
	"time"
)

const sweepEvery = 10 * time.Minute

// sweep forgets what has run out in the vault, from time to time, until the
// function that it returns is called.
func sweep(ctx context.Context, vault vault, config Config) func() error {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(sweepEvery)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			if err := vault.Sweep(ctx, config.Now()); err != nil && ctx.Err() == nil {
				config.Logger.WarnContext(ctx, "the vault could not be swept", slog.Any("error", err))
			}
		}
	}()
	return func() error {
		cancel()
		<-done
		return nil
	}
}
