package storetest

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/moving/vaults"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// MovableVault is a vault that can be copied to another kind of database.
type MovableVault interface {
	KeptVault
	vaults.Vault
}

// VaultMoves copies vaults from one kind of database to another and back. Each
// function opens a new one.
func VaultMoves(t *testing.T, here, there func(*testing.T) MovableVault) {
	quiet := func(vaults.Progress) {}
	t.Run("given a vault full of everything, it is the same there and back", func(t *testing.T) {
		first := here(t)
		fillVault(t, first)
		second, third := there(t), here(t)
		var seen vaults.Progress
		receipt, err := vaults.Copy(t.Context(), first, second, func(p vaults.Progress) { seen = p })
		require.NoError(t, err)
		require.True(t, receipt.Copied)
		require.Equal(t, seen.From, seen.Rows)
		for _, one := range receipt.Tables {
			require.NotZero(t, one.Rows, "%s has rows, or this test says nothing of it", one.Table)
		}
		_, err = vaults.Copy(t.Context(), second, third, quiet)
		require.NoError(t, err)
		want := everything(t, first)
		require.Equal(t, want, everything(t, second))
		require.Equal(t, want, everything(t, third))
		requireFilled(t, first, second)
		requireFilled(t, first, third)

		again, err := vaults.Copy(t.Context(), first, second, quiet)
		require.NoError(t, err)
		require.False(t, again.Copied)
		require.Equal(t, receipt.Tables, again.Tables)
	})
	t.Run("given a copy that was stopped, the next begins anew, and takes what changed", func(t *testing.T) {
		source, target := here(t), there(t)
		fillVault(t, source)
		for _, table := range vaults.Tables()[:5] {
			require.NoError(t, target.Insert(t.Context(), table, everything(t, source)[table.Name]))
		}
		require.NoError(t, source.EraseDataKey(t.Context(), person(7)))
		require.NoError(t, source.EndSession(t.Context(), digest(1)))
		_, err := vaults.Copy(t.Context(), source, target, quiet)
		require.NoError(t, err)
		require.Equal(t, everything(t, source), everything(t, target))
	})
	t.Run("given a target that is in use, it is left as it is", func(t *testing.T) {
		source, target := here(t), there(t)
		fillVault(t, source)
		_, err := target.Installation(t.Context())
		require.NoError(t, err)
		before := everything(t, target)
		_, err = vaults.Copy(t.Context(), source, target, quiet)
		require.ErrorIs(t, err, vaults.ErrAnother)
		require.Equal(t, before, everything(t, target))
	})
	t.Run("given a vault that has moved, it says where it is", func(t *testing.T) {
		vault := there(t)
		for _, place := range []string{"", "embedded:/here", "postgres://there/usher", ""} {
			require.NoError(t, vault.SetMovedTo(t.Context(), place))
			found, err := vault.MovedTo(t.Context())
			require.NoError(t, err)
			require.Equal(t, place, found)
		}
	})
	t.Run("given a source that was never used, it refuses", func(t *testing.T) {
		_, err := vaults.Copy(t.Context(), here(t), there(t), quiet)
		require.ErrorIs(t, err, vaults.ErrUnused)
	})
}

func everything(t *testing.T, vault vaults.Vault) map[string][]vaults.Row {
	t.Helper()
	all := map[string][]vaults.Row{}
	for _, table := range vaults.Tables() {
		require.NoError(t, vault.Rows(t.Context(), table, func(row vaults.Row) error {
			all[table.Name] = append(all[table.Name], row)
			return nil
		}))
		count, err := vault.Count(t.Context(), table)
		require.NoError(t, err)
		require.Len(t, all[table.Name], int(count))
	}
	return all
}

