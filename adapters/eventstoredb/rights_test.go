package eventstoredb_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// TestAPlainUser has the rights that docs/eventstoredb.md gives on a server that is Usher's alone.
func TestAPlainUser(t *testing.T) {
	server := nodetest.StartGuarded(t, "usher", "other")
	as, admin := server.As, server.Program(t, "admin")
	opened := func(user string) error {
		log, err := eventstoredb.Open(t.Context(), as(user), "", eventstoredb.Options{Patience: time.Second})
		if err == nil {
			require.NoError(t, log.Close())
		}
		return err
	}
	require.ErrorContains(t, opened("usher"), "Access Denied", "who may not read all events")

	require.NoError(t, admin.Write(t.Context(), "$$$all", "$metadata", `{"$acl":{"$r":["usher"]}}`))
	require.NoError(t, admin.Write(t.Context(), "$settings", "update-default-acl", `{
		"$userStreamAcl":{"$r":"usher","$w":"usher","$d":"$admins","$mr":"usher","$mw":"$admins"},
		"$systemStreamAcl":{"$r":"$admins","$w":"$admins","$d":"$admins","$mr":"$admins","$mw":"$admins"}}`))

	log := open(t, as("usher"), eventstoredb.Options{})
	stream, events := "person-"+uuid.NewString(), proposed(2)
	_, position, err := log.Append(t.Context(), stream, domain.NoStream{}, events)
	require.NoError(t, err)
	require.Equal(t, []uuid.UUID{events[0].ID, events[1].ID}, collected(t, log, stream))
	following, enough := context.WithCancel(t.Context())
	defer enough()
	for record, err := range log.Subscribe(following, domain.Position{}) {
		require.NoError(t, err)
		if record.Position == position {
			break
		}
	}
	require.NoError(t, log.Health(t.Context()))
	require.Error(t, opened("other"), "nobody else reads them")
	require.NoError(t, admin.Write(t.Context(), "$$$all", "$metadata", `{"$acl":{"$r":["usher","other"]}}`))
	others := open(t, as("other"), eventstoredb.Options{})
	_, _, err = others.Append(t.Context(), stream, domain.Any{}, proposed(1))
	require.ErrorIs(t, err, journal.ErrDenied, "and nobody else forges")
}

// TestRightsOfItsOwnStreams has the rights that docs/eventstoredb.md gives on a server
// that is others' too: all streams are all users', but those of the log.
func TestRightsOfItsOwnStreams(t *testing.T) {
	server := nodetest.StartGuarded(t, "usher", "other")
	require.NoError(t, server.Program(t, "admin").Write(t.Context(), "$$$all", "$metadata", `{"$acl":{"$r":["$admins","usher"]}}`))
	usher, other := server.Program(t, "usher"), server.Program(t, "other")

	t.Run("given a stream of the log, nobody else uses it, and Usher reads and appends", func(t *testing.T) {
		log := begin(t, server.As("usher"), "usher.", eventstoredb.Options{ACL: true})
		for _, expected := range []domain.Expected{domain.NoStream{}, domain.Revision(0)} {
			_, _, err := log.Append(t.Context(), person1, expected, proposed(1))
			require.NoError(t, err)
		}
		other.RequireShutOut(t, "usher.log", "usher."+person1)
		for _, err := range []error{
			usher.Delete(t.Context(), "usher."+person1), usher.Tombstone(t.Context(), "usher."+person1),
			usher.Write(t.Context(), "$$usher."+person1, "$metadata", `{}`),
		} {
			require.ErrorContains(t, err, "PermissionDenied", "that is for administrators")
		}
		require.Len(t, everything(t, log), 2)
		require.NoError(t, log.Health(t.Context()))
	})
	t.Run("given another program, it goes on with its own streams", func(t *testing.T) {
		require.NoError(t, other.Write(t.Context(), "order-1", "ordered", `{}`))
		require.NoError(t, other.Read(t.Context(), "order-1"))
		require.NoError(t, other.Delete(t.Context(), "order-1"))
	})
	t.Run("given a stream that is not there yet, it is nobody's, as the documents say", func(t *testing.T) {
		require.NoError(t, other.Write(t.Context(), "usher.person-"+uuid.NewString(), "forged", `{}`))
	})
	t.Run("given streams from before there were rights, they get them, and those that have some keep them", func(t *testing.T) {
		before := begin(t, server.As("usher"), "usher.", eventstoredb.Options{})
		all := appends(40)
		_, err := before.AppendAll(t.Context(), all)
		require.NoError(t, err)
		require.NoError(t, other.Read(t.Context(), "usher."+all[0].Stream), "which is why")
		log := begin(t, server.As("usher"), "usher.", eventstoredb.Options{ACL: true})
		for range 2 {
			require.NoError(t, log.Protect(t.Context()))
			other.RequireShutOut(t, "usher."+person1)
			for _, one := range all[:7] {
				other.RequireShutOut(t, "usher."+one.Stream)
			}
		}
	})
}
