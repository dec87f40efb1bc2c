package policies

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/domain/person"
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

// endSessions clears the vault of the sessions of those who have no access any more.
func endSessions(app *commands.App) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		if _, left := event.Event.(person.Dismissed); !left {
			return nil
		}
		return app.EndVoidSessions(ctx, event.Stream)
	}
}
