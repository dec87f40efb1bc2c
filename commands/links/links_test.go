package links_test

import (
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
)

func keys() links.Keys {
	return links.Keys{1: []byte(strings.Repeat("a", 32)), 2: []byte(strings.Repeat("b", 32))}
}

func TestToken(t *testing.T) {
	owner := links.Owner{Account: domain.AccountID(uuid.New()), Tenure: 1}
	link := links.Link{Purpose: links.Invitation, Subject: uuid.New(), Counter: 3}
	token := keys().Token(link, owner)

	t.Run("is short enough for one SMS", func(t *testing.T) {
		require.LessOrEqual(t, len(token), 48)
	})
	t.Run("says what it was made of", func(t *testing.T) {
		claimed, err := links.Read(token)
		require.NoError(t, err)
		require.Equal(t, link, claimed.Link)
		require.True(t, keys().Genuine(claimed, owner))
	})
	t.Run("stays genuine while its key is kept, and not after", func(t *testing.T) {
		old := links.Keys{1: keys()[1]}.Token(link, owner)
		claimed, err := links.Read(old)
		require.NoError(t, err)
		require.True(t, keys().Genuine(claimed, owner))
		require.False(t, links.Keys{2: keys()[2]}.Genuine(claimed, owner))
	})
	t.Run("is not genuine for another account or tenure", func(t *testing.T) {
		claimed, err := links.Read(token)
		require.NoError(t, err)
		require.False(t, keys().Genuine(claimed, links.Owner{Account: domain.AccountID(uuid.New()), Tenure: 1}))
		require.False(t, keys().Genuine(claimed, links.Owner{Account: owner.Account, Tenure: 2}))
	})
	t.Run("refuses nonsense", func(t *testing.T) {
		for _, nonsense := range []string{
			"", "x", token[:len(token)-1], token + "=", token + ".", token + "A", strings.ToUpper(token),
			strings.Repeat("A", 1<<20), token + "%20", "\x00" + token, "'%';--",
		} {
			claimed, err := links.Read(nonsense)
			require.True(t, err != nil || !keys().Genuine(claimed, owner), "%q", nonsense)
		}
	})
}

func TestNoOtherTokenIsGenuine(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		owner := links.Owner{Account: domain.AccountID(uuid.UUID{1}), Tenure: 1}
		link := links.Link{
			Purpose: rapid.SampledFrom([]links.Purpose{links.Join, links.Invitation, links.SetPassword, links.Proof}).Draw(t, "purpose"),
			Subject: uuid.UUID{2}, Counter: rapid.Uint64Range(0, 1<<40).Draw(t, "counter"),
		}
		token := []byte(keys().Token(link, owner))
		place := rapid.IntRange(0, len(token)-1).Draw(t, "place")
		sign := rapid.SampledFrom([]byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")).Draw(t, "sign")
		if token[place] == sign {
			return
		}
		token[place] = sign
		claimed, err := links.Read(string(token))
		if err == nil && keys().Genuine(claimed, owner) {
			t.Fatalf("a changed token is genuine: %s", token)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(keys().Token(links.Link{Purpose: links.Join, Subject: uuid.UUID{1}, Counter: 1}, links.Owner{}))
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, token string) {
		claimed, err := links.Read(token)
		if err == nil && keys().Genuine(claimed, links.Owner{}) && keys().Token(claimed.Link, links.Owner{}) != token && token[:2] == "Ag" {
			t.Fatalf("two spellings of one link: %q", token)
		}
	})
}

func TestPassword(t *testing.T) {
	owner := links.Owner{Account: domain.AccountID(uuid.New()), Tenure: 1}
	ref := links.PasswordRef{Slot: domain.Slot(uuid.New()), Counter: 1}
	password := keys().Password(ref, owner)
	require.Len(t, password, 23)
	require.True(t, keys().IsPassword(password, ref, owner))
	require.False(t, keys().IsPassword(password, links.PasswordRef{Slot: ref.Slot, Counter: 2}, owner))
	require.False(t, keys().IsPassword("", ref, owner))
}
