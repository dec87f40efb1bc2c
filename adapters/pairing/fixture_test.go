package pairing_test

import (
	"context"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventlog"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/employees"
)

// world is a vault, a log and read models, all new. The latter two are opened
// where a test needs them.
type world struct {
	t      *testing.T
	vault  *sqlite.Vault
	log    func() *eventlog.Log
	models func() *sqlite.ReadModels
	warned *warnings
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return &world{
		t: t, vault: newVault(t), warned: &warnings{Handler: slog.DiscardHandler},
		log:    sync.OnceValue(func() *eventlog.Log { return newLog(t) }),
		models: sync.OnceValue(func() *sqlite.ReadModels { return newModels(t) }),
	}
}

func newModels(t *testing.T) *sqlite.ReadModels {
	t.Helper()
	models, err := sqlite.OpenReadModels(t.Context(), filepath.Join(t.TempDir(), "readmodels.db"), nil)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, models.Close()) })
	return models
}

func newLog(t *testing.T) *eventlog.Log {
	t.Helper()
	log, err := eventlog.Open(t.Context(), filepath.Join(t.TempDir(), "log.db"), eventlog.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, log.Close()) })
	return log
}

func newVault(t *testing.T) *sqlite.Vault {
	t.Helper()
	vault, err := sqlite.OpenVault(t.Context(), filepath.Join(t.TempDir(), "vault.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, vault.Close()) })
	return vault
}

// warnings counts what is logged.
type warnings struct {
	slog.Handler
	count int
}

func (w *warnings) Enabled(context.Context, slog.Level) bool { return true }

func (w *warnings) Handle(context.Context, slog.Record) error {
	w.count++
	return nil
}

// parts is the world with its log in the same folder.
func (w *world) parts() pairing.Parts {
	return pairing.Parts{
		Log: w.log(), Name: "the embedded event log", Embedded: true, Vault: w.vault, Models: w.models(), Logger: slog.New(w.warned),
	}
}

func (w *world) join() error {
	_, err := pairing.Join(w.t.Context(), w.parts())
	return err
}

// append adds events to a log, and returns its mark.
func (w *world) append(events int) (mark string) {
	w.t.Helper()
	appendTo(w.t, w.log(), events)
	mark, err := w.log().Mark(w.t.Context())
	require.NoError(w.t, err)
	return mark
}

func appendTo(t *testing.T, log journal.Log, events int) {
	t.Helper()
	for range events {
		event := journal.Proposed{ID: uuid.New(), Type: "something.happened", JSON: true, Data: []byte("{}"), Metadata: []byte("{}")}
		_, _, err := log.Append(t.Context(), "stream-1", domain.Any{}, []journal.Proposed{event})
		require.NoError(t, err)
	}
}

// use makes the vault's installation.
func (w *world) use() {
	w.t.Helper()
	_, err := w.vault.Installation(w.t.Context())
	require.NoError(w.t, err)
}

// handled says how far a policy has come.
func (w *world) handled(mark string, position uint64) {
	w.t.Helper()
	require.NoError(w.t, w.vault.ReplaceCheckpoints(w.t.Context(), mark, map[string]domain.Position{"deliver": at(position)}))
}

// fill lets a view come as far as a position of a log.
func (w *world) fill(mark string, position uint64) {
	w.t.Helper()
	require.NoError(w.t, w.models().Apply(w.t.Context(), employees.View(), projections.Change{To: at(position)}))
	require.NoError(w.t, w.models().SetLogMark(w.t.Context(), mark))
}

// vaultFollows is which log the vault remembers.
func (w *world) vaultFollows() string {
	w.t.Helper()
	mark, err := w.vault.LogMark(w.t.Context())
	require.NoError(w.t, err)
	return mark
}

// modelsFollow is which log the read models remember.
func (w *world) modelsFollow() string {
	w.t.Helper()
	mark, err := w.models().LogMark(w.t.Context())
	require.NoError(w.t, err)
	return mark
}

// filled is whether the read models have anything.
func (w *world) filled() bool {
	w.t.Helper()
	editions, err := w.models().Editions(w.t.Context())
	require.NoError(w.t, err)
	return len(editions) > 0
}

func at(n uint64) domain.Position { return domain.Position{Commit: n, Prepare: n} }
