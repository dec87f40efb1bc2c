package engine

import (
	"context"
	"log/slog"
	"sync"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/sqlite"
)

// tend has what is kept in files compared with its digests, gently, until the
// function that it returns is called. What is wrong breaks the file's store,
// which says so itself.
func tend(ctx context.Context, log journal.Log, vault vault, logger *slog.Logger) (stop func() error) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var group sync.WaitGroup
	if file, embedded := log.(*eventlog.Log); embedded {
		group.Go(func() { TendLog(ctx, file, logger) })
	}
	if file, embedded := vault.(*sqlite.Vault); embedded {
		group.Go(func() {
			err := file.Tend(ctx, func(checked sqlite.CheckedVault, err error) {
				logTended(ctx, logger, "vault", err, slog.Int64("rows", checked.Rows))
			})
			logDamage(ctx, logger, "vault", err)
		})
	}
	return func() error { cancel(); group.Wait(); return nil }
}

// TendLog has a log's events compared with their digests until ctx ends, and says
// in the logger what was done, and what was found.
func TendLog(ctx context.Context, log *eventlog.Log, logger *slog.Logger) {
	err := log.Tend(ctx, func(done eventlog.Tended) {
		if done.Filled > 0 {
			logger.InfoContext(ctx, "events of before have digests now", slog.Uint64("events", done.Filled))
		}
		logTended(ctx, logger, "event_log", done.Err, slog.Uint64("events", done.Checked))
	})
	logDamage(ctx, logger, "event_log", err)
}

func logTended(ctx context.Context, logger *slog.Logger, store string, err error, whole slog.Attr) {
	if err != nil {
		logger.WarnContext(ctx, "a store could not be compared with its digests, and is again in a while", slog.String("store", store), slog.Any("error", err))
		return
	}
	logger.DebugContext(ctx, "a store is as it was written", slog.String("store", store), whole)
}

func logDamage(ctx context.Context, logger *slog.Logger, store string, err error) {
	if err != nil {
		logger.ErrorContext(ctx, "a store is not as it was written, and takes no more writes; run `usher log check`, and restore a backup",
			slog.String("store", store), slog.Any("error", err))
	}
}
