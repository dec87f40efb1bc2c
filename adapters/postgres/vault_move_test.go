package postgres_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/adapters/storetest"
)

func TestVaultTables(t *testing.T) {
	database := pgtest.New(t)
	open(t, database)
	conn, err := pgx.Connect(t.Context(), database.Super)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'vault' AND column_name <> 'one'")
	require.NoError(t, err)
	found := map[string][]string{}
	var table, column string
	_, err = pgx.ForEachRow(rows, []any{&table, &column}, func() error {
		found[table] = append(found[table], column)
		return nil
	})
	require.NoError(t, err)
	storetest.RequireVaultTables(t, found)
}

func TestLiving(t *testing.T) {
	db := open(t, pgtest.New(t))
	leases := db.Leases()
	living, err := db.Living(t.Context())
	require.NoError(t, err)
	require.Zero(t, living)
	_, err = leases.Instances(t.Context(), time.Minute)
	require.NoError(t, err)
	living, err = db.Living(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, living)
	require.NoError(t, leases.Leave(t.Context()))
	living, err = db.Living(t.Context())
	require.NoError(t, err)
	require.Zero(t, living)
}
