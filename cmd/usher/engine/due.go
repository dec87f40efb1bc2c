package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/usher-engine/usher/commands/policies"
)

// dueEvery is how late Usher notices that something is due.
const dueEvery = time.Second

// KeepTime does whatever is due now. A running engine does so each second; each
// instance may, as what is due once happens once.
func (e *Engine) KeepTime(ctx context.Context) error {
	var errs []error
	for _, one := range policies.AllDue(e.App) {
		if err := one.Do(ctx, e.App.Now()); err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", one.Name, err))
		}
	}
	return errors.Join(errs...)
}

// keepTime goes on until the function that it returns is called. What fails is
// tried again the next time; a failure that lasts is told once.
func (e *Engine) keepTime(ctx context.Context, logger *slog.Logger) (stop func() error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(dueEvery)
		defer tick.Stop()
		told := false
		for {
			select {
			case <-tick.C:
			case <-ctx.Done():
				return
			}
			err := e.KeepTime(ctx)
			if err != nil && !told && ctx.Err() == nil {
				logger.WarnContext(ctx, "something that is due could not be done, and is tried again", slog.Any("error", err))
			}
			told = err != nil
		}
	}()
	return func() error {
		cancel()
		<-done
		return nil
	}
}
