package postgres_test

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
)

func TestRolesThatRowLevelSecurityDoesNotHoldFor(t *testing.T) {
	database := pgtest.New(t)
	t.Run("given one beside the tables' owner, it is refused", func(t *testing.T) {
		_, err := postgres.Open(t.Context(), postgres.Options{URL: database.Super, OwnerURL: database.Owner})
		require.ErrorContains(t, err, "is a superuser or has BYPASSRLS")
	})
	t.Run("given one alone, there is a warning", func(t *testing.T) {
		var told bytes.Buffer
		db, err := postgres.Open(t.Context(), postgres.Options{URL: database.Super, Logger: slog.New(slog.NewTextHandler(&told, nil))})
		require.NoError(t, err)
		db.Close()
		require.Equal(t, 1, bytes.Count(told.Bytes(), []byte("WARN")), told.String())
	})
}

func TestARoleThatMayMakeNoTables(t *testing.T) {
	_, err := postgres.Open(t.Context(), postgres.Options{URL: pgtest.New(t).App})
	require.ErrorContains(t, err, "--read-models-owner")
}

func TestTheRoleThatServesDeletesNothingThatMustLast(t *testing.T) {
	database := pgtest.New(t)
	vault := open(t, database).Vault()
	_, err := vault.Installation(t.Context())
	require.NoError(t, err)
	conn, err := pgx.Connect(t.Context(), database.App)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	for _, statement := range []string{
		"DELETE FROM vault.installation", "UPDATE vault.installation SET id = ''",
		"DELETE FROM vault.link_keys", "UPDATE vault.link_keys SET key = ''",
		"DELETE FROM vault.lookup_keys", "UPDATE vault.lookup_keys SET key = ''",
		"DELETE FROM vault.data_keys", "DELETE FROM vault.log", "DELETE FROM vault.moved",
	} {
		_, err := conn.Exec(t.Context(), statement)
		var refused *pgconn.PgError
		require.ErrorAs(t, err, &refused, statement)
		require.Equal(t, "42501", refused.Code, statement)
	}
}

func TestAServerThatIsNotThereYet(t *testing.T) {
	cluster, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Remove()) })
	database := pgtest.NewOn(t, cluster.URL())
	require.NoError(t, cluster.Crash(t.Context()))
	options := postgres.Options{URL: database.App, OwnerURL: database.Owner, Wait: time.Second}
	_, err = postgres.Open(t.Context(), options)
	require.ErrorContains(t, err, "for PostgreSQL")

	waiting := make(chan error, 1)
	told := tellsOf{said: make(chan struct{}, 1000)}
	options.Wait, options.Logger = time.Minute, slog.New(told)
	go func() {
		db, err := postgres.Open(t.Context(), options)
		if err == nil {
			db.Close()
		}
		waiting <- err
	}()
	<-told.said
	require.NoError(t, cluster.Start(t.Context()))
	require.NoError(t, <-waiting)
}

// tellsOf is a log handler that tells of each line.
type tellsOf struct {
	slog.Handler
	said chan struct{}
}

func (h tellsOf) Enabled(context.Context, slog.Level) bool { return true }

func (h tellsOf) Handle(context.Context, slog.Record) error {
	h.said <- struct{}{}
	return nil
}
