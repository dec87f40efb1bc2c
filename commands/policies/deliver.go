package policies

import (
	"context"

	"github.com/google/uuid"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// deliver tells people what they must know: invitations, proofs, passwords and
// decisions. A message's id is derived from the event, so that it is handed over once.
// For a closed account nothing is sent, also not later, when it is opened again.
func deliver(app *commands.App, messenger commands.Messenger) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		write := writer(event.Event)
		if write == nil || event.Erased {
			return nil
		}
		about, err := app.About(ctx, event)
		if err != nil || about.Closed {
			return err
		}
		message := write(about)
		if message.To.IsZero() {
			message.To = about.Contact
		}
		if message.Person.IsZero() {
			message.Person = about.Person
		}
		if message.To.IsZero() {
			return nil
		}
		message.ID = uuid.NewSHA1(event.ID, []byte("message"))
		message.Account, message.Slot, message.At = event.Metadata.Account, about.Slot, event.Time
		if message.Link.Purpose != links.Login.String() { // which is not of whoever comes by the contact
			message.Tenure = about.Tenure
		}
		return messenger.Send(ctx, message)
	}
}

// writer is how to write the message that an event asks for; nil for none.
func writer(event domain.Event) func(commands.About) commands.Message {
	switch e := event.(type) {
	case person.InvitedBySMS:
		return invitation(e.Invitation)
	case person.InvitedByEmail:
		return invitation(e.Invitation)
	case person.Registered:
		if e.Awaits == person.Proof {
			return proof(e.Registration)
		}
	case person.ProofSentAgain:
		return proof(e.Registration)
	case person.PasswordGenerated:
		return func(about commands.About) commands.Message {
			message := mail(about, wording.Words.Generated)
			message.PasswordCounter = e.Counter
			return message
		}
	case person.PasswordLinkIssued:
		return passwordLink(e.Counter)
	case person.PasswordResetAsked:
		return resetAsked(e)
	case person.PasswordChanged, person.PasswordReset:
		return decision(wording.Words.PasswordReplaced, wording.Words.PasswordReplacedSMS)
	case person.LoginClaimed:
		return claimLogin(e)
	case person.LoginChanged:
		return loginChanged(e)
	case person.RegistrationApproved:
		return decision(wording.Words.Approved, wording.Words.ApprovedSMS)
	case person.RegistrationRejected:
		return decision(wording.Words.Rejected, wording.Words.RejectedSMS)
	}
	return nil
}

// invitation carries the text that was fixed when the batch was opened.
func invitation(number int) func(commands.About) commands.Message {
	return func(about commands.About) commands.Message {
		message := commands.Message{Text: about.BatchText, Link: commands.LinkTo(links.Invitation, number)}
		if about.Contact.Kind == domain.ContactEmail {
			message.Subject = about.Words.InviteSubject(about.Company)
		}
		return message
	}
}

type composed func(wording.Words, string) wording.Text

func proof(registration int) func(commands.About) commands.Message {
	return func(about commands.About) commands.Message {
		text := about.Words.Prove(about.Company)
		return commands.Message{Subject: text.Subject, Text: text.Text, Link: commands.LinkTo(links.Proof, registration)}
	}
}

func decision(compose composed, composeSMS func(wording.Words, string) string) func(commands.About) commands.Message {
	return func(about commands.About) commands.Message {
		if about.Contact.Kind == domain.ContactPhone {
			return commands.Message{Text: composeSMS(about.Words, about.Company)}
		}
		return mail(about, compose)
	}
}

func mail(about commands.About, compose composed) commands.Message {
	text := compose(about.Words, about.Company)
	return commands.Message{Subject: text.Subject, Text: text.Text}
}
