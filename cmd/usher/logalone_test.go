package main_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestBackupOfALogWhoseVaultIsInPostgres restores the log beside a vault that is
// newer, as the backup of the two is made.
func TestBackupOfALogWhoseVaultIsInPostgres(t *testing.T) {
	binary, on := build(t), database(t)
	p := &process{t: t, binary: binary, data: t.TempDir(), eventStore: "embedded"}
	p.inPostgres(t, on)
	p.found()
	person := p.inviteOne(t.Context(), "+14155550101")
	position := p.position()
	want, folder := p.answers(position), filepath.Join(t.TempDir(), "backup")

	_, stderr, err := command(t, binary, "backup", "--data", p.data, "--to", folder)
	require.Error(t, err)
	require.Contains(t, stderr, "--log-alone")
	stdout := mustCommand(t, binary, "backup", "--log-alone", "--data", p.data, "--to", folder)
	require.Contains(t, stdout, "The vault is not in it")
	require.NoFileExists(t, filepath.Join(folder, "vault.db"))
	require.NotEmpty(t, p.inviteOne(t.Context(), "+14155550102"))
	p.position() // which waits for the policies
	p.stop()

	restored := &process{t: t, binary: binary, data: filepath.Join(t.TempDir(), "restored"), eventStore: "embedded"}
	require.Contains(t, mustCommand(t, binary, "restore", "--from", folder, "--data", restored.data), "The vault is not in it")
	_, stderr, err = command(t, binary, "serve", "--data", restored.data, "--listen", "127.0.0.1:0")
	require.Error(t, err)
	require.Contains(t, stderr, "--accept-lost-events")
	restored.flags = []string{"--accept-lost-events"}
	restored.inPostgres(t, on)
	status, _, err := restored.do(t.Context(), http.MethodGet, "/v1/accounts/acme/employees", p.token, "", "")
	require.NoError(t, err)
	require.Equal(t, http.StatusUnauthorized, status, "nobody is signed in")
	restored.signIn()
	require.Equal(t, want, restored.answers(position))
	require.Equal(t, person, restored.inviteOne(t.Context(), "+14155550101"))
	require.NotContains(t, restored.links(), "+14155550102", "of what is lost no message is left")
	require.NotEmpty(t, restored.inviteOne(t.Context(), "+14155550102"), "what is lost is done when it is asked for again")
	restored.stop()
}

func TestBackupOfTheLogAloneIsRefusedBesideAVault(t *testing.T) {
	p := &process{t: t, binary: build(t), data: t.TempDir(), eventStore: "embedded"}
	p.start()
	p.found()
	refused := func() {
		_, stderr, err := command(t, p.binary, "backup", "--log-alone", "--data", p.data, "--to", filepath.Join(t.TempDir(), "backup"))
		require.Error(t, err)
		require.Contains(t, stderr, "without --log-alone")
	}
	refused()
	p.stop()
	refused()
	require.NoError(t, os.Remove(filepath.Join(p.data, "vault.db")))
	mustCommand(t, p.binary, "backup", "--log-alone", "--data", p.data, "--to", filepath.Join(t.TempDir(), "backup"))
}
