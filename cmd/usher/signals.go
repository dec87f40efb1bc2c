package main

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
)

// asked is why the program's context ended: somebody wants it to stop.
type asked struct{ by os.Signal }

func (a asked) Error() string { return "stopped by the signal: " + a.by.String() }

// Is says that it is no failure.
func (asked) Is(target error) bool { return target == context.Canceled }

// untilAsked returns a context that ends when somebody wants the program to stop.
// Who wants it twice need not wait: the second signal ends the process.
func untilAsked(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case by := <-signals:
			signal.Stop(signals)
			cancel(asked{by: by})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// isPatient says whether a context ended by the signal of those who start and stop
// servers, and not by somebody at a terminal, who waits.
func isPatient(ctx context.Context) bool {
	stopped, ok := errors.AsType[asked](context.Cause(ctx))
	return ok && stopped.by == syscall.SIGTERM
}

// outlive keeps a server from ending with the terminal that it was started in, and
// with whoever read its log: Go ends a program that writes to a closed pipe.
func outlive(ctx context.Context, logger *slog.Logger) {
	signal.Ignore(syscall.SIGPIPE)
	hangUps := make(chan os.Signal, 1)
	signal.Notify(hangUps, syscall.SIGHUP)
	go func() {
		for {
			select {
			case <-hangUps:
				logger.InfoContext(ctx, "SIGHUP ends nothing and changes nothing: settings are read at the start")
			case <-ctx.Done():
				return
			}
		}
	}()
}
