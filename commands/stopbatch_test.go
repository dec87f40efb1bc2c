package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
)

func stoppingBatch(id domain.BatchID) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.StopBatch(context.Background(), r, id)
		return err
	}
}

func TestStopBatch(t *testing.T) {
	emails := addresses(230)
	t.Run("nobody further is invited, and what was left is counted", func(t *testing.T) {
		w := generous(t)
		o, id := invitedMany(t, w, emails)
		require.NoError(t, someTried(t, w))
		w.When(stoppingBatch(id)).Then(commandstest.Events(ofBatch(o), batch.Stopped{Batch: id, By: w.Founder.Person}))
		found := batchOf(t, w, id)
		require.Equal(t, commands.BatchStopped, found.State())
		require.Equal(t, w.Founder.Person, found.StoppedBy)
		w.When(stoppingBatch(id)).ThenNothing()
		w.GoOn()
		require.Equal(t, "stopped: 100 invited, 0 refused, 130 untried of 230", counts(batchOf(t, w, id)))
		requireInvitedOnce(t, w, emails, 100)
		require.Empty(t, w.Vault.Kept(id), "contacts that nobody invites are forgotten")
		w.When(stoppingBatch(id)).ThenNothing()
		require.Equal(t, 1, w.State(w.Someone(emails[0])).LiveInvitation(), "who was invited stays so")
	})
	t.Run("before anybody was invited", func(t *testing.T) {
		w := generous(t)
		_, id := invitedMany(t, w, emails)
		require.NoError(t, w.When(stoppingBatch(id)).Err)
		w.GoOn()
		require.Equal(t, "stopped: 0 invited, 0 refused, 230 untried of 230", counts(batchOf(t, w, id)))
	})
	t.Run("what is done stays done", func(t *testing.T) {
		w := generous(t)
		_, id := invitedMany(t, w, emails)
		w.GoOn()
		w.When(stoppingBatch(id)).ThenNothing()
		require.Equal(t, commands.BatchDone, batchOf(t, w, id).State())
	})
	t.Run("by an administrator, who did not begin it", func(t *testing.T) {
		w := generous(t)
		eve := w.Administrator("eve@acme.example")
		_, id := invitedMany(t, w, emails)
		require.NoError(t, w.By(eve).When(stoppingBatch(id)).Err)
		require.Equal(t, eve.Person, batchOf(t, w, id).StoppedBy)
	})
}

func TestStopBatchIsRefused(t *testing.T) {
	w := generous(t)
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
	eve := w.Employee("eve@acme.example")
	_, id := invitedMany(t, w, addresses(230))
	w.When(stoppingBatch(domain.BatchID{9})).ThenRefused(domain.NotFound)
	w.By(eve).When(stoppingBatch(id)).ThenRefused(domain.NotPermitted)
	w.By(w.Auditor("udo@acme.example")).When(stoppingBatch(id)).ThenRefused(domain.NotPermitted)
	onlyTheirOwnMay(t, w, stoppingBatch(id))
	_, err := w.App.RefusedRows(t.Context(), w.Caller(w.Employee("kim@acme.example")), w.Acme, domain.BatchID{9}, 0, 10)
	require.Equal(t, domain.NotFound, domain.CodeOf(err))
}

func TestRevokingABatchStopsIt(t *testing.T) {
	w, emails := generous(t), addresses(230)
	_, id := invitedMany(t, w, emails)
	require.NoError(t, someTried(t, w))
	require.NoError(t, w.When(revokingBatch(id)).Err)
	w.GoOn()
	found := batchOf(t, w, id)
	require.Equal(t, "stopped: 100 invited, 0 refused, 130 untried of 230", counts(found))
	require.NotZero(t, found.RevokedAt)
	require.Zero(t, w.State(w.Someone(emails[0])).LiveInvitation())
	require.Empty(t, w.Log.Of(w.Someone(emails[150]).Stream()))
}
