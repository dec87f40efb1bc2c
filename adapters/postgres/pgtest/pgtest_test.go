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

func TestAReplicaFollowsAndTakesOver(t *testing.T) {
	primary, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, primary.Remove()) }()
	replica, err := primary.Replica(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, replica.Remove()) }()
	both, err := pgtest.Both(primary.URL(), replica)
	require.NoError(t, err)
	write := func(sql string) error {
		conn, err := pgx.Connect(t.Context(), both)
		if err != nil {
			return err
		}
		defer conn.Close(t.Context())
		_, err = conn.Exec(t.Context(), sql)
		return err
	}
	require.NoError(t, write("CREATE TABLE things (id int); INSERT INTO things VALUES (42)"))
	require.NoError(t, replica.CaughtUp(t.Context(), primary))
	require.NoError(t, primary.Demote(t.Context()))
	require.Error(t, write("INSERT INTO things VALUES (43)"), "nobody can be written to")
	require.NoError(t, replica.Promote(t.Context()))
	require.NoError(t, write("INSERT INTO things VALUES (43)"))
	require.NoError(t, primary.Crash(t.Context()))
	require.NoError(t, write("UPDATE things SET id = 44 WHERE id = 42"), "what the old one had is there")
	require.NoError(t, primary.Start(t.Context()))
}
