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

// A database is given what is to be before it, and a store is opened there.
type before func(pgtest.Database) pgtest.Database

func TestReadModels(t *testing.T)           { inBetween(t, before.readModels) }
func TestEditions(t *testing.T)             { inBetween(t, before.editions) }
func TestReadModelsBesideALog(t *testing.T) { inBetween(t, before.besideALog) }
func TestVault(t *testing.T)                { inBetween(t, before.vault) }
func TestLeases(t *testing.T)               { inBetween(t, before.leases) }

// inBetween runs a suite with nothing before the server, and in make soak with a
// PgBouncer that gives each transaction another connection.
func inBetween(t *testing.T, suite func(before, *testing.T)) {
	t.Helper()
	suite(func(database pgtest.Database) pgtest.Database { return database }, t)
	if _, soak := os.LookupEnv("USHER_SOAK"); soak {
		pooler := pgtest.StartPooler(t, os.Getenv(pgtest.Variable), "pool_mode = transaction")
		t.Run("through a pooler", func(t *testing.T) { suite(pooler.Before, t) })
	}
}

func (b before) open(t *testing.T) *postgres.DB {
	t.Helper()
	return open(t, b(pgtest.New(t)))
}

func (b before) readModels(t *testing.T) {
	storetest.ReadModels(t, func(t *testing.T) projections.Store { return b.open(t).ReadModels() })
}

func (b before) editions(t *testing.T) {
	storetest.Editions(t, func(t *testing.T) projections.Editions { return b.open(t).ReadModels() })
}

func (b before) besideALog(t *testing.T) {
	storetest.ReadModelsBesideALog(t, func(t *testing.T) storetest.BesideALog { return b.open(t).ReadModels() })
}

func (b before) vault(t *testing.T) {
	databases := map[string]pgtest.Database{} // by the folder that stands for them
	storetest.Vault(t, func(t *testing.T, folder string) storetest.KeptVault {
		if _, known := databases[folder]; !known {
			databases[folder] = b(pgtest.New(t))
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
