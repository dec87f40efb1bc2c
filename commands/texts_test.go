package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// lastInvitation is the newest one by e-mail in somebody's stream, and what is mailed.
func lastInvitation(w *commandstest.World, who commandstest.Someone) (person.InvitedByEmail, string) {
	w.T.Helper()
	stream := w.Log.Of(who.Stream())
	sent, ok := stream[len(stream)-1].Event.(person.InvitedByEmail)
	require.True(w.T, ok)
	return sent, aboutLast(w, who).BatchText
}

func TestAnInvitationThatGoesOutOnceMoreHasTheTextThatThePlanAllows(t *testing.T) {
	edited := "Come to us: {link}"
	for name, c := range map[string]struct {
		plan    account.Plan
		message *string
		fixed   bool
		text    string
	}{
		"the edited one, where it is allowed still":         {account.Standard, &edited, false, edited},
		"the fixed one, where it is allowed no more":        {account.Free, &edited, true, wording.For("en").InviteEmail("Acme")},
		"the fixed one, as before, where none was edited":   {account.Free, nil, false, wording.For("en").InviteEmail("Acme")},
		"the fixed one of before, where a plan came beside": {account.Professional, nil, false, wording.For("en").InviteEmail("Acme")},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			w.Given(domain.AccountStream(w.Acme), account.PlanChanged{Plan: account.Professional})
			var result commands.Invited
			require.NoError(t, w.When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example", "bem@mill.example"}, Message: c.message}, &result)).Err)
			w.Given(domain.AccountStream(w.Acme), account.PlanChanged{Plan: c.plan})

			ben, typo, right := w.Someone("ben@mill.example"), w.Someone("bem@mill.example"), w.Someone("pia@mill.example")
			var again commands.Resent
			o := w.When(func(app *commands.App, r commands.Request) (err error) {
				again, err = app.Resend(context.Background(), r, of(ben))
				return err
			})
			require.NoError(t, o.Err)
			require.Equal(t, c.fixed, again.FixedText)
			sent, text := lastInvitation(w, ben)
			require.Equal(t, c.fixed, sent.FixedText)
			require.Equal(t, c.text, text)
			repeated, err := w.App.Resend(context.Background(), o.Request, of(ben))
			require.NoError(t, err)
			require.Equal(t, again, repeated, "the same request has the same answer")

			registered, err := w.App.Correct(t.Context(), w.Request(w.Founder), commands.CorrectContact{InvitationOf: of(typo), Contact: "pia@mill.example"})
			require.NoError(t, err)
			require.Equal(t, c.fixed, registered.FixedText)
			sent, text = lastInvitation(w, right)
			require.Equal(t, c.fixed, sent.FixedText)
			require.Equal(t, c.text, text)
		})
	}
}
