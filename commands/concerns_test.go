package commands_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

// invitedBy is Ben, invited by somebody other than the founder.
func invitedBy(t *testing.T, w *commandstest.World, inviter commandstest.Someone) commandstest.Someone {
	t.Helper()
	_, err := w.App.InviteByEmail(t.Context(), w.Request(inviter), commands.InviteByEmail{Emails: []string{"ben@mill.example"}})
	require.NoError(t, err)
	return w.Someone("ben@mill.example")
}

func TestAnInvitationIsItsOwnApprovalUnlessThereIsAConcern(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(*testing.T, *commandstest.World, commandstest.Someone, commandstest.Someone)
		concern   person.Concern
	}{
		"none": {func(*testing.T, *commandstest.World, commandstest.Someone, commandstest.Someone) {}, person.NoConcern},
		"that invited people wait, by the settings": {func(_ *testing.T, w *commandstest.World, _, _ commandstest.Someone) {
			w.Given(domain.AccountStream(w.Acme), account.InvitedPeopleModerated{})
		}, person.InvitedWait},
		"that the inviter is gone": {func(t *testing.T, w *commandstest.World, bob, _ commandstest.Someone) {
			t.Helper()
			require.NoError(t, w.When(dismissing(bob.Person)).Err)
		}, person.InviterGone},
		"none, where somebody else has sent it again": {func(t *testing.T, w *commandstest.World, bob, ben commandstest.Someone) {
			t.Helper()
			require.NoError(t, w.When(dismissing(bob.Person)).Err)
			_, err := w.App.Resend(t.Context(), w.Request(w.Founder), commands.InvitationOf{Person: ben.Person})
			require.NoError(t, err)
		}, person.NoConcern},
	} {
		for _, by := range []string{"redeemed", "proved"} {
			t.Run(name+", when it is "+by, func(t *testing.T) {
				w := commandstest.New(t)
				bob := w.Administrator("bob@acme.example")
				ben := invitedBy(t, w, bob)
				c.meanwhile(t, w, bob, ben)
				form := commandstest.Form(w.Token(ben))
				if by == "proved" {
					w.Joined("ben@mill.example")
					form = commands.UseLink{Token: w.Token(ben)}
				}
				var used commands.LinkUsed
				o := w.As(commands.LinkHolder()).When(using(form, &used))
				require.NoError(t, o.Err)
				after := w.State(ben).Registrations[0]
				require.Equal(t, c.concern == person.NoConcern, w.State(ben).Employment.Active)
				require.Equal(t, c.concern == person.NoConcern, used.Status == commands.NowEmployed)
				if by == "redeemed" {
					require.Equal(t, c.concern, after.Concern)
					require.Equal(t, c.concern == person.InvitedWait, after.InForce.ModerateInvited)
					return
				}
				proved, ok := o.Appended[ben.Stream()][0].(person.AddressProved)
				require.True(t, ok)
				require.Equal(t, c.concern, proved.Concern)
			})
		}
	}
}

func TestWhoIsApprovedDespiteAConcernComesByTheInvitation(t *testing.T) {
	w := commandstest.New(t)
	bob := w.Administrator("bob@acme.example")
	ben := invitedBy(t, w, bob)
	w.Given(bob.Stream(), person.Dismissed{Person: bob.Person, Epoch: 2})
	form := commandstest.Form(w.Token(ben))
	var used commands.LinkUsed
	require.NoError(t, w.As(commands.LinkHolder()).When(using(form, &used)).Err)
	require.Equal(t, commands.NowAwaitingApproval, used.Status)
	w.When(approving(ben.Person, 1)).Then(commandstest.Events(ben.Stream(),
		person.RegistrationApproved{Person: ben.Person, Registration: 1, By: w.Founder.Person},
		person.Employed{Person: ben.Person, Tenure: 1, Epoch: 1, Role: domain.RoleEmployee, Basis: person.Basis{
			Kind: person.ApprovedByAdmin, Registration: 1, Invitation: 1, Inviter: bob.Person,
			Batch: w.State(ben).Invitations[0].Batch, Approver: w.Founder.Person,
		}}))
}

func TestDomainRules(t *testing.T) {
	for name, c := range map[string]struct {
		rule, email string
		met         bool
	}{
		"the domain itself":                            {"mill.example", "nora@mill.example", true},
		"no domain below it":                           {"mill.example", "nora@sub.mill.example", false},
		"a domain below, by a star":                    {"*.mill.example", "nora@sub.mill.example", true},
		"not the domain itself, by a star":             {"*.mill.example", "nora@mill.example", false},
		"no name that anybody registers, though below": {"*.github.io", "nora@mill.github.io", false},
	} {
		t.Run(name, func(t *testing.T) {
			w := commandstest.New(t)
			w.Given(domain.AccountStream(w.Acme), account.DomainRulesChanged{Domains: []string{c.rule}})
			nora, form := w.Someone(c.email), w.JoinForm(c.email)
			var used commands.LinkUsed
			o := w.As(commands.LinkHolder()).When(using(form, &used))
			waits := joined(o, nora, "moderated")
			if c.met {
				waits.Awaits, waits.ProveBy, waits.InForce.Rule = person.Proof, w.Now().Add(24*time.Hour), c.rule
			} else {
				waits.Awaits, waits.Concern = person.Approval, person.LinkModerated
			}
			o.Then(commandstest.Events(nora.Stream(), waits))
		})
	}
}

func TestWhoWasRejectedOrDismissedWaitsThoughAllAreLetIn(t *testing.T) {
	for concern, before := range map[person.Concern]func(*commandstest.World, commandstest.Someone){
		person.RejectedBefore: func(w *commandstest.World, nora commandstest.Someone) {
			w.Waiting("nora@mill.example")
			require.NoError(w.T, w.When(rejecting(nora.Person, 1, "")).Err)
		},
		person.DismissedBefore: func(w *commandstest.World, nora commandstest.Someone) {
			w.Employee("nora@mill.example")
			require.NoError(w.T, w.When(dismissing(nora.Person)).Err)
		},
	} {
		t.Run(string(concern), func(t *testing.T) {
			w := commandstest.New(t)
			w.Given(domain.AccountStream(w.Acme), account.RegistrationModeChanged{Mode: account.Public})
			nora := w.Someone("nora@mill.example")
			before(w, nora)
			form := w.JoinForm("nora@mill.example")
			var used commands.LinkUsed
			o := w.As(commands.LinkHolder()).When(using(form, &used))
			require.Equal(t, commands.NowAwaitingApproval, used.Status)
			waits, ok := o.Appended[nora.Stream()][0].(person.Registered)
			require.True(t, ok)
			require.Equal(t, concern, waits.Concern)
		})
	}
}
