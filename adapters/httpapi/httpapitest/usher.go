package httpapitest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/adapters/periodic"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

const (
	// OperatorToken founds accounts and changes plans.
	OperatorToken = "the operator's token, for tests"
	// catchUp is how long a question waits on a busy machine, so that what a test has done
	// shows in what it asks for.
	catchUp = 10 * time.Second

	// PublicURL is what links begin with, whatever address the server has.
	PublicURL = "https://usher.example"
)

// Options are what a test can have otherwise; the zero value is for most.
type Options struct {
	// Data is a folder that may have been used before; empty for a new one.
	Data string
	// Logger is where the log lines go; nil for nowhere.
	Logger *slog.Logger
	// WithoutOutbox makes a server that keeps no messages.
	WithoutOutbox bool
	// SessionIdle is how long sessions last without use; zero for as long as any.
	SessionIdle time.Duration
	// PrivilegedIdle is the same for administrators and auditors.
	PrivilegedIdle time.Duration
	// WaitLimit is how long lists wait for a position; zero means 5 s.
	WaitLimit time.Duration
	// PasswordCost is what passwords cost; zero means next to nothing.
	PasswordCost passwords.Cost
	// Streams and StreamsOfAccount are how many may be open; zero for many.
	Streams, StreamsOfAccount int
	// RowsAtOnce is how many rows of a CSV are read at a time; zero for many.
	RowsAtOnce int
	// Projectors stand between the API and its views; nil for none.
	Projectors func(httpapi.Projectors) httpapi.Projectors
	// Pages makes the face for people, of what the API is made of; nil for none.
	Pages func(httpapi.Config) httpapi.Pages
}

// Usher is one running.
type Usher struct {
	URL  string
	App  *commands.App
	Base composition.Base // what App stands on
	Log  journal.Log      // what is behind it all
	// Rows are the read models, and Views says how far they are.
	Rows  projections.Reader
	Views *messaging.Projectors

	whole    *composition.Usher
	policies gate
	batches  held
	server   *httptest.Server
	clock    *clock
	stop     []func() error
}

// Start starts an Usher that is stopped at the test's end.
func Start(t testing.TB, options Options) *Usher {
	t.Helper()
	if options.Data == "" {
		options.Data = t.TempDir()
	}
	if options.PasswordCost == (passwords.Cost{}) {
		options.PasswordCost = passwords.Cost{Passes: 1, MemoryKiB: 64, Threads: 1, Waiting: 1000}
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	u := &Usher{clock: &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}}
	t.Cleanup(func() { u.Stop(t) })
	u.start(t, options)
	return u
}

func (u *Usher) start(t testing.TB, options Options) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context())
	vault, err := sqlite.OpenVault(ctx, filepath.Join(options.Data, "vault.db"))
	require.NoError(t, err)
	u.stop = append(u.stop, vault.Close)
	log, err := eventlog.Open(ctx, filepath.Join(options.Data, "log.db"), eventlog.Options{Now: u.Now})
	require.NoError(t, err)
	u.Log, u.stop = log, append(u.stop, log.Close)
	rows, err := sqlite.OpenReadModels(ctx, filepath.Join(options.Data, "readmodels.db"), nil)
	require.NoError(t, err)
	u.stop = append(u.stop, rows.Close)
	u.Base, err = composition.NewBase(log, vault, options.PasswordCost)
	require.NoError(t, err)
	kept := outbox.New(vault)
	u.whole, err = composition.New(ctx, composition.Parts{Base: u.Base, Models: rows, Checkpoints: vault, Messenger: kept}, composition.Options{
		Logger: options.Logger, Now: u.Now, Random: rand.Reader, SMSPerDay: 50_000, SessionLength: 12 * time.Hour, SessionIdle: options.SessionIdle, PrivilegedIdle: options.PrivilegedIdle,
		Policies: u.policies.before,
	})
	require.NoError(t, err)
	u.App, u.Rows, u.Views = u.whole.App, u.whole.Projectors.Rows(), u.whole.Projectors
	u.whole.Start(ctx)
	u.stop = append(u.stop, u.whole.Close, periodic.Start(ctx, 20*time.Millisecond, u.batches.before(u.whole.InviteWaiting), func(context.Context, error) {}))
	u.serve(t, options, rows, vault, kept)
}

