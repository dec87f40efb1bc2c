package policies_test

import (
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/commandstest"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

const (
	byEmail = "eve@acme.example"
	bySMS   = "+14155550100"
	toEmail = "new@mill.example"
	toSMS   = "+14155550199"
)

// told is a message to an employee, as far as an event decides it.
type told struct {
	text wording.Text
	link commands.LinkRef
	to   string // where it is not the login
}

func sms(text string) wording.Text { return wording.Text{Text: text} }

// TestWhoIsToldOfWhat goes through each event that leads to a message, for somebody
// who signs in by e-mail and somebody who does so by SMS.
func TestWhoIsToldOfWhat(t *testing.T) {
	words := wording.For("en")
	claim := func(w *commandstest.World, to string) func(commandstest.Someone) domain.Event {
		return func(eve commandstest.Someone) domain.Event {
			return person.LoginClaimed{By: eve.Person, Slot: eve.Slot, Tenure: 1, Epoch: 1, Claim: domain.ClaimID{4}, Number: 3, Personal: person.Invitee{Contact: w.Someone(to).Contact}}
		}
	}
	for name, c := range map[string]struct {
		event func(*commandstest.World) func(commandstest.Someone) domain.Event
		mail  told
		sms   told
	}{
		"a generated password": {
			always(func(eve commandstest.Someone) domain.Event {
				return person.PasswordGenerated{Person: eve.Person, Counter: 2, ExpiresAt: later()}
			}),
			told{text: words.Generated("Acme")},
			told{text: words.Generated("Acme")},
		},
		"a link to choose a password": {
			always(func(eve commandstest.Someone) domain.Event {
				return person.PasswordLinkIssued{Person: eve.Person, Counter: 2, ExpiresAt: later()}
			}),
			told{text: words.ChoosePassword("Acme"), link: commands.LinkTo(links.SetPassword, 2)},
			told{text: sms(words.ChoosePasswordSMS("Acme")), link: commands.LinkTo(links.SetPassword, 2)},
		},
		"a forgotten password": {
			always(func(eve commandstest.Someone) domain.Event {
				return person.PasswordResetAsked{Person: eve.Person, Number: 2, ExpiresAt: later()}
			}),
			told{text: words.ForgottenPassword("Acme"), link: commands.LinkTo(links.Reset, 2)},
			told{text: sms(words.ResetCodeSMS("Acme")), link: commands.ResetCode(2)},
		},
		"a new password by an administrator": {
			always(func(eve commandstest.Someone) domain.Event {
				return person.PasswordResetAsked{Person: eve.Person, Number: 2, By: domain.PersonID{9}, ExpiresAt: later()}
			}),
			told{text: words.ChoosePassword("Acme"), link: commands.LinkTo(links.Reset, 2)},
			told{text: sms(words.ChoosePasswordSMS("Acme")), link: commands.LinkTo(links.Reset, 2)},
		},
		"a changed password": {
			always(func(eve commandstest.Someone) domain.Event { return person.PasswordChanged{Person: eve.Person} }),
			told{text: words.PasswordReplaced("Acme")},
			told{text: sms(words.PasswordReplacedSMS("Acme"))},
		},
		"a replaced password": {
			always(func(eve commandstest.Someone) domain.Event { return person.PasswordReset{Person: eve.Person} }),
			told{text: words.PasswordReplaced("Acme")},
			told{text: sms(words.PasswordReplacedSMS("Acme"))},
		},
		"an approval": {
			always(func(eve commandstest.Someone) domain.Event { return person.RegistrationApproved{Person: eve.Person} }),
			told{text: words.Approved("Acme")},
			told{text: sms(words.ApprovedSMS("Acme"))},
		},
		"a rejection": {
			always(func(eve commandstest.Someone) domain.Event { return person.RegistrationRejected{Person: eve.Person} }),
			told{text: words.Rejected("Acme")},
			told{text: sms(words.RejectedSMS("Acme"))},
		},
		"a login that is an address by now": {
			func(w *commandstest.World) func(commandstest.Someone) domain.Event { return changedTo(w, toEmail) },
			told{text: words.LoginChanged("Acme"), to: byEmail},
			told{text: sms(words.LoginChangedSMS("Acme")), to: bySMS},
		},
		"a claimed address": {
			func(w *commandstest.World) func(commandstest.Someone) domain.Event { return claim(w, toEmail) },
			told{text: words.ClaimLogin("Acme"), link: commands.LinkTo(links.Login, 3), to: toEmail},
			told{text: words.ClaimLogin("Acme"), link: commands.LinkTo(links.Login, 3), to: toEmail},
		},
		"a claimed number": {
			func(w *commandstest.World) func(commandstest.Someone) domain.Event { return claim(w, toSMS) },
			told{text: sms(words.ClaimLoginSMS("Acme")), link: commands.LinkTo(links.Login, 3), to: toSMS},
			told{text: sms(words.ClaimLoginSMS("Acme")), link: commands.LinkTo(links.Login, 3), to: toSMS},
		},
	} {
		for login, want := range map[string]told{byEmail: c.mail, bySMS: c.sms} {
			t.Run(name+" of "+login, func(t *testing.T) {
				w := commandstest.New(t)
				eve := w.Employee(login)
				stream, to := eve.Stream(), eve.Contact
				if want.to != "" {
					to = w.Someone(want.to).Contact
				}
				event := c.event(w)(eve)
				if claimed, is := event.(person.LoginClaimed); is {
					stream = w.Someone(claimed.Personal.Contact.Address).Stream()
				}
				recorded := happened(w, stream, event)
				message := commands.Message{
					ID: uuid.NewSHA1(recorded.ID, []byte("message")), Account: w.Acme, Person: eve.Person, Slot: domain.SlotOf(stream), To: to,
					Subject: want.text.Subject, Text: want.text.Text, Link: want.link, Tenure: 1, At: recorded.Time,
				}
				if want.link.Purpose == links.Login.String() {
					message.Tenure = 0
				}
				if generated, is := event.(person.PasswordGenerated); is {
					message.PasswordCounter = generated.Counter
				}
				follows(w, "deliver", recorded)
				require.Equal(t, []commands.Message{message}, w.Sent)
			})
		}
	}
}

func later() time.Time { return time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC) }

