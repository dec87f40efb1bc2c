package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
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
		o.Logger.WarnContext(ctx, "PostgreSQL is not there; trying again", slog.Any("error", err))
		timer := time.NewTimer(pause/2 + rand.N(pause/2)) //nolint:gosec // because jitter is no secret
		select {
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		}
	}
}

// passing tells that a server is not there, or not ready yet: a password or a
// name that is wrong stays so.
func passing(err error) bool {
	if said, ok := errors.AsType[*pgconn.PgError](err); ok {
		for _, class := range []string{"08", "53", "57P0"} { // connection, resources, starting or stopping
			if strings.HasPrefix(said.Code, class) {
				return true
			}
		}
		return false
	}
	var network net.Error
	return errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) || pgconn.Timeout(err) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF)
}
