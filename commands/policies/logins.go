package policies

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
)

// releaseLogins gives contacts free that were held for a login which has ended.
func releaseLogins(app *commands.App) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		switch event.Event.(type) {
		case person.LoginChanged, person.LoginChangeAbandoned, person.Employed:
			return app.ReleaseEndedLogins(ctx, event.Stream)
		}
		return nil
	}
}

// claimLogin goes to the contact that is claimed, which proves it.
func claimLogin(claimed person.LoginClaimed) func(commands.About) commands.Message {
	return func(about commands.About) commands.Message {
		message := inWords(about, claimed.Personal.Contact, wording.Words.ClaimLogin, wording.Words.ClaimLoginSMS)
		message.Person, message.Link = claimed.By, commands.LinkTo(links.Login, claimed.Number)
		return message
	}
}

// loginChanged goes to the contact that was the login before, so that somebody
// who did not mean it hears of it.
func loginChanged(changed person.LoginChanged) func(commands.About) commands.Message {
	return func(about commands.About) commands.Message {
		message := inWords(about, changed.Personal.Before, wording.Words.LoginChanged, wording.Words.LoginChangedSMS)
		message.Person = changed.Person
		return message
	}
}

// inWords is a message to a contact, as its kind needs it.
func inWords(about commands.About, to domain.Contact, compose composed, composeSMS func(wording.Words, string) string) commands.Message {
	message := commands.Message{Text: composeSMS(about.Words, about.Company)}
	if to.Kind == domain.ContactEmail {
		message = mail(about, compose)
	}
	message.To = to
	return message
}

// resetAsked goes to whatever the person signs in by.
func resetAsked(asked person.PasswordResetAsked) func(commands.About) commands.Message {
	return func(about commands.About) commands.Message {
		link := commands.LinkTo(links.Reset, asked.Number)
		message := inWords(about, about.Contact, wording.Words.ForgottenPassword, wording.Words.ResetCodeSMS)
		switch {
		case !asked.By.IsZero():
			message = inWords(about, about.Contact, wording.Words.ChoosePassword, wording.Words.ChoosePasswordSMS)
		case about.Contact.Kind == domain.ContactPhone:
			link = commands.ResetCode(asked.Number)
		}
		message.Person, message.Link = asked.Person, link
		return message
	}
}
