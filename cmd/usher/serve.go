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
	SessionIdle   time.Duration  `help:"How long people stay signed in without doing anything; 0 for as long as --session-length." default:"8h"`
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
	if s.OperatorToken != "" && len(strings.TrimSpace(s.OperatorToken)) < 16 {
		wrong = append(wrong, errors.New("--operator-token has at least 16 characters, not counting blanks around them"))
	}
	if s.SessionLength < time.Minute {
		wrong = append(wrong, errors.New("--session-length is at least a minute"))
	}
	if s.SessionIdle != 0 && s.SessionIdle < time.Minute {
		wrong = append(wrong, errors.New("--session-idle is at least a minute, or 0"))
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
	token, kept, err := s.operatorToken()
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	var clients *nodeServer // EventStoreDB's, where they are let in
	if s.ESDB.Listen != "" {
		if clients, err = s.ESDB.listen(ctx); err != nil {
			return errors.Join(err, listener.Close())
		}
		defer clients.listener.Close() //nolint:errcheck // because the node closes it first
	}
	local := "http://" + reachable(listener.Addr())
	public := strings.TrimSuffix(s.PublicURL, "/")
	if public == "" {
		public = local
	}
	ctx, fail := context.WithCancelCause(ctx)
	front := receive(ctx, listener, logger, fail)
	config := s.config()
	config.PublicURL, config.OperatorToken, config.Logger, config.Opening = public, token, logger, front.starting.Opens
	usher, err := engine.Open(ctx, config)
	if err != nil {
		fail(nil)
		return errors.Join(err, front.leave())
	}
	defer func() { err = errors.Join(err, usher.Close()) }()
	defer func() { fail(nil); err = errors.Join(err, front.leave()) }()
	err = os.MkdirAll(s.Data, 0o700) // which servers that keep everything have not made
	if err == nil && !kept {
		err = s.keepToken(token, out.stdout)
	}
	if err == nil && s.Demo {
		err = demo(ctx, usher, s.Data, local, out.stdout)
	}
	if err != nil {
		return err
	}
	stopProtocol, err := clients.serve(ctx, usher.Log, fail, out, logger)
	if err != nil {
		return err
	}
	defer func() { fail(nil); err = errors.Join(err, stopProtocol()) }()
	front.open(usher.Handler)
	fmt.Fprintf(out.stdout, "Usher listens on %s (to try the API: %s/docs; data: %s)\n", local, public, s.Data)
	go watch(ctx, usher.Log, fail)
	<-ctx.Done()
	return brokenBy(ctx)
}

// config is what the flags say.
func (s *serve) config() engine.Config {
	return engine.Config{
		Data: s.Data, EventStore: s.EventStore, ReadModels: s.ReadModels, ReadModelsOwner: s.TablesOwner, AcceptLostEvents: s.AcceptLostEvents,
		KeepOutbox: s.Outbox || s.Demo, SessionLength: s.SessionLength, SessionIdle: s.SessionIdle, SMSPerDay: s.SMSPerDay, TrustedProxies: s.TrustedProxy, Now: time.Now, Random: rand.Reader, Keys: rand.Reader,
	}
}

// serve serves the embedded log until ctx ends, where that is wanted. What it
// returns waits for that.
func (n *nodeServer) serve(ctx context.Context, log journal.Log, fail context.CancelCauseFunc, out *output, logger *slog.Logger) (wait func() error, err error) {
	local, embedded := log.(journal.Local)
	if n == nil || !embedded {
		return func() error { return nil }, nil
	}
	if err := n.over(local, true, logger); err != nil { //nolint:contextcheck // because each call has a context of its own
		return nil, err
	}
	fmt.Fprintf(out.stdout, "The event log can be read by EventStoreDB's clients at %s\n", n.connection())
	done := make(chan error, 1)
	go func() { done <- n.run(ctx, fail) }()
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

// operatorToken is the configured one, or the data folder's own; kept is false
// for one that was just made.
func (s *serve) operatorToken() (token string, kept bool, err error) {
	if s.OperatorToken != "" {
		return s.OperatorToken, true, nil
	}
	text, err := os.ReadFile(s.tokenFile())
	if errors.Is(err, fs.ErrNotExist) {
		return secret(), false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("read the operator token: %w", err)
	}
	return strings.TrimSpace(string(text)), true, nil
}

// keepToken keeps and prints the token of a first start that went well.
func (s *serve) keepToken(token string, stdout io.Writer) error {
	if err := os.WriteFile(s.tokenFile(), []byte(token+"\n"), 0o600); err != nil {
		return fmt.Errorf("keep the operator token: %w", err)
	}
	fmt.Fprintf(stdout, "Operator token (kept in %s, shown only now): %s\n", s.tokenFile(), token)
	return nil
}

func (s *serve) tokenFile() string { return filepath.Join(s.Data, "operator-token") }

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
