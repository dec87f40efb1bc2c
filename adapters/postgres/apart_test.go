package postgres_test

import (
	"encoding/hex"
	"os"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres"
	"github.com/usher-engine/usher/adapters/postgres/pgtest"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

const nobody = "00000000000000000000000000000000"

// TestAccountsAreKeptApartByTheDatabase reads past Usher, as a query would that
// forgets for which account it asks.
func TestAccountsAreKeptApartByTheDatabase(t *testing.T) {
	database := pgtest.New(t)
	store := open(t, database).ReadModels()
	require.NoError(t, store.Apply(t.Context(), cards(), card(0, 1, "seen by its account")))
	mine := holder()
	for role, address := range map[string]string{"the role that serves": database.App, "the tables' owner": database.Owner} {
		conn, err := pgx.Connect(t.Context(), address)
		require.NoError(t, err)
		defer conn.Close(t.Context())
		for account, want := range map[string]int{"": 0, nobody: 1 /* the row that says that rows are there */, "11111111111111111111111111111111": 0, "%": 0, hex.EncodeToString(mine[:]): 1} {
			tx, err := conn.Begin(t.Context())
			require.NoError(t, err)
			if account != "" {
				_, err = tx.Exec(t.Context(), "SELECT set_config('usher.account', $1, true)", account)
				require.NoError(t, err)
			}
			var count int
			require.NoError(t, tx.QueryRow(t.Context(), "SELECT count(*) FROM readmodels.cards_v1_1").Scan(&count))
			require.Equal(t, want, count, "%s reads for account %q", role, account)
			changed, err := tx.Exec(t.Context(), "UPDATE readmodels.cards_v1_1 SET sort = 'x'")
			require.NoError(t, err)
			require.EqualValues(t, want, changed.RowsAffected(), "%s writes for account %q", role, account)
			require.NoError(t, tx.Rollback(t.Context()))
		}
		var left int
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT count(*) FROM readmodels.cards_v1_1").Scan(&left))
		require.Zero(t, left, "what a transaction said ends with it")
	}
}

// TestNothingPutsARowIntoAnotherAccount writes a row under another account's name.
func TestNothingPutsARowIntoAnotherAccount(t *testing.T) {
	database := pgtest.New(t)
	require.NoError(t, open(t, database).ReadModels().Apply(t.Context(), cards(), card(0, 1, "here")))
	conn, err := pgx.Connect(t.Context(), database.App)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), "SELECT set_config('usher.account', '00000000000000000000000000000000', false)")
	require.NoError(t, err)
	mine := holder()
	_, err = conn.Exec(t.Context(), "INSERT INTO readmodels.cards_v1_1 (account, id, sort, at, search, doc) VALUES ($1, 'two', 'two', '', '', '{}')", mine[:])
	require.ErrorContains(t, err, "row-level security")
}

func TestTheRoleThatServesChangesNoTables(t *testing.T) {
	database := pgtest.New(t)
	require.NoError(t, open(t, database).ReadModels().Apply(t.Context(), cards(), card(0, 1, "here")))
	conn, err := pgx.Connect(t.Context(), database.App)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	for _, statement := range []string{
		"ALTER TABLE readmodels.cards_v1_1 DISABLE ROW LEVEL SECURITY",
		"ALTER TABLE readmodels.cards_v1_1 NO FORCE ROW LEVEL SECURITY",
		"DROP POLICY own_account ON readmodels.cards_v1_1",
		"ALTER TABLE readmodels.editions ADD COLUMN more text",
		"DROP TABLE readmodels.cards_v1_1",
		"TRUNCATE readmodels.cards_v1_1",
		"CREATE TABLE readmodels.more (id int)",
		"CREATE TABLE vault.more (id int)",
		"CREATE TABLE public.more (id int)",
		"CREATE SCHEMA more",
		"DELETE FROM usher_migrations",
	} {
		_, err := conn.Exec(t.Context(), statement)
		var refused *pgconn.PgError
		require.ErrorAs(t, err, &refused, statement)
		require.Equal(t, "42501", refused.Code, "%s: %s", statement, refused.Message) // insufficient privilege
	}
}

func TestADatabaseFromBeforeStopsWereKept(t *testing.T) {
	database, at := pgtest.New(t), domain.Position{Commit: 3, Prepare: 3}
	older := open(t, database)
	require.NoError(t, older.Vault().SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at))
	older.Close()
	owner, err := pgx.Connect(t.Context(), database.Owner)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), "DROP TABLE vault.stops, vault.known_networks, vault.batches, vault.batch_rows, readmodels.found; DELETE FROM usher_migrations WHERE version_id >= 7")
	require.NoError(t, err)

	vault := open(t, database).Vault()
	found, err := vault.Checkpoint(t.Context(), "deliver")
	require.NoError(t, err)
	require.Equal(t, at, found)
	require.NoError(t, vault.SaveStop(t.Context(), "deliver", projections.Poison{Position: at}))
	require.NoError(t, vault.ForgetStop(t.Context(), "deliver", uuid.Nil), "the role that serves may")
}

func TestADatabaseFromBeforeAnswersWereKeptWithoutContacts(t *testing.T) {
	database := pgtest.New(t)
	older := open(t, database)
	kept := map[string]string{}
	for key, answer := range map[string]string{
		"invited": `{"results":[{"contact":"ben@mill.example","outcome":"invited","person":"p"},` +
			`{"contact":"+4915123456701","outcome":"refused","code":"number_block_limit","message":"numbers that begin with +4915123"}],"batch":"b","position":"42"}`,
		"other": `{"id":"1"}`,
	} {
		of := commands.IdempotencyKey{Account: domain.AccountID{1}, Scope: "ann", Key: key}
		_, err := older.Vault().BeginRequest(t.Context(), of, commands.IdempotencyRecord{})
		require.NoError(t, err)
		require.NoError(t, older.Vault().FinishRequest(t.Context(), of, 200, []byte(answer)))
	}
	older.Close()
	owner, err := pgx.Connect(t.Context(), database.Owner)
	require.NoError(t, err)
	defer owner.Close(t.Context())
	_, err = owner.Exec(t.Context(), "DROP TABLE vault.batches, vault.batch_rows, readmodels.found; DELETE FROM usher_migrations WHERE version_id >= 11")
	require.NoError(t, err)

	vault := open(t, database).Vault()
	for _, key := range []string{"invited", "other"} {
		record, err := vault.BeginRequest(t.Context(), commands.IdempotencyKey{Account: domain.AccountID{1}, Scope: "ann", Key: key}, commands.IdempotencyRecord{})
		require.NoError(t, err)
		kept[key] = string(record.Answer)
	}
	require.JSONEq(t, `{"results":[{"outcome":"invited","person":"p"},{"outcome":"refused","code":"number_block_limit"}],"batch":"b","position":"42"}`, kept["invited"])
	require.JSONEq(t, `{"id":"1"}`, kept["other"])
}

// TestManyOpenAnEmptyDatabaseAtOnce has one of them migrate, and all come up.
func TestManyOpenAnEmptyDatabaseAtOnce(t *testing.T) {
	database := pgtest.NewOn(t, os.Getenv(pgtest.Variable))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			db, err := postgres.Open(t.Context(), postgres.Options{URL: database.App, OwnerURL: database.Owner})
			if !assert.NoError(t, err) {
				return
			}
			defer db.Close()
			_, err = db.ReadModels().Position(t.Context(), cards())
			assert.NoError(t, err)
		})
	}
	group.Wait()
	all, err := open(t, database).ReadModels().Editions(t.Context())
	require.NoError(t, err)
	require.Len(t, all, 1)
}
