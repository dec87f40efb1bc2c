package engine_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/cmd/usher/engine"
	"github.com/usher-engine/usher/cmd/usher/engine/enginetest"
	"github.com/usher-engine/usher/commands"
)

// used is a stopped Usher with an account and an invitation.
func used(t *testing.T, usher *enginetest.Usher) *enginetest.Usher {
	t.Helper()
	invite(t, signUp(t, usher, "acme"), "+14155550101")
	usher.Settle(t)
	usher.Stop(t)
	return usher
}

// another is a stopped Usher whose log has other events.
func another(t *testing.T) *enginetest.Usher {
	t.Helper()
	usher := enginetest.Start(t)
	usher.App.NewCommand() // takes some of the random numbers, which begin the same
	invite(t, signUp(t, usher, "globex"), "+14155550999")
	return used(t, usher)
}

func invite(t *testing.T, admin client, phone string) {
	t.Helper()
	status, answer := admin.post("/invitations/sms", `{"phones":["`+phone+`"]}`)
	require.Equal(t, 200, status, "%s", answer)
}

// inviteMany invites phone numbers, quoted, in requests that are answered at once.
func inviteMany(t *testing.T, admin client, phones []string) {
	t.Helper()
	for some := range slices.Chunk(phones, commands.RowsAnsweredAtOnce) {
		status, answer := admin.post("/invitations/sms", `{"phones":[`+strings.Join(some, ",")+`]}`)
		require.Equal(t, http.StatusOK, status, "%s", answer)
		require.Equal(t, len(some), strings.Count(string(answer), `"outcome":"invited"`))
	}
}

func openingFails(t *testing.T, config engine.Config) error {
	t.Helper()
	opened, err := engine.Open(context.WithoutCancel(t.Context()), config)
	if err == nil {
		require.NoError(t, opened.Close())
	}
	require.Error(t, err)
	return err
}

// exchange puts a file of another folder into the place of one.
func exchange(t *testing.T, folder, from, file string) {
	t.Helper()
	remove(t, folder, file)
	content, err := os.ReadFile(filepath.Join(from, file))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, file), content, 0o600))
}

func remove(t *testing.T, folder, file string) {
	t.Helper()
	for _, end := range []string{"", "-wal", "-shm"} {
		require.NoError(t, os.RemoveAll(filepath.Join(folder, file+end)))
	}
}

func TestAVaultBelongsToOneLog(t *testing.T) {
	t.Run("given another log in the folder, it refuses to start and says what to do", func(t *testing.T) {
		usher, other := used(t, enginetest.Start(t)), another(t)
		exchange(t, usher.Data, other.Data, "log.db")
		err := openingFails(t, usher.Config())
		require.ErrorIs(t, err, pairing.ErrAnotherLog)
		require.ErrorContains(t, err, "usher log copy")
	})
	t.Run("given no log any more, it refuses to start and makes none", func(t *testing.T) {
		usher := used(t, enginetest.Start(t))
		remove(t, usher.Data, "log.db")
		require.ErrorIs(t, openingFails(t, usher.Config()), pairing.ErrAnotherLog)
		require.NoFileExists(t, filepath.Join(usher.Data, "log.db"))
	})
	t.Run("given an empty EventStoreDB after an embedded log, it refuses to start", func(t *testing.T) {
		usher := used(t, enginetest.Start(t))
		elsewhere := enginetest.StartOnEventStoreDB(t).Config()
		elsewhere.Data = usher.Data
		require.ErrorIs(t, openingFails(t, elsewhere), pairing.ErrAnotherLog)
	})
	t.Run("given a vault of before it remembered its log, it goes on with the embedded one only", func(t *testing.T) {
		usher := used(t, enginetest.Start(t))
		elsewhere := used(t, enginetest.StartOnEventStoreDB(t)).Config()
		mark(t, usher, "")
		elsewhere.Data = usher.Data
		require.ErrorIs(t, openingFails(t, elsewhere), pairing.ErrAnotherLog)
		usher.Restart(t)
	})
	t.Run("given a new vault beside a log with events, it refuses to start", func(t *testing.T) {
		usher := used(t, enginetest.StartOnEventStoreDB(t))
		other := usher.Config()
		other.Data = t.TempDir()
		require.ErrorIs(t, openingFails(t, other), pairing.ErrAnotherLog)
		usher.Restart(t)
	})
	t.Run("given an Usher that runs, another one cannot have its folder", func(t *testing.T) {
		for _, usher := range []*enginetest.Usher{enginetest.Start(t), enginetest.StartOnEventStoreDB(t)} {
			require.ErrorIs(t, openingFails(t, usher.Config()), sqlite.ErrLocked)
		}
	})
}

// mark has the vault of a stopped Usher follow another log.
func mark(t *testing.T, usher *enginetest.Usher, mark string) {
	t.Helper()
	vault, err := sqlite.OpenVault(t.Context(), filepath.Join(usher.Data, "vault.db"))
	require.NoError(t, err)
	require.NoError(t, vault.SetLogMark(t.Context(), mark))
	require.NoError(t, vault.Close())
}

func TestReadModelsOfAnotherLogAreBuiltAnew(t *testing.T) {
	usher := used(t, enginetest.Start(t))
	exchange(t, usher.Data, another(t).Data, "readmodels.db")
	usher.Restart(t)
	invited := signIn(t, usher, "acme", "ann@example.com", adminPassword).items("/invited")
	require.Len(t, invited, 1)
	require.Equal(t, "+14155550101", invited[0]["contact"])
}

func TestALogFromAnOlderBackup(t *testing.T) {
	usher := used(t, enginetest.Start(t))
	backup := t.TempDir()
	exchange(t, backup, usher.Data, "log.db")
	usher.Restart(t)
	invite(t, signIn(t, usher, "acme", "ann@example.com", adminPassword), "+14155550102")
	usher.Settle(t)
	usher.Stop(t)
	exchange(t, usher.Data, backup, "log.db")

	err := openingFails(t, usher.Config())
	require.ErrorIs(t, err, pairing.ErrLostEvents)
	require.ErrorContains(t, err, "--accept-lost-events")

	config := usher.Config()
	config.AcceptLostEvents = true
	accepted, err := engine.Open(context.WithoutCancel(t.Context()), config)
	require.NoError(t, err)
	require.NoError(t, accepted.Close())
	usher.Restart(t)
	admin := signIn(t, usher, "acme", "ann@example.com", adminPassword)
	require.Len(t, admin.items("/invited"), 1)
	invite(t, admin, "+14155550103")
	require.NotEmpty(t, admin.tokenSentTo("+14155550103"), "policies go on from the end of this log")
	require.Len(t, admin.items("/invited"), 2)
}
