package policies

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/links"
	"github.com/usher-engine/usher/commands/wording"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/domain/structure"
)

// keepAdministrators finishes what a crash left between the account's stream, which
// counts administrators, and the person's, which says who is one.
func keepAdministrators(app *commands.App) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		switch e := event.Event.(type) {
		case person.MadeAdministrator:
			_, err := app.CountAdministrator(ctx, event.Metadata.Account, e.Person, e.N)
			if domain.CodeOf(err) == domain.RoleChanged {
				return nil // uncounted before it was counted
			}
			return err
		case account.AdministratorUncounted:
			return app.FinishUncounting(ctx, event, e)
		}
		return nil
	}
}

// passwordLink goes to the login, as its kind needs it: who came by SMS can be
// rehired.
func passwordLink(counter int) func(commands.About) commands.Message {
	return func(about commands.About) commands.Message {
		message := inWords(about, about.Contact, wording.Words.ChoosePassword, wording.Words.ChoosePasswordSMS)
		message.Link = commands.LinkTo(links.SetPassword, counter)
		return message
	}
}

// vacateHeads takes departments from who is dismissed, be it while they were made head.
func vacateHeads(app *commands.App) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		switch e := event.Event.(type) {
		case person.Dismissed:
			_, err := app.VacateHeads(ctx, event, e.Person)
			return err
		case structure.DepartmentHeadChanged:
			if !e.Head.IsZero() {
				_, err := app.VacateHead(ctx, event, e.Department, e.Head)
				return err
			}
		}
		return nil
	}
}

// endSessions clears the vault of sessions that are void.
func endSessions(app *commands.App) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		switch event.Event.(type) {
		case person.Dismissed, person.SessionsEnded, person.PasswordChanged, person.PasswordReset:
			return app.EndVoidSessions(ctx, event.Stream)
		}
		return nil
	}
}
