package wire

import (
	"context"
	"errors"
	"log/slog"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/journal"
)

// failureOf is how a client sees an error of a handler.
func failureOf(ctx context.Context, logger *slog.Logger, method string, err error) *Failure {
	if err == nil {
		return nil
	}
	if failure, ok := errors.AsType[*Failure](err); ok {
		return failure
	}
	if failure := ruled(err); failure != nil {
		return failure
	}
	switch {
	case errors.Is(err, context.Canceled):
		return &Failure{Code: codes.Canceled, Message: "the call was cancelled"}
	case errors.Is(err, context.DeadlineExceeded):
		return &Failure{Code: codes.DeadlineExceeded, Message: "the call's time is over"}
	case journal.Full(err):
		logger.WarnContext(ctx, "there is no space for a call", slog.String("method", method), slog.Any("error", err))
		return NoSpace()
	case errors.Is(err, journal.ErrClosed), errors.Is(err, journal.ErrUnavailable):
		logger.WarnContext(ctx, "the log cannot serve a call", slog.String("method", method), slog.Any("error", err))
		return Unavailable("Server Is Not Ready")
	}
	if status, ok := status.FromError(err); ok {
		return &Failure{Code: status.Code(), Message: status.Message()}
	}
	logger.ErrorContext(ctx, "a call failed", slog.String("method", method), slog.Any("error", err))
	return Unknown("Exception was thrown by handler.")
}

// ruled is the failure that stands for what the store's rules refuse; nil for
// other errors.
func ruled(err error) *Failure {
	if deleted, ok := errors.AsType[*store.Deleted](err); ok {
		return StreamDeleted(deleted.Stream)
	}
	if wrong, ok := errors.AsType[*store.WrongVersion](err); ok {
		return WrongExpectedVersion("Append", wrong.Stream, int64(wrong.Expected), int64(wrong.Actual))
	}
	if large, ok := errors.AsType[*store.TooLarge](err); ok {
		return AppendTooLarge(large.Limit)
	}
	if missing, ok := errors.AsType[*store.NotFound](err); ok {
		return StreamNotFound(missing.Stream)
	}
	if errors.Is(err, store.ErrInvalid) {
		return Invalid("%v", err)
	}
	return nil
}
