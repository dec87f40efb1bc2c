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

	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/web"
)

const maxHeaderBytes = 32 << 10

// front is the server: it answers that Usher is starting, until that is open, and
// that it is not ready while others take over.
type front struct {
	waits    waits
	starting httpkit.Starting
	usher    atomic.Pointer[http.Handler]
	draining atomic.Bool
	gone     chan struct{} // closed when nobody is answered any more
	failure  error         // of serving; known when gone is closed
}

// receive serves until ctx ends, and ends it where it cannot.
func receive(ctx context.Context, listener net.Listener, waits waits, logger *slog.Logger, end context.CancelCauseFunc) *front {
	f := &front{waits: waits, starting: httpkit.Starting{Page: web.Starting}, gone: make(chan struct{})}
	logger.InfoContext(ctx, "starting", slog.String("address", listener.Addr().String()))
	go func() {
		f.failure = f.serveUntil(ctx, listener, logger)
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
	usher := f.usher.Load()
	if endsUnclearly(r) {
		w.Header().Set("Connection", "close")
	}
	if f.draining.Load() {
		w.Header().Set("Connection", "close") // the proxy's next request goes elsewhere, or to a new one
		if r.URL.Path == "/readyz" {
			httpkit.Draining(w)
			return
		}
	}
	if usher != nil {
		(*usher).ServeHTTP(w, r)
		return
	}
	f.starting.ServeHTTP(w, r)
}

// endsUnclearly reports whether somebody before Usher may have seen another end of a
// request, and its rest as another request: one in chunks may have had a Content-Length,
// and one of HTTP/1.0 a Transfer-Encoding. net/http takes the one that counts and
// removes the other unseen, so that all of their kind are the last of their
// connection (RFC 9112, section 6.1).
func endsUnclearly(r *http.Request) bool {
	return r.ProtoMajor == 1 && len(r.TransferEncoding) > 0 || !r.ProtoAtLeast(1, 1)
}

// serveUntil serves until ctx ends, and then until others have taken over. Answers
// without an end are ended then, and requests under way have a grace period.
func (f *front) serveUntil(ctx context.Context, listener net.Listener, logger *slog.Logger) error {
	requests, breakOff := context.WithCancel(context.WithoutCancel(ctx))
	defer breakOff()
	serving, leave := context.WithCancel(requests)
	defer leave()
	server := &http.Server{
		Handler: httpkit.AtPace(f, f.waits.WriteTimeout), ReadHeaderTimeout: f.waits.HeaderTimeout, ReadTimeout: f.waits.ReadTimeout,
		IdleTimeout: f.waits.IdleTimeout, MaxHeaderBytes: maxHeaderBytes,
		BaseContext: func(net.Listener) context.Context { return httpkit.WithLeaving(requests, serving) },
		ErrorLog:    slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	if err := f.drain(ctx, failed, logger); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	logger.InfoContext(ctx, "stopping")
	leave()
	defer time.AfterFunc(f.waits.Grace*9/10, breakOff).Stop() // which leaves time to answer that
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), f.waits.Grace)
	defer cancel()
	err := server.Shutdown(grace)
	if err == nil {
		return nil
	}
	if !errors.Is(err, context.DeadlineExceeded) {
		return errors.Join(fmt.Errorf("stop: %w", err), server.Close())
	}
	logger.WarnContext(ctx, "requests were broken off that took longer than --grace")
	return server.Close()
}

// drain goes on serving until load balancers have seen that this server is not
// ready. One that was not yet ready was sent nobody.
func (f *front) drain(ctx context.Context, failed <-chan error, logger *slog.Logger) error {
	if f.waits.Drain == 0 || f.usher.Load() == nil || !isPatient(ctx) {
		return nil
	}
	logger.InfoContext(ctx, "draining", slog.Duration("for", f.waits.Drain))
	f.draining.Store(true)
	drained := time.NewTimer(f.waits.Drain)
	defer drained.Stop()
	select {
	case <-drained.C:
		return nil
	case err := <-failed:
		return err
	}
}
