package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"
)

const (
	firstPause = 500 * time.Millisecond
	mostPause  = 5 * time.Second
)

// connect connects, and tries again for some time where the server is not there.
func (o Options) connect(ctx context.Context, url string, most int32, settings map[string]string) (*pool, error) {
	began := time.Now()
	for pause := firstPause; ; pause = min(2*pause, mostPause) {
		made, err := connect(ctx, url, most, settings)
		switch {
		case err == nil || ctx.Err() != nil || !passing(err):
			return made, err
		case time.Since(began) >= o.Wait && o.Wait > 0:
			return nil, fmt.Errorf("waited %s for PostgreSQL: %w", time.Since(began).Round(time.Second), err)
		case o.Wait == 0:
			return nil, err
		}
		o.Logger.WarnContext(ctx, "PostgreSQL does not serve; trying again", slog.Any("error", err))
		timer := time.NewTimer(pause/2 + rand.N(pause/2)) //nolint:gosec // because jitter is no secret
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
	}
}