func fillVault(t *testing.T, vault MovableVault) {
	t.Helper()
	_, err := vault.Installation(t.Context())
	require.NoError(t, err)
	_, err = vault.LinkKeys(t.Context())
	require.NoError(t, err)
	var people []domain.PersonID
	for n := range 2500 { // more than are written at once
		people = append(people, person(n))
	}
	require.NoError(t, vault.EnsureDataKeys(t.Context(), people))
	for n := range 3 {
		_, err = vault.LookupKey(t.Context(), company(n))
		require.NoError(t, err)
		require.NoError(t, vault.EraseDataKey(t.Context(), person(2499+n)))
		require.NoError(t, vault.SaveCredential(t.Context(), domain.CredentialID(person(n)), "$hash$ ü", moment(n)))
		require.NoError(t, vault.StartSession(t.Context(), digest(n), signedIn(n)))
		require.NoError(t, vault.SaveAPIToken(t.Context(), digest(n), apiToken(n)))
		require.NoError(t, vault.RememberNetwork(t.Context(), person(n), commands.Pseudonym{byte(n)}, moment(n)))
		require.NoError(t, vault.KeepMessage(t.Context(), message(n, n)))
		require.NoError(t, vault.KeepBatch(t.Context(), batchOf(n, n), waiting(0, 1), []commands.SettledRow{refusedRow(2)}))
		key := commands.CounterKey{byte(n), byte(n >> 8)}
		changeCounters(t, vault, func(all map[commands.CounterKey]commands.Counter) {
			all[key] = commands.Counter{Used: n, Until: moment(n)}
		}, key)
	}
	for n, key := range []string{"b", "ä", "B", "unanswered"} {
		_, err = vault.BeginRequest(t.Context(), request(key), begun(n))
		require.NoError(t, err)
	}
	require.NoError(t, vault.FinishRequest(t.Context(), request("b"), 200, []byte(`{"a":1}`)))
	require.NoError(t, vault.FinishRequest(t.Context(), request("B"), 204, []byte{}))
	require.NoError(t, vault.ReplaceCheckpoints(t.Context(), "5/other", map[string]domain.Position{
		"deliver": {Commit: 1 << 63, Prepare: 1<<63 - 1}, "expire": at(3),
	}))
	require.NoError(t, vault.SaveStop(t.Context(), "expire", stop(4)))
	require.NoError(t, vault.SaveStop(t.Context(), "expire", stop(7)))
}

// requireFilled asks two vaults the same questions.
func requireFilled(t *testing.T, first, second MovableVault) {
	t.Helper()
	for _, ask := range []func(MovableVault) (any, error){
		func(v MovableVault) (any, error) { return v.Installation(t.Context()) },
		func(v MovableVault) (any, error) { return v.LinkKeys(t.Context()) },
		func(v MovableVault) (any, error) { return v.LookupKey(t.Context(), company(1)) },
		func(v MovableVault) (any, error) {
			return v.DataKeys(t.Context(), []domain.PersonID{person(1), person(2499), person(2501), person(9999)})
		},
		func(v MovableVault) (any, error) { return v.Credential(t.Context(), domain.CredentialID(person(1))) },
		func(v MovableVault) (any, error) {
			session, _, err := v.FindSession(t.Context(), digest(2))
			return session, err
		},
		func(v MovableVault) (any, error) { return v.APITokensOf(t.Context(), person(2)) },
		func(v MovableVault) (any, error) { return v.BeginRequest(t.Context(), request("b"), begun(9)) },
		func(v MovableVault) (any, error) { return v.BeginRequest(t.Context(), request("unanswered"), begun(9)) },
		func(v MovableVault) (any, error) { return v.Messages(t.Context(), company(1), outbox.Place{}, 10) },
		func(v MovableVault) (any, error) { return v.SettledRows(t.Context(), batchOf(1, 1).ID, 0, 10, false) },
		func(v MovableVault) (any, error) { return v.Checkpoints(t.Context()) },
		func(v MovableVault) (any, error) { return v.Stops(t.Context(), "expire") },
		func(v MovableVault) (any, error) { return v.LogMark(t.Context()) },
	} {
		want, err := ask(first)
		require.NoError(t, err)
		require.NotEmpty(t, want)
		found, err := ask(second)
		require.NoError(t, err)
		require.Equal(t, want, found)
	}
}

// RequireVaultTables holds a vault's schema, columns by table without those
// that are there for one row only, to what is copied: nothing may be forgotten.
func RequireVaultTables(t *testing.T, found map[string][]string) {
	t.Helper()
	known := map[string][]string{}
	for _, table := range vaults.Tables() {
		known[table.Name] = table.Columns
	}
	known["moved"] = []string{"place"} // which is said of each vault alone
	require.Len(t, found, len(known))
	for name, columns := range found {
		require.ElementsMatch(t, known[name], columns, name)
	}
}
