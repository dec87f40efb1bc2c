package outbox_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/sqlite"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

func TestOutbox(t *testing.T) {
	t.Run("given a message sent twice, it is kept once, its secrets unfilled", func(t *testing.T) {
		box := open(t)
		message := written(1)
		require.NoError(t, box.Send(t.Context(), message))
		require.NoError(t, box.Send(t.Context(), message))
		kept, err := box.List(t.Context(), message.Account, outbox.Place{}, 10)
		require.NoError(t, err)
		require.Equal(t, []commands.Message{message}, kept)
		require.Contains(t, kept[0].Text, "{link}")
		require.Contains(t, kept[0].Text, "{password}")
	})
	t.Run("given messages, a page continues behind the last message of the page before", func(t *testing.T) {
		box := open(t)
		for n := range 3 {
			require.NoError(t, box.Send(t.Context(), written(n)))
		}
		first, err := box.List(t.Context(), written(0).Account, outbox.Place{}, 2)
		require.NoError(t, err)
		require.Equal(t, []commands.Message{written(2), written(1)}, first)
		second, err := box.List(t.Context(), written(0).Account, outbox.PlaceOf(first[1]), 2)
		require.NoError(t, err)
		require.Equal(t, []commands.Message{written(0)}, second)
	})
	t.Run("given pages, each continues at the cursor of the one before, until there is none", func(t *testing.T) {
		pages := outbox.Pages{Outbox: open(t)}
		for n := range 3 {
			require.NoError(t, pages.Send(t.Context(), written(n)))
		}
		first, next, err := pages.List(t.Context(), written(0).Account, "", 2)
		require.NoError(t, err)
		require.Equal(t, []commands.Message{written(2), written(1)}, first)
		second, end, err := pages.List(t.Context(), written(0).Account, next, 2)
		require.NoError(t, err)
		require.Equal(t, []commands.Message{written(0)}, second)
		require.Empty(t, end)
		_, _, err = pages.List(t.Context(), written(0).Account, "made up", 2)
		require.Equal(t, domain.InvalidCursor, domain.CodeOf(err))
	})
	t.Run("given a person to forget, their messages are gone", func(t *testing.T) {
		box := open(t)
		require.NoError(t, box.Send(t.Context(), written(1)))
		require.NoError(t, box.Forget(t.Context(), written(1).Person))
		kept, err := box.List(t.Context(), written(1).Account, outbox.Place{}, 10)
		require.NoError(t, err)
		require.Empty(t, kept)
	})
}

func open(t *testing.T) *outbox.Outbox {
	t.Helper()
	vault, err := sqlite.OpenVault(t.Context(), filepath.Join(t.TempDir(), "vault.db"))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, vault.Close()) })
	return outbox.New(vault)
}

func written(n int) commands.Message {
	return commands.Message{
		ID: uuid.NewSHA1(uuid.NameSpaceOID, []byte{byte(n)}), Account: domain.AccountIDFor(uuid.NameSpaceOID, "acme"),
		Person: domain.PersonIDFor(domain.Slot(uuid.NameSpaceOID), n), To: domain.Contact{Kind: domain.ContactPhone, Address: "+14155550100"},
		Text: "Join us: {link} {password}", Link: commands.LinkRef{Purpose: "sms", Counter: 1}, Tenure: n,
		At: time.Date(2026, 1, 1, 0, 0, n, 0, time.UTC),
	}
}
