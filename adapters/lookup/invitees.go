package lookup

import (
	"context"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
	"github.com/usher-engine/usher/projections/invited"
)

// Invitees finds invitations by the view Invited. It implements commands.Invitees.
type Invitees struct {
	Reader projections.Reader
	Views  Views
}

// Of implements commands.Invitees.
func (i Invitees) Of(ctx context.Context, account domain.AccountID, id domain.PersonID, least domain.Position) (commands.Invitee, bool, error) {
	if err := wait(ctx, i.Views, invited.View(), least); err != nil {
		return commands.Invitee{}, false, err
	}
	found, known, err := invited.Of(ctx, i.Reader, account, id)
	return commands.Invitee{Account: account, Person: id, Slot: found.Slot, Invitation: found.Invitation}, known, err
}

// Open implements commands.Invitees.
func (i Invitees) Open(ctx context.Context, account domain.AccountID, of commands.Sent, cursor string, least domain.Position) ([]commands.Invitee, string, error) {
	if err := wait(ctx, i.Views, invited.View(), least); err != nil {
		return nil, "", err
	}
	page, err := invited.List(ctx, i.Reader, invited.Query{
		Account: account, Batch: of.Batch, InvitedBy: of.Inviter, Paging: projections.Paging{Cursor: cursor, Limit: projections.MaxLimit},
	})
	open := make([]commands.Invitee, len(page.Items))
	for n, one := range page.Items {
		open[n] = commands.Invitee{Account: account, Person: one.Person, Slot: one.Slot, Invitation: one.Invitation}
	}
	return open, page.Next, err
}
