package pairing_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/adapters/pairing"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/domain"
)

// shared is a server, and what was found there.
type shared struct {
	*testing.T
	node *nodetest.Server
}

func onAServer(t *testing.T) shared {
	t.Helper()
	return shared{t, nodetest.Start(t)}
}

func (s shared) log(prefix string) *eventstoredb.Log {
	s.Helper()
	log, err := eventstoredb.Open(s.Context(), s.node.Connection, prefix, eventstoredb.Options{})
	require.NoError(s, err)
	s.Cleanup(func() { require.NoError(s, log.Close()) })
	return log
}

// writes has some program append an event to the server.
func (s shared) writes(stream, kind string) {
	s.Helper()
	_, _, err := s.node.Log.Append(s.Context(), stream, domain.Any{}, []journal.Proposed{{ID: uuid.New(), Type: kind, JSON: true, Data: []byte(`{}`), Metadata: []byte(`{}`)}})
	require.NoError(s, err)
}

func (s shared) begin(prefix string, vault *sqlite.Vault) error {
	s.Helper()
	return pairing.Begin(s.Context(), s.log(prefix), "the log in EventStoreDB", vault)
}

func (s shared) follows(vault *sqlite.Vault) string {
	s.Helper()
	mark, err := vault.LogMark(s.Context())
	require.NoError(s, err)
	return mark
}

// overtaken is a log that takes long to look for Ushers' events.
type overtaken struct {
	*eventstoredb.Log
	meanwhile func()
}

func (o overtaken) Ushers(ctx context.Context, known func(domain.EventType) bool) (string, error) {
	o.meanwhile()
	return o.Log.Ushers(ctx, known)
}

func TestBeginningALogThatSharesItsServer(t *testing.T) {
	t.Run("given a new vault, it has a log with its prefix from then on, and no other is begun for it", func(t *testing.T) {
		server, vault := onAServer(t), newVault(t)
		require.NoError(t, server.begin("usher.", vault))
		mark, err := server.log("usher.").Mark(t.Context())
		require.NoError(t, err)
		require.Equal(t, mark, server.follows(vault))
		require.Equal(t, "usher.", eventstoredb.PrefixOf(mark))
		require.NoError(t, server.begin("other.", vault))
		require.Equal(t, mark, server.follows(vault))
		other, err := server.log("other.").Mark(t.Context())
		require.NoError(t, err)
		require.Empty(t, other)
	})
	t.Run("given two new vaults at once, one has the log, and the other is refused, now and later, until it has another prefix", func(t *testing.T) {
		server, vaults, errs := onAServer(t), []*sqlite.Vault{newVault(t), newVault(t)}, make([]error, 2)
		var group sync.WaitGroup
		for i, vault := range vaults {
			log := server.log("usher.")
			group.Go(func() { errs[i] = pairing.Begin(t.Context(), log, "the log in EventStoreDB", vault) })
		}
		group.Wait()
		loser := vaults[0]
		if errs[0] == nil {
			loser = vaults[1]
		}
		require.True(t, (errs[0] == nil) != (errs[1] == nil), "%v", errs)
		if used, err := loser.Used(t.Context()); err == nil && used {
			require.ErrorIs(t, server.begin("usher.", loser), pairing.ErrAnotherLog)
		}
		require.Empty(t, server.follows(loser))
		require.NoError(t, server.begin("usher.b.", loser))
		require.NotEmpty(t, server.follows(loser))
	})
	t.Run("given a start that was stopped before the vault remembered its log, the next one goes on", func(t *testing.T) {
		server, vault := onAServer(t), newVault(t)
		require.NoError(t, server.begin("usher.", vault))
		mark := server.follows(vault)
		require.NoError(t, vault.SetLogMark(t.Context(), ""))
		require.NoError(t, server.begin("usher.", vault))
		require.Equal(t, mark, server.follows(vault))
	})
	t.Run("given another instance of the same vault that begins meanwhile, and writes, it goes on with that", func(t *testing.T) {
		server, vault := onAServer(t), newVault(t)
		slow := overtaken{server.log("usher."), func() {
			require.NoError(t, server.begin("usher.", vault))
			server.writes("usher.person-"+uuid.NewString(), "person.employed")
		}}
		require.NoError(t, pairing.Begin(t.Context(), slow, "the log in EventStoreDB", vault))
		mark, err := server.log("usher.").Mark(t.Context())
		require.NoError(t, err)
		require.Equal(t, mark, server.follows(vault))
	})
	for _, stream := range []string{"account-" + uuid.NewString(), "person-" + uuid.NewString(), "usher.person-" + uuid.NewString()} {
		t.Run("given an Usher's events in "+stream[:7]+", a new vault begins none beside them", func(t *testing.T) {
			server, vault := onAServer(t), newVault(t)
			server.writes(stream, "person.employed")
			err := server.begin("usher.", vault)
			require.ErrorIs(t, err, pairing.ErrAnotherLog)
			require.ErrorContains(t, err, "an Usher's events already")
			mark, err := server.log("usher.").Mark(t.Context())
			require.NoError(t, err)
			require.Empty(t, mark)
			used, err := vault.Used(t.Context())
			require.NoError(t, err)
			require.False(t, used, "and stays new")
		})
	}
	t.Run("given events of other programs, and other Ushers', whatever they are called, it begins", func(t *testing.T) {
		server := onAServer(t)
		server.writes("order-1", "OrderPlaced")
		server.writes("account-7", "account.founded")
		server.writes("account-"+uuid.NewString(), "AccountOpened")
		server.writes("usher.b.person-"+uuid.NewString(), "person.employed")
		require.NoError(t, server.begin("usher.", newVault(t)))
	})
	t.Run("given another vault's log, a new vault leaves it to Join to refuse it", func(t *testing.T) {
		server, vault := onAServer(t), newVault(t)
		require.NoError(t, server.begin("usher.", newVault(t)))
		require.NoError(t, server.begin("usher.", vault))
		_, err := pairing.Join(t.Context(), pairing.Parts{
			Log: server.log("usher."), Name: "the log in EventStoreDB", Vault: vault, Models: newModels(t),
		})
		require.ErrorIs(t, err, pairing.ErrAnotherLog)
	})
}
