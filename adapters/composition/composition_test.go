package composition_test

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/composition"
	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/messaging"
	"github.com/usher-engine/usher/adapters/passwords"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections/memory"
)

// everybody is the parts of an Usher, with read models of its own.
func everybody(t *testing.T, base composition.Base, sent *mailbag) composition.Parts {
	t.Helper()
	progress, ok := base.Vault.(messaging.Progress)
	require.True(t, ok)
	return composition.Parts{Base: base, Models: memory.New(), Checkpoints: progress, Messenger: sent}
}

func simple() composition.Options {
	return composition.Options{Now: time.Now, Random: rand.Reader, SMSPerDay: 1, SessionLength: time.Hour}
}

// mailbag keeps what policies send.
type mailbag struct {
	mu   sync.Mutex
	sent []commands.Message
}

// Send implements commands.Messenger.
func (m *mailbag) Send(_ context.Context, message commands.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.sent = append(m.sent, message)
	return nil
}

func newBase(t *testing.T) composition.Base {
	t.Helper()
	vault, err := sqlite.OpenVault(t.Context(), filepath.Join(t.TempDir(), "vault.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, vault.Close()) })
	log, err := eventlog.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"), eventlog.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	base, err := composition.NewBase(log, vault, passwords.Cost{Passes: 1, MemoryKiB: 64, Threads: 1, Waiting: 10})
	require.NoError(t, err)
	return base
}

func newUsher(t *testing.T, base composition.Base, options composition.Options) *composition.Usher {
	t.Helper()
	usher, err := composition.New(t.Context(), everybody(t, base, &mailbag{}), options)
	require.NoError(t, err)
	return usher
}

func newApp(t *testing.T, base composition.Base) *commands.App {
	t.Helper()
	return newUsher(t, base, simple()).App
}

func found(t *testing.T, app *commands.App) commands.LogIn {
	t.Helper()
	company := commands.FoundAccount{
		Slug: "acme", Name: "Acme", Email: "ann@acme.example", FirstName: "Ann", LastName: "Admin", Password: "a passphrase of hers",
	}
	_, err := app.FoundAccount(t.Context(), commands.Request{Command: app.NewCommand(), Caller: commands.Operator()}, company)
	require.NoError(t, err)
	return commands.LogIn{Slug: "acme", Login: company.Email, Password: company.Password}
}

func TestAnAppOnALog(t *testing.T) {
	t.Run("given an account that one App founded, its founder can log in at another on the same base", func(t *testing.T) {
		base := newBase(t)
		login := found(t, newApp(t, base))
		in, err := newApp(t, base).LogIn(t.Context(), login)
		require.NoError(t, err)
		require.Equal(t, domain.RoleAdministrator, in.Role)
	})
	t.Run("given a log with events, a new App knows of all of them", func(t *testing.T) {
		base := newBase(t)
		require.True(t, newApp(t, base).Newest().IsZero())
		found(t, newApp(t, base))
		head, err := base.Log.Head(t.Context())
		require.NoError(t, err)
		require.Equal(t, head, newApp(t, base).Newest())
	})
	t.Run("given a store that something was put before, all appends go through it", func(t *testing.T) {
		base := newBase(t)
		counting := &counted{EventStore: base.Store}
		base.Store = counting
		found(t, newApp(t, base))
		require.Positive(t, counting.appends)
	})
	t.Run("given a log that cannot be reached, there is no App", func(t *testing.T) {
		base := newBase(t)
		base.Log = unavailable{base.Log}
		_, err := composition.New(t.Context(), everybody(t, base, &mailbag{}), simple())
		require.ErrorIs(t, err, journal.ErrUnavailable)
	})
	t.Run("given somebody who observes, each command is told, also of one more App", func(t *testing.T) {
		var names []string
		options := simple()
		options.Observe = func(ctx context.Context, began execution.Began) (context.Context, func(execution.Ended)) {
			names = append(names, began.Name)
			return ctx, func(execution.Ended) {}
		}
		usher := newUsher(t, newBase(t), options)
		another, err := usher.NewApp(t.Context(), usher.Base)
		require.NoError(t, err)
		found(t, another)
		require.Equal(t, []string{"account.found", "person.register_founder"}, names)
	})
}

func TestAnUsherOnALog(t *testing.T) {
	t.Run("given a company, its views and policies come to the log's end once started, and stop", func(t *testing.T) {
		base := newBase(t)
		usher := newUsher(t, base, simple())
		found(t, usher.App)
		usher.Start(context.WithoutCancel(t.Context()))
		require.NoError(t, usher.Settled(t.Context()))
		head, err := base.Log.Head(t.Context())
		require.NoError(t, err)
		for _, one := range append(usher.Projectors.Standings(), usher.Policies.Standings()...) {
			require.Equal(t, head, one.Position, one.Name)
		}
		require.NoError(t, usher.Close())
	})
	t.Run("given policies of one's own, they follow beside Usher's", func(t *testing.T) {
		seen := make(chan domain.EventType, 10)
		options := simple()
		options.Policies = func(own []messaging.Policy) []messaging.Policy {
			require.NotEmpty(t, own)
			return append(own, messaging.Policy{Name: "curious", Handle: func(_ context.Context, event domain.Recorded) error {
				seen <- event.Event.Type()
				return nil
			}})
		}
		usher := newUsher(t, newBase(t), options)
		found(t, usher.App)
		usher.Start(context.WithoutCancel(t.Context()))
		require.NoError(t, usher.Settled(t.Context()))
		require.NoError(t, usher.Close())
		require.Equal(t, domain.EventType("account.founded"), <-seen)
	})
}

// unavailable is a log that cannot say where it ends.
type unavailable struct{ journal.Log }

func (unavailable) Head(context.Context) (domain.Position, error) {
	return domain.Position{}, journal.ErrUnavailable
}

// counted is a store that counts what goes through it.
type counted struct {
	commands.EventStore
	appends int
}

func (c *counted) Append(ctx context.Context, stream domain.StreamName, expected domain.Expected, events []commands.Uncommitted) (commands.Appended, error) {
	c.appends++
	return c.EventStore.Append(ctx, stream, expected, events)
}
