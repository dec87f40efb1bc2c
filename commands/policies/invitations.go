package policies

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/domain/person"
)

// followInvitations ends what a revoked batch left open in each person's stream,
// be it sent while it was revoked, and invites by the right contact whom somebody
// mistyped.
func followInvitations(app *commands.App) func(context.Context, domain.Recorded) error {
	return func(ctx context.Context, event domain.Recorded) error {
		switch e := event.Event.(type) {
		case batch.Revoked:
			return app.RevokeRows(ctx, event, e)
		case person.InvitedBySMS, person.InvitedByEmail:
			return app.EndIfRevoked(ctx, event)
		case person.ContactCorrected:
			if event.Erased {
				return nil
			}
			_, err := app.InviteCorrected(ctx, event.Metadata.Account, event.Stream, event.ID, e)
			return err
		}
		return nil
	}
}
