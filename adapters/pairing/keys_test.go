package pairing_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// guarded is a vault and a log as commands have them.
type guarded struct {
	*world
	keys  *pairing.Keys
	vault commands.Vault
	store commands.EventStore
}

func (w *world) guarded() guarded {
	w.t.Helper()
	w.use()
	joined, err := pairing.Join(w.t.Context(), w.parts())
	require.NoError(w.t, err)
	events, err := codec.New(w.vault)
	require.NoError(w.t, err)
	keys := joined.Keys(events)
	return guarded{world: w, keys: keys, vault: keys.Vault(w.vault), store: keys.Store(journal.NewStore(w.log(), events))}
}

// happened is somebody's event, sealed with a key that another vault has.
func (w *world) happened(key domain.PersonID) {
	w.t.Helper()
	other := newVault(w.t)
	require.NoError(w.t, other.EnsureDataKeys(w.t.Context(), []domain.PersonID{key}))
	events, err := codec.New(other)
	require.NoError(w.t, err)
	stream, event := aboutSomebody(key)
	_, err = journal.NewStore(w.log(), events).Append(w.t.Context(), stream, domain.Any{}, []commands.Uncommitted{event})
	require.NoError(w.t, err)
}

func TestAVaultThatLacksAKey(t *testing.T) {
	lost, fresh := domain.PersonID{1}, domain.PersonID{2}
	write := func(t *testing.T, g guarded) error {
		t.Helper()
		stream, event := aboutSomebody(fresh)
		if err := g.vault.EnsureDataKeys(t.Context(), []domain.PersonID{fresh}); err != nil {
			return err
		}
		_, err := g.store.Append(t.Context(), stream, domain.Any{}, []commands.Uncommitted{event})
		return err
	}
	t.Run("given all keys, commands go on", func(t *testing.T) {
		g := newWorld(t).guarded()
		require.NoError(t, write(t, g))
		require.NoError(t, g.keys.Complete(t.Context()))
	})
	t.Run("given a key that is missing, no key is made and nothing is appended, until it is there", func(t *testing.T) {
		w := newWorld(t)
		w.happened(lost)
		g := w.guarded()
		for _, somebody := range []domain.PersonID{lost, fresh} {
			err := g.vault.EnsureDataKeys(t.Context(), []domain.PersonID{somebody})
			require.Equal(t, domain.KeysMissing, domain.CodeOf(err), "%v", err)
		}
		keys, err := w.vault.DataKeys(t.Context(), []domain.PersonID{lost, fresh})
		require.NoError(t, err)
		require.Empty(t, keys)
		stream, event := aboutSomebody(fresh)
		_, err = g.store.Append(t.Context(), stream, domain.Any{}, []commands.Uncommitted{event})
		require.Equal(t, domain.KeysMissing, domain.CodeOf(err))
		require.NoError(t, g.keys.Watch(t.Context()), "which is no fault of the watch")
		require.Equal(t, 1, w.warned.count, "and is said once")

		require.NoError(t, w.vault.EnsureDataKeys(t.Context(), []domain.PersonID{lost}))
		require.Eventually(t, func() bool { return write(t, g) == nil }, time.Minute, 10*time.Millisecond)
	})
	t.Run("given a stream with an event whose key is missing, reading it is refused as that", func(t *testing.T) {
		w := newWorld(t)
		w.happened(lost)
		stream, _ := aboutSomebody(lost)
		for _, err := range w.guarded().store.Read(t.Context(), stream, 0) {
			require.Equal(t, domain.KeysMissing, domain.CodeOf(err))
		}
	})
	t.Run("given a key that was erased, or an event behind which all policies are, it is not missing", func(t *testing.T) {
		w := newWorld(t)
		w.happened(lost)
		require.NoError(t, w.vault.EraseDataKey(t.Context(), lost))
		require.NoError(t, write(t, w.guarded()))

		w = newWorld(t)
		w.happened(lost)
		mark, err := w.log().Mark(t.Context())
		require.NoError(t, err)
		w.handled(mark, 1)
		require.NoError(t, write(t, w.guarded()))
	})
}

// aboutSomebody is an event with a personal part.
func aboutSomebody(who domain.PersonID) (domain.StreamName, commands.Uncommitted) {
	command := domain.CommandID(uuid.New())
	return domain.StreamName("person-" + who.String()), commands.Uncommitted{
		ID: uuid.New(), Event: person.JobTitleChanged{Person: who, Personal: person.Title{JobTitle: "Cook"}},
		Metadata: domain.Metadata{
			Correlation: uuid.UUID(command), Causation: command, Account: domain.AccountID{1}, Schema: 1, Actor: domain.Actor{Kind: domain.ActorLink},
		},
	}
}
