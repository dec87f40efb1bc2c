package httpapi

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"time"

	"github.com/usher-engine/usher/domain"
)

// wrap is what all requests have in common, the routes of the engine room
// included: an id, headers, a log line and figures, and problems for whatever
// no route takes.
func (a *api) wrap(mux *http.ServeMux) (http.Handler, error) {
	sameOrigin := http.NewCrossOriginProtection()
	public, err := url.Parse(a.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("httpapi: the public URL: %w", err)
	}
	if err := sameOrigin.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
		return nil, fmt.Errorf("httpapi: the public URL: %w", err)
	}
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		writeProblem(w, exchangeOf(r.Context()), newProblem(crossOrigin, "another site sent this through a browser"))
	}))
	inner := sameOrigin.Handler(routed(mux))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		x := &exchange{id: newRequestID()}
		answer := &recorder{ResponseWriter: w}
		r = withExchange(r, x)
		setHeaders(answer.Header(), x.id)
		defer func() { a.record(r, x, answer.status, time.Since(began)) }()
		defer a.survive(answer, x)
		inner.ServeHTTP(answer, r)
	}), nil
}

// routed answers with problems where the mux has no route, and refuses paths
// that are another path in disguise.
func routed(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		handler, pattern := mux.Handler(r)
		if pattern != "" && isClean(r.URL.Path) {
			mux.ServeHTTP(w, r)
			return
		}
		found := &recorder{ResponseWriter: discard{header: http.Header{}}}
		if isClean(r.URL.Path) {
			handler.ServeHTTP(found, r)
		}
		if found.status != http.StatusMethodNotAllowed {
			writeProblem(w, x, newProblem(domain.NotFound, "there is nothing here; the API is described at /docs"))
			return
		}
		w.Header().Set("Allow", found.Header().Get("Allow"))
		writeProblem(w, x, newProblem(methodNotAllowed, "this route takes "+found.Header().Get("Allow")))
	})
}

func isClean(given string) bool {
	clean := path.Clean(given)
	return given == clean || given == clean+"/"
}

func setHeaders(header http.Header, id string) {
	header.Set("X-Request-Id", id)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
}

// survive answers a panic, and keeps it for the log.
func (a *api) survive(answer *recorder, x *exchange) {
	fault := recover()
	if fault == nil {
		return
	}
	if fault == http.ErrAbortHandler { //nolint:errorlint // because it is a value, not an error
		panic(fault)
	}
	x.fault = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
	if answer.status == 0 {
		writeProblem(answer, x, newProblem(domain.Internal, "something went wrong in Usher; whoever runs it finds more under the request's id"))
	}
}

// record writes the request's line and figures. There is nothing in either of
// what people typed, nor of tokens: those are in paths, so only the route is named.
func (a *api) record(r *http.Request, x *exchange, status int, took time.Duration) {
	if x.route == "" {
		x.route = "none"
	}
	if status == 0 {
		status = http.StatusOK // which is what nothing written means
	}
	a.metrics.observe(r.Method, x.route, status, took)
	a.metrics.refused(x.code)
	attributes := []slog.Attr{
		slog.String("request_id", x.id), slog.String("method", knownMethod(r.Method)), slog.String("route", x.route),
		slog.Int("status", status), slog.Duration("took", took),
	}
	if x.code != "" {
		attributes = append(attributes, slog.String("code", string(x.code)))
	}
	if !x.account.IsZero() {
		attributes = append(attributes, slog.String("account", x.account.String()))
	}
	if !x.caller.Person.IsZero() {
		attributes = append(attributes, slog.String("actor", x.caller.Person.String()))
	} else if x.caller.Kind != "" {
		attributes = append(attributes, slog.String("actor", string(x.caller.Kind)))
	}
	if !x.caller.Token.IsZero() {
		attributes = append(attributes, slog.String("api_token", x.caller.Token.String())) // its id
	}
	level := slog.LevelInfo
	if x.fault != nil {
		level = slog.LevelError
		attributes = append(attributes, slog.Any("error", x.fault))
	}
	a.Logger.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attributes...)
}

// knownMethod keeps what a client invents out of logs and figures.
func knownMethod(method string) string {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return method
	}
	return "other"
}

func newRequestID() string {
	var id [12]byte
	rand.Read(id[:])
	return hex.EncodeToString(id[:])
}

// recorder remembers the status that was answered.
type recorder struct {
	http.ResponseWriter
	status int
}

func (w *recorder) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *recorder) Write(data []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(data)
}

// Unwrap is for http.ResponseController.
func (w *recorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// discard is a ResponseWriter whose answer nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header          { return d.header }
func (discard) Write(data []byte) (int, error) { return len(data), nil }
func (discard) WriteHeader(int)                {}
