package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/adapters/storetest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// TestReadModelsThatSomebodyElseEmptied has an operator at the schema while the
// store is open.
func TestReadModelsThatSomebodyElseEmptied(t *testing.T) {
	var database pgtest.Database
	begin := func(t *testing.T) projections.Editions {
		t.Helper()
		database = pgtest.New(t)
		return open(t, database).ReadModels()
	}
	by := func(sql string) func(*testing.T, projections.Editions) projections.Editions {
		return func(t *testing.T, store projections.Editions) projections.Editions {
			t.Helper()
			execute(t, database.Super, sql)
			return store
		}
	}
	storetest.Lost(t, begin, map[string]func(*testing.T, projections.Editions) projections.Editions{
		"a table that was truncated": by("TRUNCATE readmodels.guests_v1_1"),
		"a position that was lost":   by("UPDATE readmodels.editions SET position_commit = 0, position_prepare = 0"),
		"an older position":          by("UPDATE readmodels.editions SET position_commit = 4, position_prepare = 4"),
		"no table any more":          by("DROP TABLE readmodels.guests_v1_1"),
		"no editions":                by("TRUNCATE readmodels.editions"),
		"no table of editions":       by("DROP TABLE readmodels.editions"),
		"no schema":                  by("DROP SCHEMA readmodels CASCADE"),
		"a schema with nothing in it": by("DO $$ DECLARE whose text := (SELECT nspowner::regrole FROM pg_namespace WHERE nspname = 'readmodels');" +
			" BEGIN DROP SCHEMA readmodels CASCADE; EXECUTE 'CREATE SCHEMA readmodels AUTHORIZATION ' || whose; END $$"),
		"another instance that has mended": func(t *testing.T, store projections.Editions) projections.Editions {
			t.Helper()
			execute(t, database.Super, "DROP SCHEMA readmodels CASCADE")
			_, err := open(t, database).ReadModels().Editions(t.Context())
			require.NoError(t, err)
			return store
		},
	})
}

func TestADatabaseWhoseReadModelsWereDroppedIsOpened(t *testing.T) {
	database := pgtest.New(t)
	before := open(t, database)
	require.NoError(t, before.ReadModels().Apply(t.Context(), cards(), card(0, 1, "here")))
	before.Close()
	execute(t, database.Super, "DROP SCHEMA readmodels CASCADE")
	after := open(t, database)
	position, err := after.ReadModels().Position(t.Context(), cards())
	require.NoError(t, err)
	require.Equal(t, domain.Position{}, position)
	held, err := after.Leases().Hold(t.Context(), []string{"work"}, 1, 1)
	require.NoError(t, err)
	require.Equal(t, []string{"work"}, held)
}

func TestLeasesThatWereDroppedAreMadeAnew(t *testing.T) {
	database := pgtest.New(t)
	leases := open(t, database).Leases()
	execute(t, database.Super, "DROP TABLE readmodels.leases")
	count, err := leases.Instances(t.Context(), 1_000_000_000)
	require.NoError(t, err)
	require.Equal(t, 1, count)
}

func execute(t *testing.T, address, sql string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), sql)
	require.NoError(t, err)
}
