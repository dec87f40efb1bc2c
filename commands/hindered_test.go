package commands_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
)

func TestRowsThatMeetAHindranceComeAgain(t *testing.T) {
	for _, hindrance := range []domain.Code{domain.KeysMissing, domain.Unavailable, domain.DiskFull} {
		t.Run(string(hindrance), func(t *testing.T) {
			w := generous(t)
			emails := addresses(230)
			_, id := invitedMany(t, w, emails)
			hindered := w.Someone(emails[7]).Stream()
			w.Log.Broken = func(stream domain.StreamName) error {
				if stream == hindered {
					return domain.Refuse(hindrance, "not for now")
				}
				return nil
			}
			require.NoError(t, someTried(t, w))
			require.Equal(t, "running: 99 invited, 0 refused, 0 untried of 230", counts(batchOf(t, w, id)))
			w.Log.Broken = nil
			w.GoOn()
			require.Equal(t, "done: 230 invited, 0 refused, 0 untried of 230", counts(batchOf(t, w, id)))
			requireInvitedOnce(t, w, emails, 230)
		})
	}
	t.Run("where it is the company that nothing is known of, all of them", func(t *testing.T) {
		w := generous(t)
		_, id := invitedMany(t, w, addresses(230))
		w.Log.Broken = func(stream domain.StreamName) error {
			if stream == domain.AccountStream(w.Acme) {
				return domain.Refuse(domain.HistoryMissing, "the stream was deleted")
			}
			return nil
		}
		require.Equal(t, domain.HistoryMissing, domain.CodeOf(someTried(t, w)))
		w.Log.Broken = nil
		w.Pass(2 * time.Minute) // in which the lease is over
		w.GoOn()
		require.Equal(t, "done: 230 invited, 0 refused, 0 untried of 230", counts(batchOf(t, w, id)))
	})
}

func TestRowsThatAStopOvertakesAreUntried(t *testing.T) {
	w := generous(t)
	_, id := invitedMany(t, w, addresses(230))
	require.NoError(t, someTried(t, w))
	w.Log.Before = func() { require.NoError(t, w.When(stoppingBatch(id)).Err) }
	require.NoError(t, someTried(t, w))
	w.GoOn()
	stopped := batchOf(t, w, id)
	require.Zero(t, stopped.Refused, counts(stopped))
	require.Equal(t, 230, stopped.Invited+stopped.Untried)
}

func TestABatchIsNotForgottenForAHindrance(t *testing.T) {
	w := generous(t)
	emails := addresses(230)
	request := w.Request(w.Founder)
	opened := domain.BatchFor(request.Command)
	w.Log.Broken = func(stream domain.StreamName) error {
		if stream == domain.BatchStream(opened) {
			return domain.Refuse(domain.Unavailable, "not for now")
		}
		return nil
	}
	var result commands.Invited
	w.Again(request).When(inviting(commands.InviteByEmail{Emails: emails}, &result)).ThenRefused(domain.Unavailable)
	require.Len(t, w.Vault.Kept(opened), 230, "it may have been opened all the same")
	w.Log.Broken = nil
	require.NoError(t, w.Again(request).When(inviting(commands.InviteByEmail{Emails: emails}, &result)).Err)
	w.GoOn()
	require.Equal(t, "done: 230 invited, 0 refused, 0 untried of 230", counts(batchOf(t, w, opened)))
}

func TestAHindranceIsNoAnswerToADecision(t *testing.T) {
	w := commandstest.New(t)
	bob, people := w.Administrator("bob@acme.example"), w.Waiting(many(101)...)
	request := w.Request(bob)
	var appended atomic.Int32
	w.Log.After = func() { appended.Add(1) }
	w.Log.Broken = func(stream domain.StreamName) error {
		if stream == bob.Stream() && appended.Load() >= 100 {
			return domain.Refuse(domain.Unavailable, "not for now")
		}
		return nil
	}
	var result commands.Decided
	require.Equal(t, domain.Unavailable, domain.CodeOf(w.Again(request).When(approvingAll(each(people...), &result)).Err))
	w.Log.After, w.Log.Broken = nil, nil
	require.Len(t, w.Again(request).When(approvingAll(each(people...), &result)).Appended, 1)
}

func TestARowThatIsAskedBackTakesNoContactFromAnother(t *testing.T) {
	w := commandstest.New(t)
	var result commands.Imported
	require.NoError(t, w.When(importing(inviteFile("Name,Mobile\nBea,1711234567\nDan,0171 1234567\n"), &result)).Err)
	require.Len(t, result.Rows, 2)
	for _, row := range result.Rows {
		require.NotEqual(t, domain.DuplicateInBatch, domain.CodeOf(row.Refused))
	}
}

func TestNobodyIsSilencedByTheHistoryOfAnotherAdministrator(t *testing.T) {
	w := commandstest.New(t)
	bob := w.Administrator("bob@acme.example")
	all := w.Log.All()
	w.Log.Broken = func(stream domain.StreamName) error {
		if stream == w.Founder.Stream() {
			return domain.Refuse(domain.HistoryMissing, "the stream was deleted")
		}
		return nil
	}
	w.Restart()
	told, err := w.App.Administrators(t.Context(), all[len(all)-1])
	require.NoError(t, err)
	require.Len(t, told.People, 1)
	require.Equal(t, bob.Person, told.People[0].Person)
}
