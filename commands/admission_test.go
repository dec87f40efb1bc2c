package commands_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/execution"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

func claiming(login string) asking {
	return func(app *commands.App, r commands.Request) error {
		_, err := app.ChangeLogin(context.Background(), r, commands.ChangeLogin{Login: login, Current: commandstest.Password})
		return err
	}
}

func claimed(w *commandstest.World, o commandstest.Outcome, by, contact commandstest.Someone, number int) person.LoginClaimed {
	claim := domain.ClaimFor(o.Request.Command)
	return person.LoginClaimed{
		By: by.Person, Slot: by.Slot, Tenure: 1, Epoch: 1, Credential: w.State(by).SignsInWith(), Claim: claim, Asked: claim, Number: number,
		ExpiresAt: w.Now().AddDate(0, 0, 1), Personal: person.Invitee{Contact: contact.Contact},
	}
}

// held is a contact that an employee has claimed as a login.
func held(t *testing.T) (w *commandstest.World, eve, bob, contact commandstest.Someone, claim domain.ClaimID) {
	t.Helper()
	w = commandstest.New(t)
	eve, bob, contact = w.Employee("eve@acme.example"), w.Employee("bob@acme.example"), w.Someone("new@mill.example")
	o := w.By(eve).When(claiming("new@mill.example"))
	o.Then(commandstest.Events(contact.Stream(), claimed(w, o, eve, contact, 1)))
	return w, eve, bob, contact, domain.ClaimFor(o.Request.Command)
}

func ended(eve, contact commandstest.Someone, claim domain.ClaimID) commandstest.Appended {
	return commandstest.Events(eve.Stream(), person.LoginChangeAbandoned{Person: eve.Person, Claim: claim, Slot: contact.Slot})
}

func TestAClaimThatCanBeProvedHoldsTheContact(t *testing.T) {
	w, _, bob, _, _ := held(t)
	w.By(bob).When(claiming("new@mill.example")).ThenRefused(domain.ContactHeld)
}

func TestAClaimWhosePasswordDiedHoldsNothing(t *testing.T) {
	w, eve, bob, contact, claim := held(t)
	w.Given(eve.Stream(), person.PasswordChanged{Person: eve.Person, Credential: domain.CredentialID{8}})
	o := w.By(bob).When(claiming("new@mill.example"))
	o.Then(ended(eve, contact, claim),
		commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: claim}, claimed(w, o, bob, contact, 2)))
}

func TestAClaimOfWhoWasDismissedHoldsNothing(t *testing.T) {
	w, eve, bob, contact, claim := held(t)
	require.NoError(t, w.When(dismissing(eve.Person)).Err)
	o := w.By(bob).When(claiming("new@mill.example"))
	require.NoError(t, o.Err)
	require.Equal(t, bob.Person, w.State(contact).Claim.By)
	require.NotEqual(t, claim, w.State(contact).Claim.ID)
}

func TestALapsedClaimHoldsNothing(t *testing.T) {
	w, eve, bob, contact, claim := held(t)
	w.Pass(24 * 60 * 60 * 1e9)
	o := w.By(bob).When(claiming("new@mill.example"))
	o.Then(ended(eve, contact, claim),
		commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: claim}, claimed(w, o, bob, contact, 2)))
}

func TestAClaimIsOutrankedByWhoeverMayInvite(t *testing.T) {
	w, eve, _, contact, claim := held(t)
	var result commands.Invited
	o := w.When(inviting(commands.InviteByEmail{Emails: []string{"new@mill.example"}}, &result))
	o.Then(
		commandstest.Events(ofBatch(o), opened(o, w.Founder, 1), closed(o, 1, 0)),
		ended(eve, contact, claim),
		commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: claim}, invitedByEmail(w, o, contact, w.Founder)),
	)
}

