package storetest

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// KeptVault is everything that a vault does for the rest of Usher.
type KeptVault interface {
	commands.Vault
	codec.DataKeys
	outbox.Shelf
	EraseDataKey(ctx context.Context, person domain.PersonID) error
	Checkpoint(ctx context.Context, name string) (domain.Position, error)
	SaveCheckpoint(ctx context.Context, name string, from, to domain.Position) error
	Checkpoints(ctx context.Context) (map[string]domain.Position, error)
	ReplaceCheckpoints(ctx context.Context, mark string, all map[string]domain.Position) error
	Stops(ctx context.Context, policy string) ([]*projections.Poison, error)
	SaveStop(ctx context.Context, policy string, stopped projections.Poison) error
	ForgetStop(ctx context.Context, policy string, event uuid.UUID) error
	LogMark(ctx context.Context) (string, error)
	SetLogMark(ctx context.Context, mark string) error
	Used(ctx context.Context) (bool, error)
	Fit(ctx context.Context, mark string, end domain.Position, last time.Time) error
	Sweep(ctx context.Context, now time.Time) error
	Close() error
}

// Vault is what every vault promises. open opens the vault of a folder, an
// empty one where the folder is new, and closes it when the test ends; closing
// twice does no harm.
func Vault(t *testing.T, open func(t *testing.T, folder string) KeptVault) {
	fresh := func(t *testing.T) KeptVault { return open(t, t.TempDir()) }
	t.Run("keys", func(t *testing.T) { keys(t, fresh) })
	t.Run("data keys", func(t *testing.T) { dataKeys(t, fresh) })
	t.Run("credentials", func(t *testing.T) { credentials(t, fresh) })
	t.Run("sessions", func(t *testing.T) { sessions(t, fresh) })
	t.Run("known networks", func(t *testing.T) { networks(t, fresh) })
	t.Run("API tokens", func(t *testing.T) { apiTokens(t, fresh) })
	t.Run("requests", func(t *testing.T) { requests(t, fresh) })
	t.Run("batches", func(t *testing.T) { batches(t, fresh) })
	t.Run("counters", func(t *testing.T) { counters(t, fresh) })
	t.Run("checkpoints", func(t *testing.T) { checkpoints(t, fresh) })
	t.Run("stops", func(t *testing.T) { stops(t, fresh) })
	t.Run("given a vault beside a log, it remembers which, and where policies stand in it", func(t *testing.T) { vaultBesideALog(t, open) })
	t.Run("given a log that lacks its last events, the vault fits it", func(t *testing.T) { fit(t, fresh) })
	t.Run("messages", func(t *testing.T) { messages(t, fresh) })
	t.Run("given a vault that is opened again, everything is there", func(t *testing.T) { reopening(t, open) })
}

func keys(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given many who ask at once, all get the same installation and keys", func(t *testing.T) {
		vault := fresh(t)
		var group sync.WaitGroup
		type answer struct {
			installation uuid.UUID
			lookup       string
			link         string
		}
		answers := make([]answer, 16)
		for i := range answers {
			group.Go(func() {
				installation, err1 := vault.Installation(t.Context())
				lookup, err2 := vault.LookupKey(t.Context(), company(1))
				link, err3 := vault.LinkKeys(t.Context())
				if err1 != nil || err2 != nil || err3 != nil {
					t.Error(err1, err2, err3)
				}
				answers[i] = answer{installation, string(lookup), string(link[1])}
			})
		}
		group.Wait()
		require.Len(t, slices.Compact(answers), 1)
		require.NotEqual(t, uuid.Nil, answers[0].installation)
		require.Len(t, answers[0].lookup, 32)
		require.Len(t, answers[0].link, 32)
		require.NotEqual(t, answers[0].lookup, answers[0].link)
	})
	t.Run("given two accounts or two vaults, their keys differ", func(t *testing.T) {
		vault, other := fresh(t), fresh(t)
		one, err := vault.LookupKey(t.Context(), company(1))
		require.NoError(t, err)
		two, err := vault.LookupKey(t.Context(), company(2))
		require.NoError(t, err)
		elsewhere, err := other.LookupKey(t.Context(), company(1))
		require.NoError(t, err)
		require.NotEqual(t, one, two)
		require.NotEqual(t, one, elsewhere)
	})
}

