package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/usher-engine/usher/adapters/httpapi"
)

// front is the server: it answers that Usher is starting, until that is open.
type front struct {
	starting httpapi.Starting
	usher    atomic.Pointer[http.Handler]
	gone     chan struct{} // closed when nobody is answered any more
	failure  error         // of serving; known when gone is closed
}

// receive serves until ctx ends, and ends it where it cannot.
func receive(ctx context.Context, listener net.Listener, logger *slog.Logger, end context.CancelCauseFunc) *front {
	f := &front{gone: make(chan struct{})}
	logger.InfoContext(ctx, "starting", slog.String("address", listener.Addr().String()))
	go func() {
		f.failure = serveUntil(ctx, listener, f, logger)
		end(nil)
		close(f.gone)
	}()
	return f
}

// open lets everybody in.
func (f *front) open(usher http.Handler) { f.usher.Store(&usher) }

// leave waits until the last one was answered, after the server's context ended.
func (f *front) leave() error {
	<-f.gone
	return f.failure
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if usher := f.usher.Load(); usher != nil {
		(*usher).ServeHTTP(w, r)
		return
	}
	f.starting.ServeHTTP(w, r)
}

// serveUntil serves until ctx ends. Requests under way then have a grace period.
func serveUntil(ctx context.Context, listener net.Listener, handler http.Handler, logger *slog.Logger) error {
	streams, endStreams := context.WithCancel(context.WithoutCancel(ctx))
	defer endStreams()
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: maxHeaderBytes, BaseContext: func(net.Listener) context.Context { return streams },
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(func() { time.AfterFunc(gracePeriod/2, endStreams) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	logger.InfoContext(ctx, "stopping")
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), gracePeriod)
	defer cancel()
	if err := server.Shutdown(grace); err != nil {
		return errors.Join(fmt.Errorf("stop: %w", err), server.Close())
	}
	return nil
}
