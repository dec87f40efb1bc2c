package main_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
)

// database is one on the given server, or on a server of the test's own.
func database(t *testing.T) pgtest.Database {
	t.Helper()
	if os.Getenv(pgtest.Variable) != "" {
		return pgtest.New(t)
	}
	cluster, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Remove()) })
	return pgtest.NewOn(t, cluster.URL())
}

// inPostgres is the same Usher with its vault and read models there.
func (p *process) inPostgres(t *testing.T, on pgtest.Database) {
	t.Helper()
	t.Setenv("USHER_READ_MODELS", on.App)
	t.Setenv("USHER_READ_MODELS_OWNER", on.Owner)
	p.start()
}

func TestVaultCopy(t *testing.T) {
	binary, on := build(t), database(t)
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	person := p.inviteOne(t.Context(), "+14155550101")
	require.NotEmpty(t, person)
	position := p.position()
	want := p.answers(position)
	here, back := "embedded:"+p.data, "embedded:"+t.TempDir()

	t.Run("given a vault in use, it is refused", func(t *testing.T) {
		_, stderr, err := command(t, binary, "vault", "copy", "--from", here, "--to", on.Owner)
		require.Error(t, err)
		require.Contains(t, stderr, "vault.db is in use")
	})
	p.stop()
	stdout := mustCommand(t, binary, "vault", "copy", "--from", here, "--to", on.Owner)
	require.Contains(t, stdout, "keep the same.")
	require.NotContains(t, stdout, "_owner", "who connects is not told, nor the password")
	receipt := receiptOf(t, mustCommand(t, binary, "vault", "copy", "--from", here, "--to", on.Owner, "--json"))
	require.Equal(t, false, receipt["copied"])

	t.Run("given the vault in PostgreSQL, the one that was left is neither served nor backed up", func(t *testing.T) {
		for _, args := range [][]string{
			{"serve", "--data", p.data, "--listen", "127.0.0.1:0"},
			{"backup", "--data", p.data, "--to", t.TempDir()},
			{"vault", "copy", "--from", here, "--to", back},
			{"log", "copy", "--from", here, "--to", "embedded:" + t.TempDir()},
		} {
			_, stderr, err := command(t, binary, args...)
			require.Error(t, err, "%v", args)
			require.Contains(t, stderr, "has moved", "%v", args)
			require.Contains(t, stderr, "postgres://127.0.0.1", "%v", args)
		}
	})
	t.Run("given the vault in PostgreSQL, Usher goes on there", func(t *testing.T) {
		p.inPostgres(t, on)
		require.Equal(t, want, p.answers(position), "signed in as before")
		require.Equal(t, person, p.inviteOne(t.Context(), "+14155550101"), "requests are remembered")
		require.NotEmpty(t, p.inviteOne(t.Context(), "+14155550102"))
		_, stderr, err := command(t, binary, "vault", "copy", "--from", on.Owner, "--to", back)
		require.Error(t, err)
		require.Contains(t, stderr, "in use by 1 instances")
		position = p.position()
		want = p.answers(position)
		p.stop()
		require.NoError(t, os.Rename(filepath.Join(p.data, "vault.db"), filepath.Join(p.data, "vault.db.moved")))
	})
	t.Run("given the way back, Usher goes on in the folder", func(t *testing.T) {
		_, stderr, err := command(t, binary, "vault", "copy", "--from", on.Owner, "--to", "embedded:"+withOldVault(t, p.data))
		require.Error(t, err)
		require.Contains(t, stderr, "a vault in use that does not keep the same")
		mustCommand(t, binary, "vault", "copy", "--from", on.Owner, "--to", here)
		p.start()
		require.Equal(t, want, p.answers(position))
		p.stop()
	})
	t.Run("given what is no vault, it says so, and shows no password", func(t *testing.T) {
		for from, says := range map[string]string{
			"embedded:" + t.TempDir():              "there is no vault.db",
			"http://ann:secret@host":               "a vault is embedded:DIR",
			"postgres://ann:secret@127.0.0.1:1/no": "connect",
		} {
			stdout, stderr, err := command(t, binary, "vault", "copy", "--from", from, "--to", back)
			require.Error(t, err)
			require.Contains(t, stderr, says)
			require.NotContains(t, stdout+stderr, "secret")
		}
	})
}

func TestAnOwnerOfTablesThatAreNotInPostgresIsRefused(t *testing.T) {
	binary := build(t)
	for _, where := range [][]string{nil, {"--read-models", "embedded"}} {
		args := append([]string{"serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--read-models-owner", "postgres://owner@127.0.0.1/usher"}, where...)
		_, stderr, err := command(t, binary, args...)
		require.Error(t, err)
		require.Contains(t, stderr, "--read-models-owner means nothing without --read-models")
	}
}

// withOldVault is a folder with the vault that was copied first.
func withOldVault(t *testing.T, data string) string {
	t.Helper()
	folder := t.TempDir()
	require.NoError(t, os.Rename(filepath.Join(data, "vault.db.moved"), filepath.Join(folder, "vault.db")))
	return folder
}
