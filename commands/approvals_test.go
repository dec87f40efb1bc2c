package commands_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

func approving(id domain.PersonID, registration int) asking {
	return done((*commands.App).Approve, commands.Approve{Person: id, Registration: registration})
}

func rejecting(id domain.PersonID, registration int, reason string) asking {
	return done((*commands.App).Reject, commands.Reject{Person: id, Registration: registration, Reason: reason})
}

// approved is an approval by the founder of who came by the join link.
func approved(w *commandstest.World, who commandstest.Someone) commandstest.Appended {
	return commandstest.Events(who.Stream(),
		person.RegistrationApproved{Person: who.Person, Registration: 1, By: w.Founder.Person},
		person.Employed{Person: who.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee, Basis: person.Basis{
			Kind: person.ApprovedByAdmin, Registration: 1, Generation: 1, Approver: w.Founder.Person,
		}})
}

func rejected(w *commandstest.World, who commandstest.Someone, reason string) commandstest.Appended {
	return commandstest.Events(who.Stream(), person.RegistrationRejected{
		Person: who.Person, Registration: 1, By: w.Founder.Person, Personal: person.Rejection{Reason: reason},
	})
}

func TestApprove(t *testing.T) {
	for name, seen := range map[string]int{"the registration that was seen": 1, "the one that waits now": 0} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			nora := w.Joined("nora@mill.example")
			o := w.When(approving(nora.Person, seen)).Then(approved(w, nora))
			w.Again(o.Request).When(approving(nora.Person, seen)).ThenNothing()
		})
	}
	t.Run("what another administrator has approved already changes nothing", func(t *testing.T) {
		w := commandstest.New(t)
		nora, bob := w.Joined("nora@mill.example"), w.Administrator("bob@acme.example")
		require.NoError(t, w.By(bob).When(approving(nora.Person, 1)).Err)
		w.When(approving(nora.Person, 1)).ThenNothing()
		w.When(approving(nora.Person, 0)).ThenRefused(domain.NothingToApprove)
	})
	t.Run("ends an invitation of a revoked batch first, and whom it lets in comes by the approval alone", func(t *testing.T) {
		w := commandstest.New(t)
		w.Given(domain.AccountStream(w.Acme), account.InvitedPeopleModerated{})
		ben := w.Invited("ben@mill.example")[0]
		w.Joined("ben@mill.example")
		revoked := meanwhile(w, ben)
		w.Log.Before() // the batch is revoked, and the policy has not followed yet
		w.Log.Before = nil
		require.Len(t, revoked, 2)
		w.When(approving(ben.Person, 1)).Then(commandstest.Events(ben.Stream(),
			person.InvitationRevoked{Person: ben.Person, Invitation: 1, By: w.Founder.Person, Why: person.BatchRevoked},
			person.RegistrationApproved{Person: ben.Person, Registration: 1, By: w.Founder.Person},
			person.Employed{Person: ben.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee, Basis: person.Basis{
				Kind: person.ApprovedByAdmin, Registration: 1, Generation: 1, Approver: w.Founder.Person,
			}}))
	})
}

func TestReject(t *testing.T) {
	w := commandstest.New(t)
	nora := w.Joined("nora@mill.example")
	o := w.When(rejecting(nora.Person, 1, "We do not know you.")).Then(rejected(w, nora, "We do not know you."))
	w.Again(o.Request).When(rejecting(nora.Person, 1, "We do not know you.")).ThenNothing()
	w.When(rejecting(nora.Person, 1, "")).ThenNothing()
	require.Equal(t, "reason", w.When(rejecting(nora.Person, 1, strings.Repeat("x", 1001))).ThenRefused(domain.InvalidReason).Field)
}

func TestADecisionIsRefused(t *testing.T) {
	for name, ask := range map[string]func(id domain.PersonID, registration int) asking{
		"to approve": approving,
		"to reject":  func(id domain.PersonID, registration int) asking { return rejecting(id, registration, "") },
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			nora, eve := w.Joined("nora@mill.example"), w.Employee("eve@acme.example")
			refusedToOthers(t, w, ask(nora.Person, 1))
			w.When(ask(domain.PersonID{9}, 0)).ThenRefused(domain.NotFound)
			w.When(ask(eve.Person, 0)).ThenRefused(domain.NothingToApprove)
			require.Equal(t, "registration", w.When(ask(nora.Person, 2)).ThenRefused(domain.RegistrationChanged).Field, "a stale click admits nobody else")
		})
	}
}

func TestOfSeveralThatWaitOneIsNamed(t *testing.T) {
	w, nora, _ := toProve(t)
	w.Joined("nora@mill.example")
	w.When(approving(nora.Person, 0)).ThenRefused(domain.RegistrationChanged)
	superseded := person.RegistrationSuperseded{Person: nora.Person, Registration: 2}
	w.When(approving(nora.Person, 1)).Then(commandstest.Events(nora.Stream(), superseded), approved(w, nora))
}

func TestOneNoIsForAllThatWait(t *testing.T) {
	w, nora, _ := toProve(t)
	w.Joined("nora@mill.example")
	w.When(rejecting(nora.Person, 0, "")).Then(commandstest.Events(nora.Stream(),
		person.RegistrationSuperseded{Person: nora.Person, Registration: 1},
		person.RegistrationRejected{Person: nora.Person, Registration: 2, By: w.Founder.Person}))
}

func TestNobodyIsLetInByAContactThatHasBecomeAnothersLogin(t *testing.T) {
	w, nora, token := toProve(t)
	eve := w.Employee("eve@acme.example")
	o := w.By(eve).When(claiming("nora@mill.example"))
	require.NoError(t, o.Err)
	w.Given(eve.Stream(), person.LoginChanged{
		Person: eve.Person, Claim: domain.ClaimFor(o.Request.Command), Slot: nora.Slot,
		Personal: person.ChangedLogin{Contact: nora.Contact, Before: eve.Contact},
	})
	w.When(approving(nora.Person, 1)).ThenRefused(domain.ContactHeld)
	var used commands.LinkUsed
	w.As(commands.LinkHolder()).When(using(commands.UseLink{Token: token}, &used)).ThenRefused(domain.ContactHeld)
}
