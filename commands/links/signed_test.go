package links_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/domain"
)

func TestDevice(t *testing.T) {
	of := links.Bearer{Account: domain.AccountID{1}, Person: domain.PersonID{2}}
	device := links.Device{ID: uuid.UUID{3}, SignedIn: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	token := keys().DeviceToken(device, of)

	t.Run("says what it was made of, to whoever knows whose it is", func(t *testing.T) {
		read, genuine := keys().Device(token, of)
		require.True(t, genuine)
		require.Equal(t, device, read)
	})
	t.Run("is nobody else's", func(t *testing.T) {
		for _, other := range []links.Bearer{{}, {Account: of.Account}, {Person: of.Person}, {Account: domain.AccountID{2}, Person: domain.PersonID{1}}} {
			_, genuine := keys().Device(token, other)
			require.False(t, genuine)
		}
	})
	t.Run("stays genuine while its key is kept, and not after", func(t *testing.T) {
		old := links.Keys{1: keys()[1]}.DeviceToken(device, of)
		_, genuine := keys().Device(old, of)
		require.True(t, genuine)
		_, genuine = links.Keys{2: keys()[2]}.Device(old, of)
		require.False(t, genuine)
	})
	t.Run("is no link and no secret", func(t *testing.T) {
		_, err := links.Read(token)
		require.Error(t, err)
		require.False(t, keys().IsSecret(token))
	})
	t.Run("is not genuine where anything is changed", func(t *testing.T) {
		for _, forged := range changed(token) {
			_, genuine := keys().Device(forged, of)
			require.False(t, genuine, "%q", forged)
		}
	})
}

func TestSecret(t *testing.T) {
	text := keys().Secret([links.SecretSize]byte{1, 2, 3})
	require.True(t, keys().IsSecret(text))
	require.True(t, keys().IsSecret(links.Keys{1: keys()[1]}.Secret([links.SecretSize]byte{4})), "also under an older key")
	require.False(t, links.Keys{1: keys()[1]}.IsSecret(text), "not under one that is not kept")
	require.NotEqual(t, text, keys().Secret([links.SecretSize]byte{1, 2, 4}))
	for _, forged := range changed(text) {
		require.False(t, keys().IsSecret(forged), "%q", forged)
	}
}

// changed is a text with each of its signs changed, one too few and one too many, and nonsense.
func changed(text string) []string {
	all := []string{"", "x", text[1:], text[:len(text)-1], text + "A", text + "=", strings.ToUpper(text), strings.Repeat("A", len(text)), strings.Repeat("A", 1<<20), text[:20] + "\n" + text[21:]}
	for i := range text {
		other := "A"
		if text[i] == 'A' {
			other = "B"
		}
		all = append(all, text[:i]+other+text[i+1:])
	}
	return all
}
