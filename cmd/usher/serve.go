package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/cmd/usher/engine"
)

type serve struct {
	Data          string         `help:"Folder of the vault, the read models and the embedded event log." default:"data" type:"path"`
	EventStore    string         `help:"Where events are kept: embedded, for a file in the data folder, or EventStoreDB's connection string (esdb://... or esdb+discover://...)." default:"embedded" name:"event-store"`
	ReadModels    string         `help:"Where read models and the vault are kept: embedded, for files in the data folder, or PostgreSQL's connection string (postgres://...)." default:"embedded" name:"read-models"`
	TablesOwner   string         `help:"PostgreSQL's connection string of the role that owns the tables, where it is another than the one of --read-models." name:"read-models-owner"`
	Listen        string         `help:"Address to listen on." default:":8080"`
	PublicURL     string         `help:"URL under which people reach this server; links in messages begin with it. Without it, http and the address listened on." name:"public-url"`
	OperatorToken string         `help:"Token for founding accounts and changing plans. Without it, one is made at the first start and kept in the data folder." name:"operator-token"`
	Demo          bool           `help:"Found a sample company with people in every state, and say how to sign in."`
	Outbox        bool           `help:"Keep messages in the outbox, where administrators can read them; nothing is sent so far." default:"true" negatable:""`
	SessionLength time.Duration  `help:"How long people stay signed in." default:"12h"`
	SMSPerDay     int            `help:"How many SMS all companies together send at most within 24 hours." default:"50000" name:"sms-per-day"`
	TrustedProxy  []netip.Prefix `help:"Networks of proxies, such as 10.0.0.0/8, that are believed in X-Forwarded-For where a request came from. Log-ins are limited by where they come from." name:"trusted-proxy"`
	LogLevel      slog.Level     `help:"Least level of log lines: DEBUG, INFO, WARN or ERROR." default:"INFO"`

	AcceptLostEvents bool     `help:"Go on with an event log that was restored from a backup older than the vault, without the events that it lacks." env:"-"`
	ESDB             protocol `embed:"" prefix:"esdb-" envprefix:"USHER_ESDB_" set:"listen="`
}

// Help implements kong.HelpProvider.
func (*serve) Help() string {
	return "With --esdb-listen, the embedded event log can be read by EventStoreDB's clients, beside the application; nothing can be written that way."
}

const (
	gracePeriod       = 10 * time.Second
	readHeaderTimeout = 10 * time.Second
	readTimeout       = time.Minute
	idleTimeout       = 2 * time.Minute
	maxHeaderBytes    = 32 << 10
)

// Validate reports everything that is wrong with the settings at once.
func (s *serve) Validate() error {
	var wrong []error
	if s.PublicURL != "" {
		public, err := url.Parse(s.PublicURL)
		if err != nil || public.Host == "" || public.Scheme != "http" && public.Scheme != "https" {
			wrong = append(wrong, errors.New("--public-url is an http or https URL, such as https://usher.example.com"))
		}
	}
	if s.OperatorToken != "" && len(s.OperatorToken) < 16 {
		wrong = append(wrong, errors.New("--operator-token has at least 16 characters"))
	}
	if s.SessionLength < time.Minute {
		wrong = append(wrong, errors.New("--session-length is at least a minute"))
	}
	if s.SMSPerDay < 1 {
		wrong = append(wrong, errors.New("--sms-per-day is at least 1"))
	}
	switch embedded := engine.IsEmbedded(s.EventStore); {
	case !embedded && !engine.IsEventStoreDB(s.EventStore):
		wrong = append(wrong, errors.New("--event-store is embedded, or a connection string that begins with esdb:// or esdb+discover://"))
	case s.ESDB.Listen != "" && !embedded:
		wrong = append(wrong, errors.New("--esdb-listen serves the embedded event log; clients read the one in EventStoreDB from there"))
	case s.ESDB.Listen != "":
		wrong = append(wrong, s.ESDB.wrong("esdb-")...)
	case s.ESDB != protocol{}:
		wrong = append(wrong, errors.New("the other --esdb- settings mean nothing without --esdb-listen"))
	}
	if !engine.IsEmbedded(s.ReadModels) && !engine.IsPostgres(s.ReadModels) {
		wrong = append(wrong, errors.New("--read-models is embedded, or a connection string that begins with postgres://"))
	}
	if s.TablesOwner != "" && !engine.IsPostgres(s.ReadModels) {
		wrong = append(wrong, errors.New("--read-models-owner means nothing without --read-models (postgres://...): read models and vault would be in the data folder"))
	}
	return errors.Join(wrong...)
}

