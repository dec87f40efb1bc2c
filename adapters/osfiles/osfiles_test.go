package osfiles_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/osfiles"
)

// TestMain is also another process, which tries to lock a file.
func TestMain(m *testing.M) {
	path, other := os.LookupEnv("LOCK_FOR_A_TEST")
	if !other {
		os.Exit(m.Run())
	}
	if _, err := osfiles.Lock(path, errHere); errors.Is(err, errHere) {
		os.Exit(3)
	}
}

var errHere = errors.New("another has it")

func TestOneProcessHasALock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file.lock")
	held, err := osfiles.Lock(path, errHere)
	require.NoError(t, err)
	another := func() int {
		command := exec.CommandContext(t.Context(), os.Args[0])
		command.Env = append(os.Environ(), "LOCK_FOR_A_TEST="+path)
		_ = command.Run()
		return command.ProcessState.ExitCode()
	}
	require.Equal(t, 3, another())
	_, err = osfiles.Lock(path, errHere)
	require.ErrorIs(t, err, errHere, "nor has it twice")
	require.NoError(t, held.Close())
	require.Zero(t, another())
	_, err = osfiles.Lock(filepath.Join(path, "none"), errHere)
	require.Error(t, err)
	require.NotErrorIs(t, err, errHere)
}

func TestAFolderIsItsOwnersAlone(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "one", "two")
	require.NoError(t, osfiles.MakeFolder(folder))
	require.NoError(t, osfiles.MakeFolder(folder), "it is there")
	requirePrivate(t, folder)
	file := filepath.Join(folder, "file")
	require.NoError(t, os.WriteFile(file, []byte("secret"), 0o600))
	require.NoError(t, osfiles.Sync(file))
	require.NoError(t, osfiles.Sync(folder))
	require.ErrorIs(t, osfiles.Sync(filepath.Join(folder, "none")), os.ErrNotExist)
	require.Error(t, osfiles.MakeFolder(filepath.Join(file, "below")))
}
