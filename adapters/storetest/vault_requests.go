package storetest

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

func sessions(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given a session, it is found by its token alone until it is ended", func(t *testing.T) {
		vault := fresh(t)
		requireSession(t, vault, 1, false)
		require.NoError(t, vault.StartSession(t.Context(), digest(1), signedIn(1)))
		require.NoError(t, vault.StartSession(t.Context(), digest(2), signedIn(2)))
		requireSession(t, vault, 1, true)
		require.NoError(t, vault.EndSession(t.Context(), digest(1)))
		require.NoError(t, vault.EndSession(t.Context(), digest(1)))
		requireSession(t, vault, 1, false)
		requireSession(t, vault, 2, true)
	})
	t.Run("given tokens, those are told that have no session", func(t *testing.T) {
		vault := fresh(t)
		asked := make([][32]byte, 200)
		for n := range asked {
			asked[n] = digest(n)
		}
		for n := range 3 {
			require.NoError(t, vault.StartSession(t.Context(), digest(n), signedIn(n)))
		}
		require.NoError(t, vault.EndSession(t.Context(), digest(1)))
		ended, mark, err := vault.Ended(t.Context(), slices.Values(asked), 0)
		require.NoError(t, err)
		require.ElementsMatch(t, append([][32]byte{digest(1)}, asked[3:]...), ended)
		ended, mark, err = vault.Ended(t.Context(), slices.Values(asked[:0]), mark)
		require.NoError(t, err)
		require.Empty(t, ended)
		ends := []func(n int) error{
			func(n int) error { return vault.EndSession(t.Context(), digest(n)) },
			func(n int) error { return vault.EndSessionsOf(t.Context(), signedIn(n).Person, [32]byte{}) },
			func(n int) error {
				return vault.EndVoidSessions(t.Context(), signedIn(n).Person, signedIn(n).Epoch+1, signedIn(n).Credential)
			},
			func(n int) error {
				_, err := vault.EndSessionOf(t.Context(), signedIn(n).Person, signedIn(n).ID)
				return err
			},
		}
		for n, end := range ends {
			require.NoError(t, vault.StartSession(t.Context(), digest(10+n), signedIn(10+n)))
			ended, mark, err = vault.Ended(t.Context(), slices.Values(asked[10+n:11+n]), mark)
			require.NoError(t, err)
			require.Empty(t, ended)
			require.NoError(t, end(10+n))
			ended, mark, err = vault.Ended(t.Context(), slices.Values(asked[10+n:11+n]), mark)
			require.NoError(t, err)
			require.Equal(t, asked[10+n:11+n], ended, n)
		}
	})
	t.Run("given sessions of two people, ending those of one keeps the one named and the other's", func(t *testing.T) {
		vault := fresh(t)
		for n := range 4 {
			session := signedIn(n)
			session.Person = person(n % 2)
			require.NoError(t, vault.StartSession(t.Context(), digest(n), session))
		}
		require.NoError(t, vault.StartSession(t.Context(), digest(4), signedIn(0)))
		require.NoError(t, vault.EndSessionsOf(t.Context(), person(0), digest(2)))
		for n, want := range []bool{false, true, true, true, false} {
			_, found, err := vault.FindSession(t.Context(), digest(n))
			require.NoError(t, err)
			require.Equal(t, want, found, n)
		}
	})
	t.Run("given a session, its use and the next credential are noted, and nothing else of it changes", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.StartSession(t.Context(), digest(1), signedIn(1)))
		require.NoError(t, vault.StartSession(t.Context(), digest(2), signedIn(2)))
		now, next := domain.CredentialID(person(7)), domain.CredentialID(person(8))
		require.NoError(t, vault.UseSession(t.Context(), digest(1), moment(9)))
		require.NoError(t, vault.KeepSession(t.Context(), digest(1), now, next))
		want := signedIn(1)
		want.UsedAt, want.Credential, want.Next = moment(9), now, next
		session, found, err := vault.FindSession(t.Context(), digest(1))
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, want, session)
		requireSession(t, vault, 2, true)
	})
	t.Run("given a person's sessions, they are listed by their last use and ended by their ids", func(t *testing.T) {
		vault := fresh(t)
		var all []commands.Session
		for n := range 3 {
			session := signedIn(n)
			session.Person = person(1)
			require.NoError(t, vault.StartSession(t.Context(), digest(n), session))
			all = append([]commands.Session{session}, all...)
		}
		require.NoError(t, vault.StartSession(t.Context(), digest(9), signedIn(9)))
		sessions, err := vault.SessionsOf(t.Context(), person(1), 10)
		require.NoError(t, err)
		require.Equal(t, all, sessions)
		sessions, err = vault.SessionsOf(t.Context(), person(1), 2)
		require.NoError(t, err)
		require.Equal(t, all[:2], sessions)

		there, err := vault.EndSessionOf(t.Context(), person(1), signedIn(9).ID)
		require.NoError(t, err)
		require.False(t, there)
		there, err = vault.EndSessionOf(t.Context(), person(1), all[0].ID)
		require.NoError(t, err)
		require.True(t, there)
		sessions, err = vault.SessionsOf(t.Context(), person(1), 10)
		require.NoError(t, err)
		require.Equal(t, all[1:], sessions)
		requireSession(t, vault, 9, true)
	})
	t.Run("given sessions of several epochs and credentials, only those of the present ones stay", func(t *testing.T) {
		vault := fresh(t)
		old, now := domain.CredentialID(person(1)), domain.CredentialID(person(2))
		for n, session := range []commands.Session{
			{Epoch: 2, Credential: now},
			{Epoch: 2, Credential: old, Next: now},
			{Epoch: 2, Credential: old},
			{Epoch: 1, Credential: now},
		} {
			session.Person = person(0)
			require.NoError(t, vault.StartSession(t.Context(), digest(n), session))
		}
		require.NoError(t, vault.StartSession(t.Context(), digest(9), signedIn(9)))
		require.NoError(t, vault.EndVoidSessions(t.Context(), person(0), 2, now))
		for n, want := range map[int]bool{0: true, 1: true, 2: false, 3: false, 9: true} {
			_, found, err := vault.FindSession(t.Context(), digest(n))
			require.NoError(t, err)
			require.Equal(t, want, found, n)
		}
	})
	t.Run("given sessions that have expired, a sweep takes those and no others", func(t *testing.T) {
		vault := fresh(t)
		for n := range 3 {
			require.NoError(t, vault.StartSession(t.Context(), digest(n), signedIn(n)))
		}
		require.NoError(t, vault.Sweep(t.Context(), signedIn(1).ExpiresAt))
		requireSession(t, vault, 0, false)
		requireSession(t, vault, 1, false)
		requireSession(t, vault, 2, true)
	})
}

