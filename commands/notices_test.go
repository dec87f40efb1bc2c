package commands_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
)

func noticing(app *commands.App, _ commands.Request) error {
	return app.NoticeApprovals(context.Background(), app.Now())
}

func noticed(w *commandstest.World, arrivals, waiting int) commandstest.Appended {
	return commandstest.Events(domain.AccountStream(w.Acme), account.ApprovalsNoticed{Arrivals: arrivals, Waiting: waiting, At: w.Now()})
}

// mailed is to whom a notice was sent, of whatever was sent since.
func mailed(w *commandstest.World) (to []string) {
	w.T.Helper()
	w.Sent = nil
	w.Settle()
	for _, message := range w.Sent {
		if strings.Contains(message.Subject+message.Text, "approval") {
			to = append(to, message.To.Address)
		}
	}
	slices.Sort(to)
	return to
}

func TestNoticeApprovals(t *testing.T) {
	t.Run("the first at once, a flood once an hour, and nothing without news", func(t *testing.T) {
		w := commandstest.New(t)
		w.When(noticing).ThenNothing()
		w.Waiting("one@mill.example")
		w.When(noticing).Then(noticed(w, 1, 1))
		w.When(noticing).ThenNothing()
		w.Waiting(many(1500)...)
		w.Pass(time.Hour - 1)
		w.When(noticing).ThenNothing()
		w.Pass(1)
		w.When(noticing).Then(noticed(w, 1501, commands.MostCounted))
		w.Pass(48 * time.Hour)
		w.When(noticing).ThenNothing()
	})
	t.Run("once, however many instances do it", func(t *testing.T) {
		w := commandstest.New(t)
		w.Waiting("one@mill.example")
		w.Log.Before = func() { require.NoError(t, w.Beside().NoticeApprovals(t.Context(), w.Now())) }
		require.NoError(t, w.When(noticing).Err)
		w.Restart()
		w.When(noticing).ThenNothing()
		require.Equal(t, []string{"ann@acme.example"}, mailed(w))
	})
	t.Run("of those who prove an address and wait then, and not of those who have not", func(t *testing.T) {
		w := commandstest.New(t)
		joe := w.Someone("joe@mill.example")
		w.Given(joe.Stream(), person.Registered{
			Person: joe.Person, Tenure: 1, Registration: 1, Route: person.ByJoinLink, Generation: 1, Awaits: person.Proof,
			Personal: person.Registrant{Contact: joe.Contact, FirstName: "Joe", LastName: "Joiner"},
		})
		w.When(noticing).ThenNothing()
		w.Given(joe.Stream(), person.AddressProved{Person: joe.Person, Registration: 1, Awaits: person.Approval})
		w.When(noticing).Then(noticed(w, 1, 1))
	})
	t.Run("not of whom was decided meanwhile, which is not looked for again", func(t *testing.T) {
		w := commandstest.New(t)
		one := w.Waiting("one@mill.example")[0]
		w.Given(one.Stream(), person.RegistrationRejected{Person: one.Person, Registration: 1, By: w.Founder.Person})
		w.When(noticing).Then(noticed(w, 1, 0))
		w.When(noticing).ThenNothing()
		require.Empty(t, mailed(w))
	})
	t.Run("not in a closed account, and then when it is open again", func(t *testing.T) {
		w := commandstest.New(t)
		w.Waiting("one@mill.example")
		shut(w)
		w.When(noticing).ThenNothing()
		reopen(w)
		w.When(noticing).Then(noticed(w, 1, 1))
		shut(w)
		require.Empty(t, mailed(w))
	})
}

func TestAdministrators(t *testing.T) {
	notice := func(w *commandstest.World) {
		w.T.Helper()
		w.Waiting("one@mill.example")
		require.NoError(w.T, w.When(noticing).Err)
	}
	t.Run("are told each, in the company's language, and not a word that a registrant typed", func(t *testing.T) {
		w := commandstest.New(t)
		w.Administrator("bob@acme.example")
		w.Employee("eve@acme.example")
		w.Auditor("oda@acme.example")
		language := "de"
		require.NoError(t, w.When(correctingCompany(commands.ChangeCompany{Language: &language})).Err)
		w.Settle()
		w.Sent = nil
		notice(w)
		w.Settle()
		require.Len(t, w.Sent, 2)
		for i, to := range []string{"ann@acme.example", "bob@acme.example"} {
			message := w.Sent[i]
			require.Equal(t, to, message.To.Address)
			text := wording.For("de").PeopleWait("Acme", 1)
			require.Equal(t, text, wording.Text{Subject: message.Subject, Text: message.Text})
			for _, typed := range []string{"Nora", "New", "one@mill.example"} {
				require.NotContains(t, message.Subject+message.Text, typed)
			}
		}
	})
	t.Run("but not those who were dismissed or stepped down since", func(t *testing.T) {
		w := commandstest.New(t)
		bob, cyd := w.Administrator("bob@acme.example"), w.Administrator("cyd@acme.example")
		w.Administrator("dee@acme.example")
		notice(w)
		require.NoError(t, w.When(dismissing(bob.Person)).Err)
		_, err := w.App.ChangeRole(t.Context(), w.Request(w.Founder), cyd.Person, domain.RoleAuditor)
		require.NoError(t, err)
		require.Equal(t, []string{"ann@acme.example", "dee@acme.example"}, mailed(w))
	})
	t.Run("by SMS where none has an address", func(t *testing.T) {
		w := commandstest.New(t)
		bob := w.Administrator("bob@acme.example")
		phone := domain.Contact{Kind: domain.ContactPhone, Address: "+14155550100", Form: "phone:+14155550100"}
		for i, one := range []commandstest.Someone{w.Founder, bob} {
			if i == 1 {
				phone.Address = "+14155550101"
			}
			w.Given(one.Stream(), person.LoginChanged{Person: one.Person, Claim: domain.ClaimID{byte(i + 1)}, Slot: w.Someone(phone.Address).Slot, Personal: person.ChangedLogin{Contact: phone, Before: one.Contact}})
			if i == 0 {
				notice(w)
				require.Equal(t, []string{"bob@acme.example"}, mailed(w), "who has an address is told there, and others need not be")
				w.Pass(time.Hour)
			}
		}
		w.Waiting("two@mill.example")
		require.NoError(t, w.When(noticing).Err)
		require.Equal(t, []string{"+14155550100", "+14155550101"}, mailed(w))
	})
	t.Run("and once, though the event is followed again", func(t *testing.T) {
		w := commandstest.New(t)
		notice(w)
		w.Settle()
		sent := len(w.Sent)
		last := w.Log.All()[len(w.Log.All())-1]
		told, err := w.App.Administrators(t.Context(), last)
		require.NoError(t, err)
		require.Len(t, told.People, 1)
		w.Settle()
		require.Len(t, w.Sent, sent)
	})
}
