package lookup

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/invited"
)

// InvitationOf implements commands.Invitees by the view Invited.
func (f Finders) InvitationOf(ctx context.Context, account domain.AccountID, id domain.PersonID, least domain.Position) (commands.Invitee, bool, error) {
	rows, err := f.reflecting(ctx, invited.View(), least)
	if err != nil {
		return commands.Invitee{}, false, err
	}
	found, known, err := invited.Of(ctx, rows, account, id)
	return commands.Invitee{Account: account, Person: id, Slot: found.Slot, Invitation: found.Invitation}, known, err
}

// OpenInvitations implements commands.Invitees by the view Invited.
func (f Finders) OpenInvitations(ctx context.Context, account domain.AccountID, of commands.Sent, cursor string, least domain.Position) (commands.OpenInvitations, error) {
	rows, err := f.reflecting(ctx, invited.View(), least)
	if err != nil {
		return commands.OpenInvitations{}, err
	}
	page, err := invited.List(ctx, rows, invited.Query{
		Account: account, Batch: of.Batch, InvitedBy: of.Inviter, Paging: projections.Paging{Cursor: cursor, Limit: projections.MaxLimit},
	})
	open := make([]commands.Invitee, len(page.Items))
	for n, one := range page.Items {
		open[n] = commands.Invitee{Account: account, Person: one.Person, Slot: one.Slot, Invitation: one.Invitation}
	}
	return commands.OpenInvitations{Invitees: open, Next: page.Next, Position: page.Position}, err
}
