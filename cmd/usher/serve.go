package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/httpkit"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/osfiles"
	"github.com/usher-engine/usher/adapters/periodic"
	"github.com/usher-engine/usher/adapters/web"
	"github.com/usher-engine/usher/cmd/usher/engine"
)

type serve struct {
	Data           string         `help:"Folder of the vault, the read models and the embedded event log." default:"data" type:"path"`
	EventStore     string         `help:"Where events are kept: embedded, for a file in the data folder, or EventStoreDB's connection string (esdb://... or esdb+discover://...)." default:"embedded" name:"event-store"`
	Prefix         *string        `help:"What the streams of the log begin with in EventStoreDB: usher. for a new log, what they begin with already for any other. Logs of before begin with nothing ('')." name:"event-store-prefix"`
	ACL            bool           `help:"Let none but the user of --event-store read the streams of the log and append to them, and none but administrators do anything else to them: rights ($acl) are written before a stream's first event." name:"event-store-acl"`
	ReadModels     string         `help:"Where read models and the vault are kept: embedded, for files in the data folder, or PostgreSQL's connection string (postgres://...)." default:"embedded" name:"read-models"`
	TablesOwner    string         `help:"PostgreSQL's connection string of the role that owns the tables, where it is another than the one of --read-models." name:"read-models-owner"`
	Listen         string         `help:"Address to listen on." default:":8080"`
	PublicURL      string         `help:"URL under which people reach this server; links in messages begin with it. Without it, http and the address listened on." name:"public-url"`
	OperatorToken  string         `help:"Token for founding accounts and changing plans. Without it, one is made at the first start and kept in the data folder." name:"operator-token"`
	Demo           bool           `help:"Found a sample company with people in every state, and say how to sign in."`
	Outbox         bool           `help:"Keep messages in the outbox, where administrators can read them; nothing is sent so far." default:"true" negatable:""`
	SessionLength  time.Duration  `help:"How long people stay signed in." default:"12h"`
	SessionIdle    time.Duration  `help:"How long people stay signed in without doing anything; 0 for as long as --session-length." default:"8h"`
	AdminIdle      time.Duration  `help:"How long administrators and auditors stay signed in without doing anything; 0 for as long as --session-idle. API tokens are not meant." default:"30m" name:"admin-session-idle"`
	LogNetworks    bool           `help:"Write the network address into the log line of each failed log-in." default:"true" negatable:"" name:"log-networks"`
	MetricsListen  string         `help:"Address to serve /metrics at, and there alone; without it, at --listen." name:"metrics-listen"`
	SMSPerDay      int            `help:"How many SMS all companies together send at most within 24 hours." default:"50000" name:"sms-per-day"`
	TrustedProxy   []netip.Prefix `help:"Networks of proxies, such as 10.0.0.0/8, that are believed in --trusted-header where a request came from. Log-ins are limited by where they come from." name:"trusted-proxy"`
	Streams        int            `help:"How many streams of activity are open at once at most." default:"10000"`
	CompanyStreams int            `help:"How many streams of one company are open at once at most." default:"2000" name:"streams-per-company"`
	LogLevel       slog.Level     `help:"Least level of log lines: DEBUG, INFO, WARN or ERROR." default:"INFO"`

	PolicyAttempts int           `help:"How often at least a policy must have failed at an event to be stopped there. What fails because a store is away does not count." default:"10"`
	PolicyPatience time.Duration `help:"For how long at least it must have failed there." default:"2m"`

	TrustedHeader string `help:"Header in which trusted proxies say where a request came from: X-Forwarded-For, or Forwarded (RFC 7239). The other one is ignored." enum:"X-Forwarded-For,Forwarded" default:"X-Forwarded-For" name:"trusted-header"`
	Waits         waits  `embed:""`

	AcceptLostEvents bool     `help:"Go on with an event log that was restored from a backup older than the vault, without the events that it lacks. Say it once: everybody signs in again then." env:"-"`
	ESDB             protocol `embed:"" prefix:"esdb-" envprefix:"USHER_ESDB_" set:"listen="`

	SystemProjections bool `help:"With --esdb-listen, let clients also read the streams of EventStoreDB's system projections ($$ce-, $$et-, $$bc-, $$category- and $$streams), which are made up when they are read." env:"USHER_ESDB_SYSTEM_PROJECTIONS"`
}

// Help implements kong.HelpProvider.
func (*serve) Help() string {
	return "With --esdb-listen, the embedded event log can be read by EventStoreDB's clients, beside the application; nothing can be written that way."
}

// reserve is space for some thousand log-ins.
const reserve = 8 << 20