func dataKeys(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given 10,000 people, it makes a key for each, and once", func(t *testing.T) {
		vault := fresh(t)
		var people []domain.PersonID
		for n := range 10_000 {
			people = append(people, person(n))
		}
		require.NoError(t, vault.EnsureDataKeys(t.Context(), people))
		found := lookUp(t, vault, people...)
		different := map[string]bool{}
		for _, key := range found {
			require.Len(t, key.Bytes, 32)
			require.False(t, key.Erased)
			different[string(key.Bytes)] = true
		}
		require.Len(t, different, len(people))
		require.NoError(t, vault.EnsureDataKeys(t.Context(), append(people, person(10_000))))
		again := lookUp(t, vault, append(people, person(10_000))...)
		require.Len(t, again, 10_001)
		for person, key := range found {
			require.True(t, bytes.Equal(key.Bytes, again[person].Bytes))
		}
	})
	t.Run("given somebody who never had a key, there is no answer", func(t *testing.T) {
		vault := fresh(t)
		require.Empty(t, lookUp(t, vault, person(1)))
		require.NoError(t, vault.EnsureDataKeys(t.Context(), []domain.PersonID{person(2), person(2)}))
		require.Len(t, lookUp(t, vault, person(1), person(2), person(2)), 1)
		require.NoError(t, vault.EnsureDataKeys(t.Context(), nil))
	})
	t.Run("given an erased key, it is gone at once and never made again", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.EnsureDataKeys(t.Context(), []domain.PersonID{person(1), person(2)}))
		require.Len(t, lookUp(t, vault, person(1), person(2)), 2) // which may now be remembered
		require.NoError(t, vault.EraseDataKey(t.Context(), person(1)))
		require.Equal(t, codec.Key{Erased: true}, lookUp(t, vault, person(1))[person(1)])
		require.False(t, lookUp(t, vault, person(2))[person(2)].Erased)
		require.NoError(t, vault.EnsureDataKeys(t.Context(), []domain.PersonID{person(1)}))
		require.NoError(t, vault.EraseDataKey(t.Context(), person(1)))
		require.Equal(t, codec.Key{Erased: true}, lookUp(t, vault, person(1))[person(1)])
	})
	t.Run("given a key erased before it was made, it is never made", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.EraseDataKey(t.Context(), person(1)))
		require.NoError(t, vault.EnsureDataKeys(t.Context(), []domain.PersonID{person(1)}))
		require.Equal(t, codec.Key{Erased: true}, lookUp(t, vault, person(1))[person(1)])
	})
	t.Run("given readers beside an erasure, none gets the key after it returned", func(t *testing.T) {
		vault := fresh(t)
		for n := range 30 {
			require.NoError(t, vault.EnsureDataKeys(t.Context(), []domain.PersonID{person(n)}))
			var group sync.WaitGroup
			for range 3 {
				group.Go(func() {
					for {
						found, err := vault.DataKeys(t.Context(), []domain.PersonID{person(n)})
						if err != nil || found[person(n)].Erased {
							return
						}
					}
				})
			}
			require.NoError(t, vault.EraseDataKey(t.Context(), person(n)))
			require.True(t, lookUp(t, vault, person(n))[person(n)].Erased)
			group.Wait()
		}
	})
	t.Run("given many who ensure the same keys at once, all find the same", func(t *testing.T) {
		vault := fresh(t)
		people := []domain.PersonID{person(1), person(2), person(3)}
		found := make([]map[domain.PersonID]codec.Key, 8)
		var group sync.WaitGroup
		for i := range found {
			group.Go(func() {
				err := vault.EnsureDataKeys(t.Context(), people)
				if err == nil {
					found[i], err = vault.DataKeys(t.Context(), people)
				}
				if err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		for _, one := range found {
			require.Equal(t, found[0], one)
		}
	})
}

func credentials(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given a credential, it is written once", func(t *testing.T) {
		vault, id := fresh(t), domain.CredentialID(uuid.NameSpaceURL)
		hash, err := vault.Credential(t.Context(), id)
		require.NoError(t, err)
		require.Empty(t, hash)
		require.NoError(t, vault.SaveCredential(t.Context(), id, "first", moment(1)))
		require.NoError(t, vault.SaveCredential(t.Context(), id, "second", moment(2)))
		hash, err = vault.Credential(t.Context(), id)
		require.NoError(t, err)
		require.Equal(t, "first", hash)
	})
}

