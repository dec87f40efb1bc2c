package commands_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
)

func seeingBatch(id domain.BatchID, into *commands.Batch) asking {
	return func(app *commands.App, r commands.Request) (err error) {
		*into, err = app.Batch(context.Background(), r.Caller, r.Account, id)
		return err
	}
}

func TestBatch(t *testing.T) {
	w := commandstest.New(t)
	var result commands.Invited
	var found commands.Batch
	began := w.Now()
	o := w.When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example", "no address"}}, &result))
	require.NoError(t, o.Err)
	stream := w.Log.Of(ofBatch(o))
	want := commands.Batch{Opened: opened(o, w.Founder, 2), OpenedAt: began, Closed: true, Invited: 1, Refused: 1, Position: stream[1].Position}
	w.When(seeingBatch(result.Batch, &found)).ThenNothing()
	require.Equal(t, want, found)

	w.Pass(time.Hour)
	require.NoError(t, w.When(revokingBatch(result.Batch)).Err)
	w.By(w.Auditor("bob@acme.example")).When(seeingBatch(result.Batch, &found)).ThenNothing()
	want.RevokedBy, want.RevokedAt, want.Position = w.Founder.Person, w.Now(), w.Log.Of(ofBatch(o))[2].Position
	require.Equal(t, want, found)
}

func TestBatchSaysWhereACrashLeftIt(t *testing.T) {
	w := commandstest.New(t)
	var result commands.Invited
	var found commands.Batch
	w.Log.CrashAfter = 1
	o := w.When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example"}}, &result))
	require.ErrorIs(t, o.Err, commandstest.ErrCrash)
	w.Restart()
	w.When(seeingBatch(domain.BatchFor(o.Request.Command), &found)).ThenNothing()
	require.False(t, found.Closed)
	require.Equal(t, 1, found.Size)
}

func TestBatchIsRefused(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	id := w.State(w.Invited("ben@mill.example")[0]).Invitations[0].Batch
	var found commands.Batch
	w.When(seeingBatch(domain.BatchID{9}, &found)).ThenRefused(domain.NotFound)
	w.By(eve).When(seeingBatch(id, &found)).ThenRefused(domain.NotPermitted)
	onlyTheirOwnMay(t, w, seeingBatch(id, &found))
	w.Given(domain.AccountStream(w.Acme), account.InvitingOpenedToEveryone{})
	w.By(eve).When(seeingBatch(id, &found)).ThenNothing()
}