func requests(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given the same request at once from many, one inserts its record and all get that", func(t *testing.T) {
		vault := fresh(t)
		records := make([]commands.IdempotencyRecord, 16)
		var group sync.WaitGroup
		for i := range records {
			group.Go(func() {
				var err error
				if records[i], err = vault.BeginRequest(t.Context(), request("key"), begun(i+1)); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		own := 0
		for i, record := range records {
			require.Equal(t, records[0], record)
			if record.Command == begun(i+1).Command {
				own++
			}
		}
		require.Equal(t, 1, own)
	})
	t.Run("given other accounts, scopes and keys, requests are others", func(t *testing.T) {
		vault := fresh(t)
		for n, key := range []commands.IdempotencyKey{
			{Account: company(1), Scope: "a", Key: "b"},
			{Account: company(2), Scope: "a", Key: "b"},
			{Account: company(1), Scope: "A", Key: "b"},
			{Account: company(1), Scope: "a", Key: "B"},
			{Account: company(1), Scope: "ab", Key: ""},
			{Account: company(1), Scope: "", Key: "ab"},
		} {
			record, err := vault.BeginRequest(t.Context(), key, begun(n+1))
			require.NoError(t, err)
			require.Equal(t, begun(n+1), record)
		}
	})
	t.Run("given an answer, whoever asks again gets it, and a later answer does not change it", func(t *testing.T) {
		vault := fresh(t)
		_, err := vault.BeginRequest(t.Context(), request("key"), begun(1))
		require.NoError(t, err)
		require.NoError(t, vault.FinishRequest(t.Context(), request("key"), 201, []byte(`{"ü":1}`)))
		require.NoError(t, vault.FinishRequest(t.Context(), request("key"), 409, []byte("other")))
		require.NoError(t, vault.FinishRequest(t.Context(), request("another key"), 200, nil))
		want := begun(1)
		want.Status, want.Answer = 201, []byte(`{"ü":1}`)
		record, err := vault.BeginRequest(t.Context(), request("key"), begun(2))
		require.NoError(t, err)
		require.Equal(t, want, record)
	})
	t.Run("given a request without an answer, it can be forgotten by who began it, and by nobody else", func(t *testing.T) {
		vault := fresh(t)
		_, err := vault.BeginRequest(t.Context(), request("key"), begun(1))
		require.NoError(t, err)
		again := func() commands.IdempotencyRecord {
			record, err := vault.BeginRequest(t.Context(), request("key"), begun(2))
			require.NoError(t, err)
			return record
		}
		require.NoError(t, vault.ForgetRequest(t.Context(), request("key"), begun(2).Command))
		require.NoError(t, vault.ForgetRequest(t.Context(), request("another key"), begun(1).Command))
		require.Equal(t, begun(1), again())
		require.NoError(t, vault.ForgetRequest(t.Context(), request("key"), begun(1).Command))
		require.Equal(t, begun(2), again())
		require.NoError(t, vault.FinishRequest(t.Context(), request("key"), 201, []byte("{}")))
		require.NoError(t, vault.ForgetRequest(t.Context(), request("key"), begun(2).Command))
		require.Equal(t, 201, again().Status, "what was answered stays")
	})
	t.Run("given requests of seven days ago, a sweep takes the older and no others", func(t *testing.T) {
		vault := fresh(t)
		for n := range 3 {
			_, err := vault.BeginRequest(t.Context(), request(fmt.Sprint(n)), begun(n))
			require.NoError(t, err)
		}
		require.NoError(t, vault.Sweep(t.Context(), begun(1).At.Add(7*24*time.Hour)))
		for n, want := range []commands.IdempotencyRecord{begun(9), begun(1), begun(2)} {
			record, err := vault.BeginRequest(t.Context(), request(fmt.Sprint(n)), begun(9))
			require.NoError(t, err)
			require.Equal(t, want, record)
		}
	})
}

func messages(t *testing.T, fresh func(*testing.T) KeptVault) {
	t.Run("given messages, they are listed newest first in pages, each once", func(t *testing.T) {
		vault := fresh(t)
		const count = 25
		for n := range count {
			require.NoError(t, vault.KeepMessage(t.Context(), message(n, n/5))) // five at each moment
			require.NoError(t, vault.KeepMessage(t.Context(), message(n, n/5)))
		}
		for _, size := range []int{1, 4, 5, 100} {
			var listed []commands.Message
			var after outbox.Place
			for {
				page, err := vault.Messages(t.Context(), company(1), after, size)
				require.NoError(t, err)
				listed = append(listed, page...)
				if len(page) < size {
					break
				}
				after = outbox.PlaceOf(page[size-1])
			}
			require.Len(t, listed, count)
			for i := 1; i < count; i++ {
				require.False(t, listed[i].At.After(listed[i-1].At))
				require.NotEqual(t, listed[i].ID, listed[i-1].ID)
			}
		}
	})
	t.Run("given the same id again, the first message stays", func(t *testing.T) {
		vault := fresh(t)
		other := message(1, 2)
		other.Text = "other"
		require.NoError(t, vault.KeepMessage(t.Context(), message(1, 1)))
		require.NoError(t, vault.KeepMessage(t.Context(), other))
		kept, err := vault.Messages(t.Context(), company(1), outbox.Place{}, 10)
		require.NoError(t, err)
		require.Equal(t, []commands.Message{message(1, 1)}, kept)
	})
	t.Run("given two accounts, neither sees the other's messages", func(t *testing.T) {
		vault := fresh(t)
		require.NoError(t, vault.KeepMessage(t.Context(), message(1, 1)))
		kept, err := vault.Messages(t.Context(), company(2), outbox.Place{}, 10)
		require.NoError(t, err)
		require.Empty(t, kept)
	})
	t.Run("given a person to forget, nothing that was written to them is left", func(t *testing.T) {
		vault := fresh(t)
		for n := range 4 {
			one := message(n, n)
			one.Person = person(n % 2)
			require.NoError(t, vault.KeepMessage(t.Context(), one))
		}
		require.NoError(t, vault.ForgetMessages(t.Context(), person(0)))
		kept, err := vault.Messages(t.Context(), company(1), outbox.Place{}, 10)
		require.NoError(t, err)
		require.Len(t, kept, 2)
		for _, one := range kept {
			require.Equal(t, person(1), one.Person)
		}
	})
}

func digest(n int) [32]byte { return [32]byte{31: byte(n)} }

func signedIn(n int) commands.Session {
	return commands.Session{
		ID: domain.SessionID(person(n + 1000)), Account: company(n), Person: person(n), Slot: domain.Slot(uuid.NameSpaceOID),
		Tenure: n + 1, Epoch: n + 2, Credential: domain.CredentialID(person(n + 2000)), Next: domain.CredentialID(person(n + 3000)),
		Agent: "Firefox ü", CreatedAt: moment(n - 2), UsedAt: moment(n - 1), ExpiresAt: moment(n),
	}
}

func requireSession(t *testing.T, vault KeptVault, n int, want bool) {
	t.Helper()
	session, found, err := vault.FindSession(t.Context(), digest(n))
	require.NoError(t, err)
	require.Equal(t, want, found)
	if want {
		require.Equal(t, signedIn(n), session)
	} else {
		require.Zero(t, session)
	}
}

func request(key string) commands.IdempotencyKey {
	return commands.IdempotencyKey{Account: company(1), Scope: "person 1", Key: key}
}

func begun(n int) commands.IdempotencyRecord {
	return commands.IdempotencyRecord{Digest: digest(n), Command: domain.CommandID{15: byte(n)}, At: moment(n)}
}

// message is a message to person n in company 1.
func message(n, at int) commands.Message {
	return commands.Message{
		ID: uuid.NewSHA1(uuid.NameSpaceOID, fmt.Append(nil, n)), Account: company(1), Person: person(n), Slot: domain.Slot(uuid.NameSpaceOID),
		To: domain.Contact{Kind: domain.ContactEmail, Address: "ünd@example.org"}, Subject: "Hello", Text: "Follow {link}, say {password}\n",
		Link: commands.LinkRef{Purpose: "sms", Counter: 1<<64 - 1}, PasswordCounter: 3, Tenure: 4, At: moment(at),
	}
}