// Run serves until ctx ends, then lets what is under way finish.
func (s *serve) Run(ctx context.Context, out *output) (err error) {
	logger := slog.New(slog.NewJSONHandler(out.stderr, &slog.HandlerOptions{Level: s.LogLevel}))
	syscall.Umask(0o077) // what is in the data folder is its owner's alone
	if err := mustNotHave(s.Data, "a node's folder, not the data folder of an Usher", nodeFile); err != nil {
		return err
	}
	if err := os.MkdirAll(s.Data, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	token, err := s.operatorToken(out.stdout)
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	defer listener.Close() //nolint:errcheck // because the server closes it first

	local := "http://" + reachable(listener.Addr())
	public := strings.TrimSuffix(s.PublicURL, "/")
	if public == "" {
		public = local
	}
	usher, err := engine.Open(ctx, engine.Config{
		Data: s.Data, EventStore: s.EventStore, ReadModels: s.ReadModels, ReadModelsOwner: s.TablesOwner, AcceptLostEvents: s.AcceptLostEvents,
		PublicURL: public, OperatorToken: token, KeepOutbox: s.Outbox || s.Demo,
		SessionLength: s.SessionLength, SMSPerDay: s.SMSPerDay, TrustedProxies: s.TrustedProxy, Logger: logger, Now: time.Now, Random: rand.Reader, Keys: rand.Reader,
	})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, usher.Close()) }()
	if s.Demo {
		if err := demo(ctx, usher, s.Data, local, out.stdout); err != nil {
			return fmt.Errorf("found the sample company: %w", err)
		}
	}
	ctx, fail := context.WithCancelCause(ctx)
	stopProtocol, err := s.serveProtocol(ctx, usher, fail, out, logger)
	if err != nil {
		fail(nil)
		return err
	}
	defer func() { fail(nil); err = errors.Join(err, stopProtocol()) }()
	fmt.Fprintf(out.stdout, "Usher listens on %s (to try the API: %s/docs; data: %s)\n", local, public, s.Data)
	go watch(ctx, usher.Log, fail)
	return errors.Join(serveUntil(ctx, listener, usher.Handler, logger), brokenBy(ctx))
}

// serveProtocol serves the embedded log to EventStoreDB's clients until ctx ends,
// where that is wanted. What it returns waits for that.
func (s *serve) serveProtocol(ctx context.Context, usher *engine.Engine, fail context.CancelCauseFunc, out *output, logger *slog.Logger) (wait func() error, err error) {
	local, embedded := usher.Log.(journal.Local)
	if s.ESDB.Listen == "" || !embedded {
		return func() error { return nil }, nil
	}
	server, err := s.ESDB.start(ctx, local, true, logger)
	if err != nil {
		return nil, err
	}
	fmt.Fprintf(out.stdout, "The event log can be read by EventStoreDB's clients at %s\n", server.connection())
	done := make(chan error, 1)
	go func() { done <- server.run(ctx, fail) }()
	return func() error { return <-done }, nil
}

// watch ends the program when the log takes no more events: what is on the disk
// is then unknown until it is opened again.
func watch(ctx context.Context, log journal.Log, fail context.CancelCauseFunc) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if err := engine.Broken(log); err != nil {
				fail(fmt.Errorf("the event log takes no more events; start again: %w", err))
				return
			}
		case <-ctx.Done():
			return
		}
	}
}

// brokenBy is what watch ended the program for; nil where it was asked to stop.
func brokenBy(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
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

// operatorToken is the configured one, or the data folder's own, made and
// printed at the first start.
func (s *serve) operatorToken(stdout io.Writer) (string, error) {
	if s.OperatorToken != "" {
		return s.OperatorToken, nil
	}
	file := filepath.Join(s.Data, "operator-token")
	kept, err := os.ReadFile(file) //nolint:gosec // because the operator names the folder
	if err == nil {
		return strings.TrimSpace(string(kept)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read the operator token: %w", err)
	}
	token := secret()
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the operator token: %w", err)
	}
	fmt.Fprintf(stdout, "Operator token (kept in %s, shown only now): %s\n", file, token)
	return token, nil
}

func secret() string {
	var random [24]byte
	rand.Read(random[:]) // which never fails
	return base64.RawURLEncoding.EncodeToString(random[:])
}

// reachable is how a browser on this machine reaches an address listened on.
func reachable(address net.Addr) string {
	host, port, err := net.SplitHostPort(address.String())
	if err != nil {
		return address.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, port)
}
