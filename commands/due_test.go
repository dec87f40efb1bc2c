package commands_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

func expiringDue(app *commands.App, _ commands.Request) error {
	return app.ExpireDue(context.Background(), app.Now())
}

func TestExpireDue(t *testing.T) {
	t.Run("puts on record which invitations' time has run out", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Invited("ben@mill.example")[0]
		w.Pass(24 * time.Hour)
		pia := w.Invited("pia@mill.example")[0]
		w.Pass(13*24*time.Hour - 1)
		w.When(expiringDue).ThenNothing()
		w.Pass(1)
		w.When(expiringDue).Then(commandstest.Events(ben.Stream(), person.InvitationExpired{Person: ben.Person, Invitation: 1}))
		w.When(expiringDue).ThenNothing()
		require.Equal(t, 1, w.State(pia).LiveInvitation())
	})
	t.Run("gives contacts free that were claimed and not proved", func(t *testing.T) {
		w, eve, _, contact, claim := held(t)
		w.Pass(24 * time.Hour)
		w.When(expiringDue).Then(ended(eve, contact, claim), commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: claim}))
		w.When(expiringDue).ThenNothing()
	})
	t.Run("leaves a claim that was proved", func(t *testing.T) {
		w, _, _, contact, _ := held(t)
		require.NoError(t, w.As(commands.LinkHolder()).When(proving(w.Token(contact))).Err)
		w.Pass(24 * time.Hour)
		w.When(expiringDue).ThenNothing()
		require.True(t, w.State(contact).Claim.Open, "it holds the login")
	})
	t.Run("is done once, however many do it", func(t *testing.T) {
		w := commandstest.New(t)
		ben := w.Invited("ben@mill.example")[0]
		w.Pass(14 * 24 * time.Hour)
		w.Log.Before = func() { require.NoError(t, w.Beside().ExpireDue(t.Context(), w.Now())) }
		require.NoError(t, w.When(expiringDue).Err)
		require.Len(t, w.Log.Of(ben.Stream()), 2)
	})
	t.Run("ends more than are looked at together", func(t *testing.T) {
		w := commandstest.New(t)
		people := append(w.Invited(many(200)...), w.Invited(many(205)[200:]...)...)
		w.Pass(14 * 24 * time.Hour)
		require.NoError(t, w.When(expiringDue).Err)
		for _, one := range people {
			require.Equal(t, person.StatusExpired, w.State(one).Invitations[0].Status)
		}
	})
	t.Run("is held up by none of which history is missing, however many are due first", func(t *testing.T) {
		w := commandstest.New(t)
		people := w.Invited(many(130)...)
		w.Pass(time.Hour)
		last := w.Invited("last@mill.example")[0]
		w.Pass(14 * 24 * time.Hour)
		w.Log.Broken = func(stream domain.StreamName) error {
			if stream == last.Stream() {
				return nil
			}
			return domain.Refuse(domain.HistoryMissing, "the stream was deleted")
		}
		var began atomic.Int32
		w.Ports.Observe = func(ctx context.Context, _ execution.Began) (context.Context, func(execution.Ended)) {
			began.Add(1)
			return ctx, func(execution.Ended) {}
		}
		err := w.Beside().ExpireDue(t.Context(), w.Now())
		require.Equal(t, domain.HistoryMissing, domain.CodeOf(err))
		require.Zero(t, w.State(last).LiveInvitation())
		require.EqualValues(t, 1, began.Load(), "and nobody is told of what is tried again each second")
		w.Log.Broken = nil
		require.NoError(t, w.Beside().ExpireDue(t.Context(), w.Now()))
		for _, one := range people {
			require.Zero(t, w.State(one).LiveInvitation())
		}
	})
	t.Run("is held up by none that cannot be", func(t *testing.T) {
		w := commandstest.New(t)
		people := w.Invited(many(105)...)
		w.Pass(14 * 24 * time.Hour)
		broken := errors.New("the disk is gone")
		w.Log.Broken = func(stream domain.StreamName) error {
			if stream == people[0].Stream() {
				return broken
			}
			return nil
		}
		require.ErrorIs(t, w.When(expiringDue).Err, broken)
		for i, one := range people {
			require.Equal(t, i == 0, w.State(one).LiveInvitation() == 1)
		}
	})
}
