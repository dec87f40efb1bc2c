package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/moving/vaults"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
)

// TestWhoeverReadsRowsMayBeSlow takes longer over a row than the server waits for others
// between two statements, as one does who writes each to a slow disk.
func TestWhoeverReadsRowsMayBeSlow(t *testing.T) {
	t.Parallel()
	database := pgtest.New(t)
	vault := open(t, database).Vault()
	_, err := vault.Installation(t.Context())
	require.NoError(t, err)
	elsewhere, err := pgx.Connect(t.Context(), database.Owner)
	require.NoError(t, err)
	defer elsewhere.Close(t.Context())
	read := 0
	require.NoError(t, vault.Rows(t.Context(), vaults.Table{Name: "installation", Columns: []string{"id"}}, func(vaults.Row) error {
		read++
		_, err := elsewhere.Exec(t.Context(), "SELECT pg_sleep(4)")
		return err
	}))
	require.Equal(t, 1, read)
}