func TestTheLoginOfWhoWasDismissedIsKeptAndAdministratorsAreToldSo(t *testing.T) {
	w := commandstest.New(t)
	eve, contact := w.Employee("eve@acme.example"), w.Someone("new@mill.example")
	o := w.By(eve).When(claiming("new@mill.example"))
	require.NoError(t, o.Err)
	claim := domain.ClaimFor(o.Request.Command)
	w.Given(eve.Stream(),
		person.LoginChanged{Person: eve.Person, Claim: claim, Slot: contact.Slot, Personal: person.ChangedLogin{Contact: contact.Contact, Before: eve.Contact}},
		person.Dismissed{Person: eve.Person, Epoch: 2})
	var result commands.Invited
	require.NoError(t, w.When(inviting(commands.InviteByEmail{Emails: []string{"new@mill.example"}}, &result)).Err)
	require.Equal(t, []domain.Code{domain.ContactHeld}, codesOf(result.Rows))
	require.Contains(t, result.Rows[0].Refused.Error(), "rehire that person instead")
}

func TestAnInvitationOfARevokedBatchMakesWay(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	first := w.State(ben).Invitations[0].Batch
	w.Given(domain.BatchStream(first), batch.Revoked{Batch: first, By: w.Founder.Person})
	var result commands.Invited
	o := w.When(inviting(commands.InviteByEmail{Emails: []string{"ben@mill.example"}}, &result))
	anew := invitedByEmail(w, o, ben, w.Founder)
	anew.Invitation = 2
	o.Then(
		commandstest.Events(ofBatch(o), opened(o, w.Founder, 1), closed(o, 1, 0)),
		commandstest.Events(ben.Stream(), person.InvitationRevoked{Person: ben.Person, Invitation: 1, By: w.Founder.Person, Why: person.BatchRevoked}, anew),
	)
}

func TestEndIfRevoked(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	of := w.State(ben).Invitations[0].Batch
	sent := w.Log.Of(ben.Stream())[0]
	ending := func(app *commands.App, _ commands.Request) error { return app.EndIfRevoked(context.Background(), sent) }
	w.When(ending).ThenNothing()
	w.Given(domain.BatchStream(of), batch.Revoked{Batch: of, By: w.Founder.Person})
	w.When(ending).Then(commandstest.Events(ben.Stream(), person.InvitationRevoked{Person: ben.Person, Invitation: 1, By: w.Founder.Person, Why: person.BatchRevoked}))
	w.When(ending).ThenNothing()
}

func TestReleaseEndedLogins(t *testing.T) {
	w, eve, _, contact, claim := held(t)
	releasing := func(app *commands.App, _ commands.Request) error {
		return app.ReleaseEndedLogins(context.Background(), eve.Stream())
	}
	w.When(releasing).ThenNothing()
	w.Given(eve.Stream(), person.LoginChangeAbandoned{Person: eve.Person, Claim: claim, Slot: contact.Slot})
	w.When(releasing).Then(commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: claim}))
	w.When(releasing).ThenNothing()
}

func TestAContactThatIsClaimedAnewEachTimeIsContended(t *testing.T) {
	w, eve, _, contact, _ := held(t)
	claims := byte(0)
	w.Log.After = func() {
		here := w.Log.Of(contact.Stream())
		if _, released := here[len(here)-1].Event.(person.LoginReleased); released {
			claims++
			w.Given(contact.Stream(), person.LoginClaimed{
				By: eve.Person, Slot: eve.Slot, Tenure: 1, Epoch: 1, Claim: domain.ClaimID{claims}, Asked: domain.ClaimID{claims}, Number: int(claims) + 1,
				ExpiresAt: w.Now().AddDate(0, 0, 1), Personal: person.Invitee{Contact: contact.Contact},
			})
		}
	}
	c := cleo()
	c.Email = "new@mill.example"
	var result commands.Registered
	o := w.When(registering(c, &result))
	require.Equal(t, domain.Contended, domain.CodeOf(o.Err))
	require.EqualValues(t, execution.MostAttempts, claims)
	require.False(t, w.State(contact).Employment.Active)
}
