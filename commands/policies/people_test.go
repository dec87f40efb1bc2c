package policies_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

func revokedOf(who, by commandstest.Someone) commandstest.Appended {
	return commandstest.Events(who.Stream(), person.InvitationRevoked{Person: who.Person, Invitation: 1, By: by.Person, Why: person.BatchRevoked})
}

func TestARevokedBatchIsFollowedInEachStream(t *testing.T) {
	w := commandstest.New(t)
	people := w.Invited("ben@mill.example", "eva@mill.example")
	sent := w.State(people[0]).Invitations[0].Batch
	event := happened(w, domain.BatchStream(sent), batch.Revoked{Batch: sent, By: w.Founder.Person})
	follows(w, "follow_invitations", event, revokedOf(people[0], w.Founder), revokedOf(people[1], w.Founder))
}

func TestAnInvitationThatComesAfterItsBatchWasRevokedIsEnded(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	sent := w.State(ben).Invitations[0].Batch
	follows(w, "follow_invitations", last(w, ben.Stream()))
	w.Given(domain.BatchStream(sent), batch.Revoked{Batch: sent, By: w.Founder.Person})
	follows(w, "follow_invitations", last(w, ben.Stream()), revokedOf(ben, w.Founder))

	_, err := w.App.InviteBySMS(t.Context(), w.Request(w.Founder), commands.InviteBySMS{Phones: []string{bySMS}})
	require.NoError(t, err)
	pia := w.Someone(bySMS)
	texted := w.State(pia).Invitations[0].Batch
	w.Given(domain.BatchStream(texted), batch.Revoked{Batch: texted, By: w.Founder.Person})
	follows(w, "follow_invitations", last(w, pia.Stream()), revokedOf(pia, w.Founder))
}

func TestWhomSomebodyMistypedIsInvitedByTheRightContact(t *testing.T) {
	w := commandstest.New(t)
	bem, ben := w.Invited("bem@mill.example")[0], w.Someone("ben@mill.example")
	event := happened(w, bem.Stream(), person.ContactCorrected{
		Person: bem.Person, Invitation: 1, To: ben.Person, By: w.Founder.Person, Personal: person.Invitee{Contact: ben.Contact},
	})
	erased := event
	erased.Erased = true
	follows(w, "follow_invitations", erased)
	follows(w, "follow_invitations", event, commandstest.Events(ben.Stream(), person.InvitedByEmail{
		Person: ben.Person, Tenure: 1, Invitation: 1, Inviter: w.Founder.Person, Batch: w.State(bem).Invitations[0].Batch,
		ExpiresAt: w.Now().AddDate(0, 0, 14), Corrects: bem.Person, By: w.Founder.Person, Personal: person.Invitee{Contact: ben.Contact},
	}))
}

// claiming is somebody's claim on a contact.
func claiming(w *commandstest.World, by commandstest.Someone, login string) (contact commandstest.Someone, claim domain.ClaimID) {
	w.T.Helper()
	request := w.Request(by)
	_, err := w.App.ChangeLogin(context.Background(), request, commands.ChangeLogin{Login: login, Current: commandstest.Password})
	require.NoError(w.T, err)
	return w.Someone(login), domain.ClaimFor(request.Command)
}

func loginIs(w *commandstest.World, who, contact commandstest.Someone, claim domain.ClaimID) domain.Recorded {
	return happened(w, who.Stream(), person.LoginChanged{
		Person: who.Person, Claim: claim, Slot: contact.Slot, Personal: person.ChangedLogin{Contact: contact.Contact, Before: w.State(who).Contact},
	})
}

