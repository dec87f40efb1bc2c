package postgres_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/projections"
)

func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }

func TestReadModels(t *testing.T) {
	storetest.ReadModels(t, func(t *testing.T) projections.Store {
		return open(t, pgtest.New(t)).ReadModels()
	})
}

func TestEditions(t *testing.T) {
	storetest.Editions(t, func(t *testing.T) projections.Editions {
		return open(t, pgtest.New(t)).ReadModels()
	})
}

func TestReadModelsBesideALog(t *testing.T) {
	storetest.ReadModelsBesideALog(t, func(t *testing.T) storetest.BesideALog { return open(t, pgtest.New(t)).ReadModels() })
}

func TestVault(t *testing.T) {
	databases := map[string]pgtest.Database{} // by the folder that stands for them
	storetest.Vault(t, func(t *testing.T, folder string) storetest.KeptVault {
		if _, known := databases[folder]; !known {
			databases[folder] = pgtest.New(t)
		}
		return open(t, databases[folder]).Vault()
	})
}

func open(t *testing.T, database pgtest.Database) *postgres.DB {
	t.Helper()
	db, err := postgres.Open(t.Context(), postgres.Options{URL: database.App, OwnerURL: database.Owner})
	require.NoError(t, err)
	t.Cleanup(db.Close)
	return db
}
