package vaults_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/adapters/storetest"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestCopy(t *testing.T) {
	t.Run("SQLite and PostgreSQL", func(t *testing.T) { storetest.VaultMoves(t, inSQLite, inPostgres) })
	t.Run("PostgreSQL and SQLite", func(t *testing.T) { storetest.VaultMoves(t, inPostgres, inSQLite) })
}

func inSQLite(t *testing.T) storetest.MovableVault {
	t.Helper()
	vault, err := sqlite.OpenVault(t.Context(), filepath.Join(t.TempDir(), "vault.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, vault.Close()) })
	return vault
}

func inPostgres(t *testing.T) storetest.MovableVault {
	t.Helper()
	database := pgtest.New(t)
	db, err := postgres.Open(t.Context(), postgres.Options{URL: database.Owner})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db.Vault()
}
