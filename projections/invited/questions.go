package invited

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/projections"
)

// sorts is by what the invited can be sorted.
func sorts() projections.Sorts {
	return projections.Sorts{"invited_at": "", "contact": "contact", "expires_at": "expires", "channel": "channel"}
}

// Query asks for an account's invited people, the latest invitation first where nothing else is said.
// Filters that are zero do not matter.
type Query struct {
	Account   domain.AccountID
	Channel   batch.Channel
	Batch     domain.BatchID
	InvitedBy domain.PersonID
	// Status is judged at the time Now, which no other filter needs.
	Status Status
	Now    time.Time
	// Search looks in contacts.
	Search projections.Search
	projections.Paging
}

// Of returns one person's invitation, listed or not; false where there is none.
func Of(ctx context.Context, reader projections.Reader, account domain.AccountID, id domain.PersonID) (Invitee, bool, error) {
	rows, _, err := reader.Load(ctx, View(), []projections.Key{{Account: account, ID: id.String()}})
	if err != nil || len(rows) == 0 {
		return Invitee{}, false, err
	}
	found, err := projections.As[Invitee](rows)
	if err != nil {
		return Invitee{}, false, err
	}
	return found[0], true, nil
}

// List returns a page of invited people.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Invitee], error) {
	found := projections.Query{
		Account: query.Account,
		Facets: map[string]string{
			"channel": string(query.Channel), "batch": projections.Wanted(query.Batch), "invited_by": projections.Wanted(query.InvitedBy),
		},
		Search:     query.Search,
		Descending: true,
		Sorts:      sorts(),
	}
	switch query.Status {
	case "":
	case Expired:
		found.To, found.Facets["state"] = query.Now.Add(1), open
	case Pending:
		found.From, found.Facets["state"] = query.Now.Add(1), open
	case Declined, Asked, Refused:
		found.Facets["state"] = string(query.Status)
	case revoked, corrected:
		fallthrough // which nobody knows of
	default:
		return projections.Page[Invitee]{}, domain.Refuse(domain.InvalidRequest,
			"the status is pending, expired, declined, asked or correction_refused").In("status")
	}
	return projections.ListInLogOrder[Invitee](ctx, reader, View(), found, query.Paging)
}