func checkpoints(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given a policy, it moves on from where it stands and from nowhere else", func(t *testing.T) {
		vault := fresh(t)
		requireCheckpoint(t, vault, "deliver", domain.Position{})
		require.NoError(t, vault.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at(1)))
		require.NoError(t, vault.SaveCheckpoint(t.Context(), "deliver", at(1), at(2)))
		require.ErrorIs(t, vault.SaveCheckpoint(t.Context(), "deliver", at(1), at(3)), projections.ErrMoved)
		require.ErrorIs(t, vault.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at(3)), projections.ErrMoved)
		require.ErrorIs(t, vault.SaveCheckpoint(t.Context(), "expire", at(2), at(3)), projections.ErrMoved)
		requireCheckpoint(t, vault, "deliver", at(2))
		requireCheckpoint(t, vault, "expire", domain.Position{})
	})
	t.Run("given many who move a policy on at once, one does", func(t *testing.T) {
		vault := fresh(t)
		moved := make([]bool, 8)
		var group sync.WaitGroup
		for i := range moved {
			group.Go(func() {
				moved[i] = vault.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at(i+1)) == nil
			})
		}
		group.Wait()
		winner := slices.Index(moved, true)
		require.GreaterOrEqual(t, winner, 0)
		require.NotContains(t, moved[winner+1:], true)
		requireCheckpoint(t, vault, "deliver", at(winner+1))
	})
}

func reopening(t *testing.T, open func(t *testing.T, folder string) KeptVault) {
	folder := t.TempDir()
	vault := open(t, folder)
	installation, err := vault.Installation(t.Context())
	require.NoError(t, err)
	lookup, err := vault.LookupKey(t.Context(), company(1))
	require.NoError(t, err)
	links, err := vault.LinkKeys(t.Context())
	require.NoError(t, err)
	require.NoError(t, vault.EnsureDataKeys(t.Context(), []domain.PersonID{person(1), person(2)}))
	require.NoError(t, vault.EraseDataKey(t.Context(), person(2)))
	found := lookUp(t, vault, person(1), person(2))
	require.NoError(t, vault.SaveCredential(t.Context(), domain.CredentialID(uuid.NameSpaceURL), "hash", moment(1)))
	require.NoError(t, vault.StartSession(t.Context(), digest(1), signedIn(1)))
	require.NoError(t, vault.SaveAPIToken(t.Context(), digest(1), apiToken(1)))
	_, err = vault.BeginRequest(t.Context(), request("key"), begun(1))
	require.NoError(t, err)
	require.NoError(t, vault.SaveCheckpoint(t.Context(), "deliver", domain.Position{}, at(3)))
	require.NoError(t, vault.SaveStop(t.Context(), "deliver", stop(4)))
	require.NoError(t, vault.KeepMessage(t.Context(), message(1, 1)))
	require.NoError(t, vault.KeepBatch(t.Context(), batchOf(1, 1), waiting(0, 1), nil))
	require.NoError(t, vault.Close())

	vault = open(t, folder)
	again, err := vault.Installation(t.Context())
	require.NoError(t, err)
	require.Equal(t, installation, again)
	lookupAgain, err := vault.LookupKey(t.Context(), company(1))
	require.NoError(t, err)
	require.Equal(t, lookup, lookupAgain)
	linksAgain, err := vault.LinkKeys(t.Context())
	require.NoError(t, err)
	require.Equal(t, links, linksAgain)
	require.Equal(t, found, lookUp(t, vault, person(1), person(2)))
	hash, err := vault.Credential(t.Context(), domain.CredentialID(uuid.NameSpaceURL))
	require.NoError(t, err)
	require.Equal(t, "hash", hash)
	requireSession(t, vault, 1, true)
	requireToken(t, vault, 1, apiToken(1))
	record, err := vault.BeginRequest(t.Context(), request("key"), begun(2))
	require.NoError(t, err)
	require.Equal(t, begun(1), record)
	requireCheckpoint(t, vault, "deliver", at(3))
	requireStops(t, vault, "deliver", stop(4))
	kept, err := vault.Messages(t.Context(), company(1), outbox.Place{}, 10)
	require.NoError(t, err)
	require.Equal(t, []commands.Message{message(1, 1)}, kept)
	require.Equal(t, waiting(0, 1), waits(t, vault, mustTake(t, vault, moment(1)), 10))
}

func lookUp(t *testing.T, vault KeptVault, people ...domain.PersonID) map[domain.PersonID]codec.Key {
	t.Helper()
	found, err := vault.DataKeys(t.Context(), people)
	require.NoError(t, err)
	return found
}

func requireCheckpoint(t *testing.T, vault KeptVault, name string, want domain.Position) {
	t.Helper()
	position, err := vault.Checkpoint(t.Context(), name)
	require.NoError(t, err)
	require.Equal(t, want, position)
}
