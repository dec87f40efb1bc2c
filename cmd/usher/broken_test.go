package main_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestABrokenStoreIsSeen breaks a file of a running Usher that nobody uses. What
// cannot heal ends it, with the reason; the read models are made anew.
func TestABrokenStoreIsSeen(t *testing.T) {
	t.Parallel()
	binary, whole := build(t), t.TempDir()
	first := &process{t: t, binary: binary, data: whole, eventStore: "embedded"}
	first.start()
	first.found()
	first.stop()
	for name, c := range map[string]struct {
		file     string
		breaking func(t *testing.T, path string)
		said     string
	}{
		"the log overwritten":               {"log.db", overwrite, "event_log"},
		"the log cut to nothing":            {"log.db", cutToNothing, "event_log"},
		"the log removed":                   {"log.db", remove, "was removed or replaced"},
		"the log replaced":                  {"log.db", replace, "was removed or replaced"},
		"the log's write-ahead log removed": {"log.db-wal", remove, "was removed or replaced"},
		"the log's index cut":               {"log.db-shm", cutToNothing, "log.db-shm is damaged: it was cut while it was open"},
		"the vault's index cut":             {"vault.db-shm", cutToNothing, "vault.db-shm is damaged: it was cut while it was open"},
		"the log's lock removed":            {"log.db.lock", remove, "was removed or replaced"},
		"the vault overwritten":             {"vault.db", overwrite, "vault"},
		"the vault removed":                 {"vault.db", remove, "was removed or replaced"},
		"the vault's index removed":         {"vault.db-shm", remove, "was removed or replaced"},
		"the vault's lock replaced":         {"vault.db.lock", replace, "was removed or replaced"},
	} {
		t.Run("given "+name+", it ends with the reason", func(t *testing.T) {
			t.Parallel()
			usher, data := startOnCopy(t, binary, whole)
			c.breaking(t, filepath.Join(data, c.file))
			ended := make(chan error, 1)
			go func() { ended <- usher.command.Wait() }()
			select {
			case err := <-ended:
				require.Error(t, err, "not as if all were well")
			case <-time.After(time.Minute):
				require.Fail(t, "it goes on", usher.printed())
			}
			require.Regexp(t, `(?m)^usher: start again: .*`+c.said, usher.printed())
		})
	}

	for name, c := range map[string]struct {
		file     string
		breaking func(*testing.T, string)
	}{
		"read models overwritten":    {"readmodels.db", overwrite},
		"read models removed":        {"readmodels.db", remove},
		"the read models' index cut": {"readmodels.db-shm", cutToNothing},
	} {
		t.Run("given "+name+", it makes them anew", func(t *testing.T) {
			t.Parallel()
			usher, data := startOnCopy(t, binary, whole)
			at := &process{t: t, base: usher.says(`Usher listens on (http://\S+)`)}
			require.Eventually(t, at.ready, time.Minute, 10*time.Millisecond)
			path := filepath.Join(data, "readmodels.db")
			c.breaking(t, filepath.Join(data, c.file))
			usher.says(`the read models were unreadable and are built anew`)
			require.Eventually(t, at.ready, time.Minute, 10*time.Millisecond)
			require.FileExists(t, path)
			usher.end()
		})
	}
}

// startOnCopy starts Usher on a copy of a data folder, and waits until it serves.
func startOnCopy(t *testing.T, binary, whole string) (usher *serving, data string) {
	t.Helper()
	data = t.TempDir()
	require.NoError(t, os.CopyFS(data, os.DirFS(whole)))
	usher = startServing(t, binary, data, "embedded")
	usher.says(`Usher listens on`)
	return usher, data
}

func overwrite(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	require.NoError(t, err)
	file, err := os.OpenFile(path, os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.Write(bytes.Repeat([]byte("not a database  "), int(info.Size()/16)))
	require.NoError(t, err)
	require.NoError(t, file.Close())
}

func cutToNothing(t *testing.T, path string) {
	t.Helper()
	require.NoError(t, os.Truncate(path, 0))
}

func remove(t *testing.T, path string) {
	t.Helper()
	require.NoError(t, os.Remove(path))
}

func replace(t *testing.T, path string) {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path+".new", content, 0o600))
	require.NoError(t, os.Rename(path+".new", path))
}
