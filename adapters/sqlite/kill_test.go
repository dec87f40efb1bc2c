package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/projections"
)

// victim, in the environment, makes the test binary a process that writes to
// the stores of that folder until it is killed.
const victim = "USHER_SQLITE_VICTIM"

func TestMain(m *testing.M) {
	if folder := os.Getenv(victim); folder != "" {
		fmt.Fprintln(os.Stderr, beVictim(context.Background(), folder))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// beVictim says on standard output up to which step everything was answered.
func beVictim(ctx context.Context, folder string) error {
	vault, err := sqlite.OpenVault(ctx, filepath.Join(folder, "vault.db"))
	if err != nil {
		return err
	}
	store, err := sqlite.OpenReadModels(ctx, filepath.Join(folder, "readmodels.db"), func(why error) { panic(why) })
	if err != nil {
		return err
	}
	position, err := vault.Checkpoint(ctx, "steps")
	if err != nil {
		return err
	}
	for n := int(position.Commit); ; n++ {
		if err := takeStep(ctx, vault, store, n); err != nil {
			return err
		}
		fmt.Println(n + 1)
	}
}

// takeStep writes a row to the read models, where it is not there yet, and then
// a key and the checkpoint to the vault.
func takeStep(ctx context.Context, vault *sqlite.Vault, store *sqlite.ReadModels, n int) error {
	change := projections.Change{Saved: []projections.Row{numbered(n)}, From: at(n), To: at(n + 1)}
	if err := store.Apply(ctx, peopleView(), change); err != nil && !errors.Is(err, projections.ErrMoved) {
		return err
	}
	if err := vault.EnsureDataKeys(ctx, people(n + 1)[n:]); err != nil {
		return err
	}
	return vault.SaveCheckpoint(ctx, "steps", at(n), at(n+1))
}

func TestKill(t *testing.T) {
	t.Run("given a process killed at any moment, again and again, what was answered stays and nothing is half done", func(t *testing.T) {
		folder, answered := t.TempDir(), 0
		for range kills(t) {
			answered = max(answered, killVictim(t, folder))
			vault := openVault(t, filepath.Join(folder, "vault.db"))
			position, err := vault.Checkpoint(t.Context(), "steps")
			require.NoError(t, err)
			stands := int(position.Commit)
			require.GreaterOrEqual(t, stands, answered)
			keys, err := vault.DataKeys(t.Context(), people(stands))
			require.NoError(t, err)
			require.Len(t, keys, stands)
			require.NoError(t, vault.Close())

			store := openReadModels(t, filepath.Join(folder, "readmodels.db"))
			applied := standing(t, store)
			require.GreaterOrEqual(t, applied, stands)
			requireRows(t, store, applied)
			require.NoError(t, store.Close())
		}
		require.Positive(t, answered)
	})
}

// killVictim starts a process, kills it a little after its first answer, and
// says what it answered last.
func killVictim(t *testing.T, folder string) (answered int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0])
	command.Env = append(os.Environ(), victim+"="+folder)
	command.Stderr = os.Stderr
	output, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	for lines := bufio.NewScanner(output); lines.Scan(); {
		if answered == 0 {
			time.AfterFunc(time.Duration(rand.IntN(50_000))*time.Microsecond, func() { _ = command.Process.Kill() })
		}
		answered, err = strconv.Atoi(lines.Text())
		require.NoError(t, err)
	}
	require.Error(t, command.Wait(), "it was killed")
	return answered
}

func kills(t *testing.T) int {
	t.Helper()
	times := 1
	if text := os.Getenv("USHER_SOAK"); text != "" {
		var err error
		times, err = strconv.Atoi(text)
		require.NoError(t, err)
	}
	return 5 * times
}