func always(event func(commandstest.Someone) domain.Event) func(*commandstest.World) func(commandstest.Someone) domain.Event {
	return func(*commandstest.World) func(commandstest.Someone) domain.Event { return event }
}

func changedTo(w *commandstest.World, login string) func(commandstest.Someone) domain.Event {
	return func(eve commandstest.Someone) domain.Event {
		to := w.Someone(login)
		return person.LoginChanged{Person: eve.Person, Claim: domain.ClaimID{4}, Slot: to.Slot, Personal: person.ChangedLogin{Contact: to.Contact, Before: eve.Contact}}
	}
}

func TestAnInvitationIsDelivered(t *testing.T) {
	w := commandstest.New(t)
	ben := w.Invited("ben@mill.example")[0]
	_, err := w.App.InviteBySMS(t.Context(), w.Request(w.Founder), commands.InviteBySMS{Phones: []string{bySMS}})
	require.NoError(t, err)
	pia, words := w.Someone(bySMS), wording.For("en")
	mailed, texted := last(w, ben.Stream()), last(w, pia.Stream())
	follows(w, "deliver", mailed)
	follows(w, "deliver", texted)
	require.Equal(t, []commands.Message{
		{
			ID: uuid.NewSHA1(mailed.ID, []byte("message")), Account: w.Acme, Person: ben.Person, Slot: ben.Slot, To: ben.Contact, Tenure: 1, At: mailed.Time,
			Subject: words.InviteSubject("Acme"), Text: words.InviteEmail("Acme"), Link: commands.LinkTo(links.Invitation, 1),
		},
		{
			ID: uuid.NewSHA1(texted.ID, []byte("message")), Account: w.Acme, Person: pia.Person, Slot: pia.Slot, To: pia.Contact, Tenure: 1, At: texted.Time,
			Text: words.InviteSMS("Acme"), Link: commands.LinkTo(links.Invitation, 1),
		},
	}, w.Sent)
}

func TestAProofHasNoWordThatWasTyped(t *testing.T) {
	w := commandstest.New(t)
	pia := w.Someone("pia@mill.example")
	registered := happened(w, pia.Stream(), person.Registered{
		Person: pia.Person, Tenure: 1, Registration: 1, Route: person.ByJoinLink, Awaits: person.Proof,
		Personal: person.Registrant{Contact: pia.Contact, FirstName: "Pia", LastName: "Pine"},
	})
	again := happened(w, pia.Stream(), person.ProofSentAgain{Person: pia.Person, Registration: 1, ProveBy: later()})
	for i, event := range []domain.Recorded{registered, again} {
		follows(w, "deliver", event)
		require.Len(t, w.Sent, i+1)
		message, text := w.Sent[i], wording.For("en").Prove("Acme")
		require.Equal(t, text, wording.Text{Subject: message.Subject, Text: message.Text})
		require.NotContains(t, message.Text+message.Subject, "Pi")
		require.Equal(t, commands.LinkTo(links.Proof, 1), message.Link)
		require.Equal(t, pia.Contact, message.To)
	}
}

func TestNobodyIsTold(t *testing.T) {
	w := commandstest.New(t)
	eve := w.Employee("eve@acme.example")
	pia, nobody := w.Someone("pia@mill.example"), w.Someone("no@mill.example")
	follows(w, "deliver", happened(w, pia.Stream(), person.Registered{
		Person: pia.Person, Tenure: 1, Registration: 1, Route: person.ByJoinLink, Awaits: person.Approval, Personal: person.Registrant{Contact: pia.Contact},
	})) // who is told later what was decided
	follows(w, "deliver", happened(w, nobody.Stream(), person.PasswordChanged{Person: nobody.Person})) // of whom no contact is known
	erased := happened(w, eve.Stream(), person.PasswordGenerated{Person: eve.Person, Counter: 1, ExpiresAt: later()})
	erased.Erased = true
	follows(w, "deliver", erased)
	require.Empty(t, w.Sent)
}