func (u *Usher) serve(t testing.TB, options Options, rows *sqlite.ReadModels, vault *sqlite.Vault, kept *outbox.Outbox) {
	t.Helper()
	config := httpapi.Config{
		App: u.App, Reader: u.Rows, Projectors: u.whole.Followers(rows), History: u.Base.Events, Requests: vault,
		Secrets:       commands.Secrets{Keyring: vault, LinkBase: PublicURL + "/join/"},
		OperatorToken: OperatorToken, PublicURL: PublicURL, Logger: options.Logger, Metrics: prometheus.NewRegistry(),
		Ready: func(ctx context.Context) error {
			_, err := u.Log.Head(ctx)
			return err
		},
		SetAside: u.whole.SetAside, Settled: u.whole.Policies.Settled, Now: u.Now, WaitLimit: options.WaitLimit, CatchUp: catchUp,
		Streams: options.Streams, StreamsOfAccount: options.StreamsOfAccount, RowsAtOnce: options.RowsAtOnce,
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, // so that Client.From is believed
	}
	if !options.WithoutOutbox {
		config.Outbox = outbox.Pages{Outbox: kept}
	}
	if options.Projectors != nil {
		config.Projectors = options.Projectors(config.Projectors)
	}
	if options.Pages != nil {
		config.Pages = options.Pages(config)
	}
	handler, err := httpapi.New(config)
	require.NoError(t, err)
	u.server = httptest.NewServer(handler)
	u.URL = u.server.URL
}

// Another returns an App on the same log and read models, as another instance has it.
// Change puts something before what it stands on.
func (u *Usher) Another(t testing.TB, change func(*composition.Base)) *commands.App {
	t.Helper()
	base := u.Base
	change(&base)
	app, err := u.whole.NewApp(t.Context(), base)
	require.NoError(t, err)
	return app
}

// Stop stops the Usher; its folder can be used again.
func (u *Usher) Stop(t testing.TB) {
	t.Helper()
	if u.server != nil {
		u.server.Close()
		u.server = nil
	}
	for i := len(u.stop) - 1; i >= 0; i-- {
		require.NoError(t, u.stop[i]())
	}
	u.stop = nil
}

// StopPolicies lets events be followed up no more.
func (u *Usher) StopPolicies(t testing.TB) {
	t.Helper()
	u.policies.close()
}

// HoldBatches keeps bulk invitations from going on until the function that it returns is
// called.
func (u *Usher) HoldBatches() (release func()) {
	u.batches.Lock()
	return u.batches.Unlock
}

// held is what can be held up.
type held struct{ sync.Mutex }

func (h *held) before(do func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		h.Lock()
		defer h.Unlock()
		return do(ctx)
	}
}

// Settled waits until policies and views have taken in everything.
func (u *Usher) Settled(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	require.NoError(t, u.whole.Settled(ctx))
}

// Now returns the time that the Usher believes it is.
func (u *Usher) Now() time.Time { return u.clock.read() }

// Advance moves the clock on.
func (u *Usher) Advance(by time.Duration) { u.clock.advance(by) }

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// gate lets policies act until it is closed.
type gate struct {
	mu     sync.RWMutex
	closed bool
}

// close waits for those that act.
func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.closed = true
}

// before has policies go through the gate, event by event.
func (g *gate) before(policies []messaging.Policy) []messaging.Policy {
	for i, policy := range policies {
		policies[i].Handle = func(ctx context.Context, event domain.Recorded) error {
			g.mu.RLock()
			defer g.mu.RUnlock()
			if g.closed {
				<-ctx.Done()
				return ctx.Err()
			}
			return policy.Handle(ctx, event)
		}
	}
	return policies
}
