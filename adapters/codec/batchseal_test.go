package codec_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

func batchSeal(t *testing.T, id byte, key []byte) codec.BatchSeal {
	t.Helper()
	seal, err := codec.NewBatchSeal(domain.BatchID{id}, key)
	require.NoError(t, err)
	return seal
}

func TestWhatIsKeptOfABatchIsSealed(t *testing.T) {
	key := codec.NewKey()
	seal := batchSeal(t, 1, key)
	row := commands.WaitingRow{Place: 7, Contact: domain.Contact{Kind: domain.ContactPhone, Address: "+14155550100", Form: "1:+14155550100", Country: "US"}, Confirmed: []domain.Doubt{domain.UnknownRange}}
	sealed, err := seal.Waiting(row)
	require.NoError(t, err)
	require.False(t, bytes.Contains(sealed, []byte("4155550100")))

	t.Run("and opens as it was", func(t *testing.T) {
		opened := commands.WaitingRow{Place: 7}
		require.NoError(t, seal.OpenWaiting(sealed, &opened))
		require.Equal(t, row, opened)

		plain := commands.WaitingRow{Place: 8, Contact: domain.Contact{Kind: domain.ContactEmail, Address: "ben@mill.example"}}
		sealed, err := seal.Waiting(plain)
		require.NoError(t, err)
		opened = commands.WaitingRow{Place: 8}
		require.NoError(t, seal.OpenWaiting(sealed, &opened))
		require.Equal(t, plain, opened)

		refused := commands.SettledRow{Place: 3, Contact: "no address", Refused: &domain.Refusal{
			Code: domain.AccountLimit, Message: "enough", Field: "emails", Until: time.Date(2026, 3, 1, 9, 0, 0, 5, time.UTC), Offer: domain.NewProof, DidYouMean: "ben@gmail.com", Doubt: domain.UnknownRange,
		}}
		sealed, err = seal.Refused(refused)
		require.NoError(t, err)
		again := commands.SettledRow{Place: 3}
		require.NoError(t, seal.OpenRefused(sealed, &again))
		require.Equal(t, refused, again)

		caller := commands.Caller{Kind: domain.ActorPerson, Token: domain.TokenID{1}, Session: commands.Session{
			Account: domain.AccountID{2}, Person: domain.PersonID{3}, Slot: domain.Slot{4}, Tenure: 5, Epoch: 6, Credential: domain.CredentialID{7}, Next: domain.CredentialID{8},
		}}
		sealed, err = seal.Caller(caller)
		require.NoError(t, err)
		found, err := seal.OpenCaller(sealed)
		require.NoError(t, err)
		require.Equal(t, caller, found)
	})
	for name, open := range map[string]func() error{
		"at another place": func() error { return seal.OpenWaiting(sealed, &commands.WaitingRow{Place: 8}) },
		"of another batch": func() error { return batchSeal(t, 2, key).OpenWaiting(sealed, &commands.WaitingRow{Place: 7}) },
		"under another key": func() error {
			return batchSeal(t, 1, codec.NewKey()).OpenWaiting(sealed, &commands.WaitingRow{Place: 7})
		},
		"as another kind": func() error { return seal.OpenRefused(sealed, &commands.SettledRow{Place: 7}) },
		"with a byte changed": func() error {
			return seal.OpenWaiting(append([]byte{sealed[0] ^ 1}, sealed[1:]...), &commands.WaitingRow{Place: 7})
		},
		"that is cut":               func() error { return seal.OpenWaiting(sealed[:len(sealed)-1], &commands.WaitingRow{Place: 7}) },
		"of which nothing is there": func() error { return seal.OpenWaiting(nil, &commands.WaitingRow{Place: 7}) },
	} {
		t.Run("and does not open "+name, func(t *testing.T) { require.Error(t, open()) })
	}
	_, err = codec.NewBatchSeal(domain.BatchID{1}, nil)
	require.Error(t, err)
}
