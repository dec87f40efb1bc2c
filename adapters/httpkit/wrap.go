package httpkit

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

// Frame is what all requests have in common, whichever face they are for.
type Frame struct {
	// PublicURL is what links begin with; browsers send commands from there only.
	PublicURL string
	Logger    *slog.Logger
	Metrics   *Metrics
	Pages     Pages // nil where there are none
}

// Pages is the face that answers people.
type Pages interface {
	// Problem answers with a page where a request was for one, and reports whether it was.
	Problem(w http.ResponseWriter, r *http.Request, problem *Problem) bool
}

// refuse answers with a problem, as a page where the request was for one.
func refuse(pages Pages, w http.ResponseWriter, r *http.Request, problem *Problem) {
	if pages == nil || !pages.Problem(w, r, problem) {
		WriteProblem(w, ExchangeOf(r.Context()), problem)
	}
}

// Around returns a handler with an id, headers, a line in the log and figures for
// each request, which answers panics and refuses what another site sends.
func (f Frame) Around(inner http.Handler) (http.Handler, error) {
	sameOrigin := http.NewCrossOriginProtection()
	public, err := url.Parse(f.PublicURL)
	if err != nil {
		return nil, fmt.Errorf("httpkit: the public URL: %w", err)
	}
	if err := sameOrigin.AddTrustedOrigin(public.Scheme + "://" + public.Host); err != nil {
		return nil, fmt.Errorf("httpkit: the public URL: %w", err)
	}
	sameOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		refuse(f.Pages, w, r, NewProblem(CrossOrigin, "another site sent this through a browser"))
	}))
	inner = sameOrigin.Handler(inner)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		x := &Exchange{ID: newRequestID()}
		answer := &recorder{ResponseWriter: w}
		r = withExchange(r, x)
		setHeaders(answer.Header(), x.ID)
		defer func() { f.record(r, x, answer.status, time.Since(began)) }()
		defer f.survive(answer, r)
		inner.ServeHTTP(answer, r)
	}), nil
}

// Routed returns the mux with problems where the mux has no route, and refuses paths
// that are another path in disguise.
func Routed(mux *http.ServeMux, pages Pages) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
			refuse(pages, w, r, NewProblem(domain.NotFound, "there is nothing here; the API is described at /docs"))
			return
		}
		w.Header().Set("Allow", found.Header().Get("Allow"))
		refuse(pages, w, r, NewProblem(MethodNotAllowed, "this route takes "+found.Header().Get("Allow")))
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

// SetStreamHeaders sets the headers of an answer that is to be seen while it comes:
// no proxy keeps it back to fill a buffer (nginx does, but for X-Accel-Buffering) or
// to compress it.
func SetStreamHeaders(header http.Header) {
	header.Set("Content-Type", "text/event-stream")
	header.Set("Cache-Control", "no-store, no-transform")
	header.Set("X-Accel-Buffering", "no")
}

// survive answers a panic, and keeps it for the log.
func (f Frame) survive(answer *recorder, r *http.Request) {
	fault, x := recover(), ExchangeOf(r.Context())
	if fault == nil {
		return
	}
	if fault == http.ErrAbortHandler { //nolint:errorlint // because it is a value, not an error
		panic(fault)
	}
	x.Fault = fmt.Errorf("panic: %v\n%s", fault, debug.Stack())
	if answer.status == 0 {
		refuse(f.Pages, answer, r, InternalProblem(nil))
	}
}

// record writes the request's line and figures. There is nothing in either of
// what people typed, nor of tokens: those are in paths, so only the route is named.
func (f Frame) record(r *http.Request, x *Exchange, status int, took time.Duration) {
	if x.Route == "" {
		x.Route = "none"
	}
	if status == 0 {
		status = http.StatusOK // which is what nothing written means
	}
	f.Metrics.observe(r.Method, x.Route, status, took)
	f.Metrics.Refused(x.Code)
	attributes := []slog.Attr{
		slog.String("request_id", x.ID), slog.String("method", knownMethod(r.Method)), slog.String("route", x.Route),
		slog.Int("status", status), slog.Duration("took", took),
	}
	if x.Code != "" {
		attributes = append(attributes, slog.String("code", string(x.Code)))
	}
	if !x.Account.IsZero() {
		attributes = append(attributes, slog.String("account", x.Account.String()))
	}
	if !x.Caller.Person.IsZero() {
		attributes = append(attributes, slog.String("actor", x.Caller.Person.String()))
	} else if x.Caller.Kind != "" {
		attributes = append(attributes, slog.String("actor", string(x.Caller.Kind)))
	}
	if !x.Caller.Token.IsZero() {
		attributes = append(attributes, slog.String("api_token", x.Caller.Token.String())) // its id
	}
	level := slog.LevelInfo
	if x.Fault != nil {
		level = slog.LevelError
		attributes = append(attributes, slog.Any("error", x.Fault))
	}
	f.Logger.LogAttrs(context.WithoutCancel(r.Context()), level, "request", attributes...)
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
