package postgres_test

import (
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/commands/limits"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// TestAPoolerInBetween has many use the stores at once through a PgBouncer that
// gives each transaction another connection, or each session one.
func TestAPoolerInBetween(t *testing.T) {
	for _, settings := range [][]string{
		{"pool_mode = transaction", "default_pool_size = 3"},
		{"pool_mode = session"},
		{"pool_mode = transaction", "ignore_startup_parameters = lock_timeout, statement_timeout, idle_in_transaction_session_timeout, usher.session"},
	} {
		t.Run("given "+strings.Join(settings, ", "), func(t *testing.T) {
			pooler := pgtest.StartPooler(t, os.Getenv(pgtest.Variable), settings...)
			db := open(t, pooler.Before(pgtest.New(t)))
			vault, models := db.Vault(), db.ReadModels()
			require.NoError(t, models.Apply(t.Context(), cards(), card(0, 1, "seen by its account")))
			writers := newWriters(t, vault)
			var group sync.WaitGroup
			for n := range 8 {
				group.Go(func() {
					person := domain.PersonID{byte(n + 1)}
					for range 20 {
						assert.NoError(t, vault.EnsureDataKeys(t.Context(), []domain.PersonID{person, {99}}))
						keys, err := vault.DataKeys(t.Context(), []domain.PersonID{person, {99}})
						assert.NoError(t, err)
						assert.Len(t, keys, 2)
						rows, _, err := models.Find(t.Context(), cards(), projections.Query{Account: holder(), Limit: 10})
						assert.NoError(t, err)
						assert.Len(t, rows, 1)
						rows, _, err = models.Find(t.Context(), cards(), projections.Query{Account: domain.AccountID{2}, Limit: 10})
						assert.NoError(t, err)
						assert.Empty(t, rows, "what a transaction said of its account ends with it")
						assert.NoError(t, vault.ChangeCounters(t.Context(), []limits.Key{{1}}, func(counters map[limits.Key]limits.Counter) {
							counter := counters[limits.Key{1}]
							counters[limits.Key{1}] = limits.Counter{Used: counter.Used + 1, Until: time.Now().Add(time.Hour)}
						}))
						_, err = db.Leases().Instances(t.Context(), time.Minute)
						assert.NoError(t, err)
					}
				})
			}
			group.Wait()
			writers.answered(t, 1)
			writers.end(t)
			require.NoError(t, vault.ChangeCounters(t.Context(), []limits.Key{{1}}, func(counters map[limits.Key]limits.Counter) {
				assert.Equal(t, 160, counters[limits.Key{1}].Used)
			}))
		})
	}
}

// TestAPoolerThatIsNoticedLate stands in front of a server whose sessions all have
// what Usher gives its own, so that it prepares statements, which are at another
// connection then, or there already.
func TestAPoolerThatIsNoticedLate(t *testing.T) {
	server := os.Getenv(pgtest.Variable)
	database := pgtest.NewOn(t, server)
	address, err := url.Parse(database.Super)
	require.NoError(t, err)
	execute(t, database.Super, "ALTER DATABASE "+strings.TrimPrefix(address.Path, "/")+" SET usher.session = 'kept'")
	pooler := pgtest.StartPooler(t, server, append(pgtest.Unprepared(t), "pool_mode = transaction", "default_pool_size = 3",
		"ignore_startup_parameters = lock_timeout, statement_timeout, idle_in_transaction_session_timeout, usher.session")...)
	db := open(t, pgtest.Database{Owner: database.Owner, App: pooler.Before(database).App})
	vault, models := db.Vault(), db.ReadModels()
	writers := newWriters(t, vault) // which are told that it passes, if anything
	use := func(t *testing.T) (told int) {
		t.Helper()
		for n := range 40 {
			_, err := vault.DataKeys(t.Context(), []domain.PersonID{{byte(n + 1)}})
			if err == nil {
				_, _, err = models.Find(t.Context(), cards(), projections.Query{Account: holder(), Limit: 10})
			}
			if err != nil {
				require.True(t, journal.Away(err), "it passes: %v", err)
				told++
			}
		}
		return told
	}
	use(t)
	writers.answered(t, 1)
	require.Zero(t, use(t), "no statement is prepared any more")
	writers.end(t)
}

// TestAConnectionThatIsRefused is told as what it is, and at once where waiting
// would not help.
func TestAConnectionThatIsRefused(t *testing.T) {
	server := os.Getenv(pgtest.Variable)
	database := pgtest.New(t)
	pooler := pgtest.StartPooler(t, server, "pool_mode = transaction")
	full := pgtest.StartPooler(t, server, "pool_mode = session", "max_client_conn = 0")
	for name, c := range map[string]struct {
		address string
		change  func(*url.URL)
		told    string
	}{
		"a startup parameter that a pooler does not know": {pooler.Before(database).App, query("geqo", "off"), "the server, or a pooler in front of it, refuses the startup parameter geqo; take it out of the connection string: "},
		"a startup parameter that the server does not":    {database.App, query("no_such_setting", "1"), "the server refuses a startup parameter of the connection string: "},
		"a role that a pooler does not know":              {pooler.Before(database).App, user("nobody"), "a pooler in front of the server does not know the role: "},
		"a wrong password":                                {pooler.Before(database).App, password("wrong"), "a pooler in front of the server does not take the password"},
		"a database that is not there":                    {database.App, named("/elsewhere"), "there is no such database: "},
		"TLS that a pooler does not have":                 {pooler.Before(database).App, query("sslmode", "require"), "the server has no TLS, which the connection string demands (sslmode): "},
		"TLS that the server does not have":               {database.App, query("sslmode", "require"), "the server has no TLS, which the connection string demands (sslmode): "},
		"a pooler that has no place":                      {full.Before(database).App, func(*url.URL) {}, "the server, or a pooler in front of it, refuses the connection: "},
	} {
		t.Run("given "+name, func(t *testing.T) {
			parsed, err := url.Parse(c.address)
			require.NoError(t, err)
			c.change(parsed)
			_, err = postgres.Open(t.Context(), postgres.Options{URL: parsed.String(), OwnerURL: database.Owner})
			require.ErrorContains(t, err, c.told)
			require.NotContains(t, err.Error(), "waited")
		})
	}
}

func query(name, value string) func(*url.URL) {
	return func(address *url.URL) {
		values := address.Query()
		values.Set(name, value)
		address.RawQuery = values.Encode()
	}
}

func user(name string) func(*url.URL) {
	return func(address *url.URL) { address.User = url.UserPassword(name, "any") }
}

func password(text string) func(*url.URL) {
	return func(address *url.URL) { address.User = url.UserPassword(address.User.Username(), text) }
}

func named(path string) func(*url.URL) { return func(address *url.URL) { address.Path = path } }
