package httpapitest

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/contacts"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/httpapi"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/lookup"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/policies"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/catalogue"
)

const (
	// OperatorToken founds accounts and changes plans.
	OperatorToken = "the operator's token, for tests"
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
	// WaitLimit is how long lists wait for a position; zero means 5 s.
	WaitLimit time.Duration
	// PasswordCost is what passwords cost; zero means next to nothing.
	PasswordCost passwords.Cost
	// Projectors stand between the API and its views; nil for none.
	Projectors func(httpapi.Projectors) httpapi.Projectors
}

// Usher is one running.
type Usher struct {
	URL string
	App *commands.App
	// Views says how far the read models are.
	Views *messaging.Projectors

	server   *httptest.Server
	policies *messaging.Policies
	// Log is what is behind it all.
	Log   journal.Log
	clock *clock
	stop  []func() error
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
	events, err := codec.New(vault)
	require.NoError(t, err)

	u.Views = messaging.NewProjectors(log, events, rows, catalogue.All(), options.Logger)
	u.App = commands.NewApp(commands.Ports{
		Store: journal.NewStore(log, events), Vault: vault, Texts: contacts.New(),
		Passwords: passwords.New(options.PasswordCost),
		Directory: lookup.People{Reader: rows, Views: u.Views}, Invitees: lookup.Invitees{Reader: rows, Views: u.Views}, Deadlines: lookup.Deadlines{Reader: rows, Views: u.Views}, Seats: lookup.Seats{Reader: rows}, Now: u.Now, Random: rand.Reader, SessionLength: 12 * time.Hour, SessionIdle: options.SessionIdle, SMSPerDay: 50_000, Unanswered: func(context.Context, commands.Unanswered) {},
	})
	kept := outbox.New(vault)
	var follow []messaging.Policy
	for _, policy := range policies.All(u.App, kept) {
		follow = append(follow, messaging.Policy(policy))
	}
	u.policies = messaging.NewPolicies(log, events, vault, follow, options.Logger)
	u.Views.Share(rows, messaging.Alone{})
	u.Views.Skip(u.App.Skipped)
	u.policies.Skip(u.App.Skipped)
	u.Views.Start(ctx)
	u.stop = append(u.stop, u.Views.Close)
	u.policies.Start(ctx)
	u.stop = append(u.stop, u.policies.Close)
	u.serve(t, options, rows, events, vault, kept)
}

func (u *Usher) serve(t testing.TB, options Options, rows *sqlite.ReadModels, events *codec.Codec, vault *sqlite.Vault, kept *outbox.Outbox) {
	t.Helper()
	config := httpapi.Config{
		App: u.App, Reader: rows, Projectors: followers{u.Views, u.policies, rows}, History: events,
		Secrets:       commands.Secrets{Keyring: vault, LinkBase: PublicURL + "/join/"},
		OperatorToken: OperatorToken, PublicURL: PublicURL, Logger: options.Logger, Metrics: prometheus.NewRegistry(),
		Ready: func(ctx context.Context) error {
			_, err := u.Log.Head(ctx)
			return err
		},
		Settled: u.policies.Settled, Now: u.Now, WaitLimit: options.WaitLimit,
	}
	if !options.WithoutOutbox {
		config.Outbox = pages{kept}
	}
	if options.Projectors != nil {
		config.Projectors = options.Projectors(config.Projectors)
	}
	handler, err := httpapi.New(config)
	require.NoError(t, err)
	u.server = httptest.NewServer(handler)
	u.URL = u.server.URL
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
	require.NoError(t, u.policies.Close())
}

// Settled waits until policies and views have taken in everything.
func (u *Usher) Settled(t testing.TB) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	for {
		head, err := u.Log.Head(ctx)
		require.NoError(t, err)
		require.NoError(t, u.policies.Settled(ctx, head))
		for _, view := range catalogue.All() {
			require.NoError(t, u.Views.Wait(ctx, view.Name(), head))
		}
		if now, err := u.Log.Head(ctx); err == nil && now == head {
			return
		}
	}
}

// Now is the time that the Usher believes it is.
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

// followers is the views and policies as the API has them.
type followers struct {
	*messaging.Projectors
	policies *messaging.Policies
	rows     *sqlite.ReadModels
}

func (f followers) Standings(ctx context.Context) ([]httpapi.Standing, error) {
	editions, err := f.rows.Editions(ctx)
	var all []httpapi.Standing
	for _, one := range f.Status() {
		all = append(all, httpapi.Standing{Name: one.Name, Version: one.Version, Position: one.Position, Stopped: one.Stopped})
		for _, edition := range editions {
			if edition.View == one.Name {
				all[len(all)-1].Editions = append(all[len(all)-1].Editions, edition)
			}
		}
	}
	for _, one := range f.policies.Status() {
		all = append(all, httpapi.Standing{Name: one.Name, Policy: true, Position: one.Position, Stopped: one.Stopped})
	}
	return all, err
}

func (f followers) Drop(ctx context.Context, edition projections.Edition) error {
	return f.Discard(ctx, edition.View, edition.Number)
}