func TestAContactIsGivenFreeWhoseLoginHasEnded(t *testing.T) {
	for name, end := range map[string]func(*commandstest.World, commandstest.Someone, commandstest.Someone, domain.ClaimID) domain.Recorded{
		"by another": func(w *commandstest.World, eve, contact commandstest.Someone, claim domain.ClaimID) domain.Recorded {
			loginIs(w, eve, contact, claim)
			next, other := claiming(w, eve, "next@mill.example")
			return loginIs(w, eve, next, other)
		},
		"before it began": func(w *commandstest.World, eve, contact commandstest.Someone, claim domain.ClaimID) domain.Recorded {
			return happened(w, eve.Stream(), person.LoginChangeAbandoned{Person: eve.Person, Claim: claim, Slot: contact.Slot})
		},
		"by coming back by the contact of one's own": func(w *commandstest.World, eve, contact commandstest.Someone, claim domain.ClaimID) domain.Recorded {
			loginIs(w, eve, contact, claim)
			w.Given(eve.Stream(), person.Dismissed{Person: eve.Person, Epoch: 2})
			return happened(w, eve.Stream(), person.Employed{Person: eve.Person, Tenure: 1, Epoch: 3, Role: domain.RoleEmployee, Basis: person.Basis{Kind: person.DirectRegistration}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			eve := w.Employee("eve@acme.example")
			contact, claim := claiming(w, eve, toEmail)
			event := end(w, eve, contact, claim)
			follows(w, "release_logins", event, commandstest.Events(contact.Stream(), person.LoginReleased{By: eve.Person, Claim: claim}))
		})
	}
}

func TestALoginThatStandsHoldsItsContact(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	contact, claim := claiming(w, eve, toEmail)
	follows(w, "release_logins", loginIs(w, eve, contact, claim))
}

func TestAForfeitedSeatIsReturned(t *testing.T) {
	w := commandstest.New(t)
	pia := w.Someone("pia@mill.example")
	w.Given(domain.AccountStream(w.Acme), account.JoinLinkLimited{MaxUses: 1}, account.JoinSeatTaken{
		Generation: w.Company().JoinLink.Generation, Seat: 1, Person: pia.Person, Slot: pia.Slot, At: w.Now(),
	})
	event := happened(w, pia.Stream(), person.SeatForfeited{Person: pia.Person, Seat: 1})
	follows(w, "return_seats", event, commandstest.Events(domain.AccountStream(w.Acme), account.JoinSeatReturned{Seat: 1, Person: pia.Person}))
	require.Empty(t, w.Company().JoinLink.Seats)
}

// heading is two departments of which somebody leads one.
func heading(t *testing.T) (w *commandstest.World, eve commandstest.Someone, led domain.DepartmentID) {
	t.Helper()
	w = commandstest.New(t)
	eve = w.Employee("eve@acme.example")
	for _, name := range []string{"Bar", "Kitchen"} {
		id, _, err := w.App.CreateDepartment(t.Context(), w.Request(w.Founder), commands.CreateDepartment{Name: name})
		require.NoError(t, err)
		led = id
	}
	_, err := w.App.ChangeHead(t.Context(), w.Request(w.Founder), led, eve.Person)
	require.NoError(t, err)
	return w, eve, led
}

func inStructure(w *commandstest.World, events ...domain.Event) commandstest.Appended {
	return commandstest.Events(domain.StructureStream(w.Acme), events...)
}

func TestWhoIsDismissedLeadsNoDepartment(t *testing.T) {
	w, eve, led := heading(t)
	event := happened(w, eve.Stream(), person.Dismissed{Person: eve.Person, By: w.Founder.Person, Epoch: 2})
	follows(w, "vacate_heads", event, inStructure(w, structure.DepartmentHeadChanged{Department: led}))
}

func TestWhoWasMadeHeadWhileDismissedLeadsNothing(t *testing.T) {
	w, eve, led := heading(t)
	w.Given(eve.Stream(), person.Dismissed{Person: eve.Person, By: w.Founder.Person, Epoch: 2})
	follows(w, "vacate_heads", last(w, domain.StructureStream(w.Acme)), inStructure(w, structure.DepartmentHeadChanged{Department: led}))
}

func TestWhoIsWithTheCompanyStaysHead(t *testing.T) {
	w, _, led := heading(t)
	follows(w, "vacate_heads", last(w, domain.StructureStream(w.Acme)))
	follows(w, "vacate_heads", happened(w, domain.StructureStream(w.Acme), structure.DepartmentHeadChanged{Department: led}))
}

func TestWhoWasMadeHeadAfterTheReturnStaysThoughThePolicyIsLate(t *testing.T) {
	w, eve, led := heading(t)
	dismissed := happened(w, eve.Stream(), person.Dismissed{Person: eve.Person, By: w.Founder.Person, Epoch: 2})
	_, err := w.App.Rehire(t.Context(), w.Request(w.Founder), eve.Person, domain.DepartmentID{})
	require.NoError(t, err)
	_, err = w.App.ChangeHead(t.Context(), w.Request(w.Founder), led, eve.Person)
	require.NoError(t, err)
	follows(w, "vacate_heads", dismissed)
}

func TestVoidSessionsAreClearedFromTheVault(t *testing.T) {
	for name, c := range map[string]struct {
		event func(commandstest.Someone) domain.Event
		kept  bool // the session by which the password was changed
	}{
		"by a dismissal":      {func(eve commandstest.Someone) domain.Event { return person.Dismissed{Person: eve.Person, Epoch: 2} }, false},
		"by an administrator": {func(eve commandstest.Someone) domain.Event { return person.SessionsEnded{Person: eve.Person, Epoch: 2} }, false},
		"by a change of one's": {func(commandstest.Someone) domain.Event {
			return person.PasswordChanged{Credential: domain.CredentialID{8}}
		}, true},
		"by a reset": {func(commandstest.Someone) domain.Event {
			return person.PasswordReset{Credential: domain.CredentialID{8}}
		}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			eve := w.Employee("eve@acme.example")
			other, here := w.Caller(eve).Session, w.Caller(eve).Session
			here.ID, here.Next = domain.SessionID{1}, domain.CredentialID{8}
			require.NoError(t, w.Vault.StartSession(t.Context(), [32]byte{1}, other))
			require.NoError(t, w.Vault.StartSession(t.Context(), [32]byte{2}, here))
			require.NoError(t, w.Vault.StartSession(t.Context(), [32]byte{3}, w.Caller(w.Founder).Session))
			follows(w, "end_sessions", happened(w, eve.Stream(), c.event(eve)))
			left, err := w.Vault.SessionsOf(t.Context(), eve.Person, 10)
			require.NoError(t, err)
			want := []commands.Session{}
			if c.kept {
				want = append(want, here)
			}
			require.ElementsMatch(t, want, left)
			founders, err := w.Vault.SessionsOf(t.Context(), w.Founder.Person, 10)
			require.NoError(t, err)
			require.Len(t, founders, 1, "those of others go on")
		})
	}
}