// Validate reports everything that is wrong with the settings at once.
func (s *serve) Validate() error {
	var wrong []error
	if s.PublicURL != "" {
		public, err := url.Parse(s.PublicURL)
		if err != nil || public.Host == "" || public.Scheme != "http" && public.Scheme != "https" {
			wrong = append(wrong, errors.New("--public-url is an http or https URL, such as https://usher.example.com"))
		}
	}
	if s.OperatorToken != "" && len(strings.TrimSpace(s.OperatorToken)) < shortestOperatorToken {
		wrong = append(wrong, errShortToken("--operator-token"))
	}
	if s.AdminIdle != 0 && s.AdminIdle < time.Minute {
		wrong = append(wrong, errors.New("--admin-session-idle is at least a minute, or 0"))
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
	if s.Streams < 1 || s.CompanyStreams < 1 {
		wrong = append(wrong, errors.New("--streams and --streams-per-company are at least 1"))
	}
	if s.PolicyAttempts < 1 || s.PolicyPatience <= 0 {
		wrong = append(wrong, errors.New("--policy-attempts is at least 1, and --policy-patience more than 0"))
	}
	switch embedded := engine.IsEmbedded(s.EventStore); {
	case !embedded && !engine.IsEventStoreDB(s.EventStore):
		wrong = append(wrong, errors.New("--event-store is embedded, or a connection string that begins with esdb:// or esdb+discover://"))
	case s.ESDB.Listen != "" && !embedded:
		wrong = append(wrong, errors.New("--esdb-listen serves the embedded event log; clients read the one in EventStoreDB from there"))
	case s.ESDB.Listen != "":
		wrong = append(wrong, s.ESDB.wrong("esdb-", false)...)
	case s.ESDB != protocol{}, s.SystemProjections:
		wrong = append(wrong, errors.New("the other --esdb- settings, and --system-projections, mean nothing without --esdb-listen"))
	}
	if s.Prefix != nil && engine.IsEmbedded(s.EventStore) {
		wrong = append(wrong, errors.New("--event-store-prefix means nothing without --event-store (esdb://...): an embedded log has its file to itself"))
	}
	if s.ACL && engine.IsEmbedded(s.EventStore) {
		wrong = append(wrong, errors.New("--event-store-acl means nothing without --event-store (esdb://...): an embedded log has no users"))
	}
	if s.Prefix != nil {
		if err := eventstoredb.CheckPrefix(*s.Prefix); err != nil {
			wrong = append(wrong, fmt.Errorf("--event-store-prefix: %w", err))
		}
	}
	if !engine.IsEmbedded(s.ReadModels) && !engine.IsPostgres(s.ReadModels) {
		wrong = append(wrong, errors.New("--read-models is embedded, or a connection string that begins with postgres://"))
	}
	if s.TablesOwner != "" && !engine.IsPostgres(s.ReadModels) {
		wrong = append(wrong, errors.New("--read-models-owner means nothing without --read-models (postgres://...): read models and vault would be in the data folder"))
	}
	return errors.Join(append(wrong, s.Waits.wrong()...)...)
}

// Run serves until ctx ends, then lets what is under way finish.
func (s *serve) Run(ctx context.Context, out *output) (err error) {
	logger, logged := out.logger(s.LogLevel) //nolint:contextcheck // because lines are written whoever waits
	defer logged()
	outlive(ctx, logger)
	osfiles.OwnerAlone() // what is in the data folder is its owner's alone
	if err := mustNotHave(s.Data, "a node's folder, not the data folder of an Usher", nodeFile); err != nil {
		return err
	}
	token, kept, err := s.operatorToken()
	if err != nil {
		return err
	}
	listener, err := listenAt(ctx, s.Listen, "--listen (make run LISTEN=...)")
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	var clients *nodeServer // EventStoreDB's, where they are let in
	if s.ESDB.Listen != "" {
		if clients, err = s.ESDB.listen(ctx, "--esdb-listen"); err != nil {
			return errors.Join(err, listener.Close())
		}
		defer clients.listener.Close() //nolint:errcheck // because the node closes it first
	}
	local := "http://" + reachable(listener.Addr())
	public := strings.TrimSuffix(s.PublicURL, "/")
	if public == "" {
		public = local
	}
	asked := ctx // to stop, when it ends
	ctx, fail := context.WithCancelCause(ctx)
	front := receive(ctx, listener, s.Waits, logger, fail)
	config := s.config()
	config.PublicURL, config.OperatorToken, config.Logger, config.Opening = public, token, logger, front.starting.Opens
	if s.Demo {
		config.Demo = demoPages()
	}
	if !s.Demo && !web.KeepsSessions(public) {
		logger.WarnContext(ctx, "nobody can sign in to the pages: browsers keep no session that comes by http from another machine; serve https, and say so by --public-url",
			slog.String("public_url", public))
	}
	usher, err := engine.Open(ctx, config)
	if err != nil {
		err = unlessAsked(asked, err)
		fail(nil)
		return errors.Join(err, front.leave())
	}
	defer func() { err = errors.Join(err, usher.Close()) }()
	defer func() { fail(nil); err = errors.Join(err, front.leave()) }()
	err = osfiles.MakeFolder(s.Data) // which servers that keep everything have not made
	if err == nil && !kept {
		err = s.keepToken(token)
	}
	if err == nil && s.Demo {
		err = demo(ctx, usher, config.Demo, s.Data, local, out.stdout)
	}
	if err != nil {
		return unlessAsked(asked, err)
	}
	stopProtocol, err := clients.serve(ctx, usher.Log, esdbnode.Options{ReadOnly: true, Projections: s.SystemProjections, Logger: logger}, fail, out)
	if err != nil {
		return err
	}
	defer func() { fail(nil); err = errors.Join(err, stopProtocol()) }()
	figures, err := s.serveMetrics(ctx, usher.Metrics, logger)
	if err != nil {
		return err
	}
	defer func() { fail(nil); err = errors.Join(err, figures()) }()
	if s.TrustedHeader == httpkit.Forwarded {
		usher.Handler = httpkit.ByForwarded(usher.Handler)
	}
	front.open(usher.Handler)
	if !kept { // behind what was logged on the way, where it is seen
		fmt.Fprintf(out.stdout, "Operator token (kept in %s, shown only now): %s\n", s.tokenFile(), token)
	}
	fmt.Fprintf(out.stdout, "Usher listens on %s (to try the API: %s/docs; data: %s)\n", local, public, s.Data)
	go watch(ctx, usher.Broken, fail)
	<-ctx.Done()
	return brokenBy(ctx)
}

// config is what the flags say.
func (s *serve) config() engine.Config {
	return engine.Config{
		Data: s.Data, EventStore: s.EventStore, EventStorePrefix: s.Prefix, EventStoreACL: s.ACL, ReadModels: s.ReadModels, ReadModelsOwner: s.TablesOwner, AcceptLostEvents: s.AcceptLostEvents,
		KeepOutbox: s.Outbox || s.Demo, SessionLength: s.SessionLength, SessionIdle: s.SessionIdle, SMSPerDay: s.SMSPerDay, PrivilegedIdle: s.AdminIdle,
		HideNetworks: !s.LogNetworks, MetricsElsewhere: s.MetricsListen != "",
		Reserve: reserve, PolicyAttempts: s.PolicyAttempts, PolicyPatience: s.PolicyPatience, TrustedProxies: s.TrustedProxy, Now: time.Now,
		Streams: s.Streams, StreamsOfAccount: s.CompanyStreams, Random: rand.Reader, Keys: rand.Reader,
	}
}

// serve serves the embedded log until ctx ends, where that is wanted. What it
// returns waits for that.
func (n *nodeServer) serve(ctx context.Context, log journal.Log, options esdbnode.Options, fail context.CancelCauseFunc, out *output) (wait func() error, err error) {
	local, embedded := log.(journal.Local)
	if n == nil || !embedded {
		return func() error { return nil }, nil
	}
	if err := n.over(local, options); err != nil { //nolint:contextcheck // because each call has a context of its own
		return nil, err
	}
	fmt.Fprintf(out.stdout, "The event log can be read by EventStoreDB's clients at %s\n", n.connection())
	done := make(chan error, 1)
	go func() { done <- n.run(ctx, fail) }()
	return func() error { return <-done }, nil
}

// watch ends the program when something that keeps something is broken: what is
// on the disk is then unknown until it is opened again.
func watch(ctx context.Context, broken func() error, fail context.CancelCauseFunc) {
	periodic.Run(ctx, time.Second,
		func(context.Context) error { return broken() },
		func(_ context.Context, err error) { fail(fmt.Errorf("start again: %w", err)) })
}

// unlessAsked is why a start failed; nil where that is that the program was asked to
// stop meanwhile, which is no failure.
func unlessAsked(asked context.Context, err error) error {
	if asked.Err() != nil && errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// brokenBy is what watch ended the program for; nil where it was asked to stop.
func brokenBy(ctx context.Context) error {
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// shortestOperatorToken is how many characters a token has that nobody guesses.
const shortestOperatorToken = 32

func errShortToken(which string) error {
	return fmt.Errorf("%s has at least %d characters, not counting blanks around them: take random ones, such as from openssl rand -hex 32", which, shortestOperatorToken)
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
	if token = strings.TrimSpace(string(text)); token == "" {
		return "", false, fmt.Errorf("%s is empty: remove it, and another token is made and printed, or name one with --operator-token", s.tokenFile())
	}
	if len(token) < shortestOperatorToken {
		return "", false, errShortToken("the operator token in " + s.tokenFile())
	}
	return token, true, nil
}

// keepToken keeps the token of a first start that went well, all of it or, where
// there is no space, nothing.
func (s *serve) keepToken(token string) error {
	err := os.WriteFile(s.tokenFile()+".new", []byte(token+"\n"), 0o600)
	if err == nil {
		err = os.Rename(s.tokenFile()+".new", s.tokenFile())
	}
	if err != nil {
		return fmt.Errorf("keep the operator token: %w", errors.Join(err, os.RemoveAll(s.tokenFile()+".new")))
	}
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
