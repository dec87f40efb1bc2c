package pgtest_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestADatabaseIsOnesOwn(t *testing.T) {
	for range 2 {
		database := pgtest.New(t)
		owner, err := pgx.Connect(t.Context(), database.Owner)
		require.NoError(t, err)
		_, err = owner.Exec(t.Context(), "CREATE TABLE things (id int); INSERT INTO things VALUES (1)")
		require.NoError(t, err)
		require.NoError(t, owner.Close(t.Context()))

		app, err := pgx.Connect(t.Context(), database.App)
		require.NoError(t, err)
		_, err = app.Exec(t.Context(), "SELECT * FROM things")
		require.ErrorContains(t, err, "permission denied")
		require.NoError(t, app.Close(t.Context()))
	}
}

func TestAClusterKeepsWhatWasCommittedOverACrash(t *testing.T) {
	cluster, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, cluster.Remove()) }()
	conn, err := pgx.Connect(t.Context(), cluster.URL())
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "CREATE TABLE things (id int); INSERT INTO things VALUES (42)")
	require.NoError(t, err)

	require.NoError(t, cluster.Restart(t.Context()))
	require.Error(t, conn.Ping(t.Context()))
	conn, err = pgx.Connect(t.Context(), cluster.URL())
	require.NoError(t, err)
	var id int
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT id FROM things").Scan(&id))
	require.Equal(t, 42, id)
	require.NoError(t, conn.Close(t.Context()))
}
