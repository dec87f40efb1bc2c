package invited

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/batch"
	"github.com/usher-engine/usher/projections"
)

// Query asks for an account's invited people, the latest invitation first.
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
	Search string
	projections.Paging
}

// List is a page of invited people.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Invitee], error) {
	found := projections.Query{
		Account: query.Account,
		Facets: map[string]string{
			"channel": string(query.Channel), "batch": projections.Wanted(query.Batch), "invited_by": projections.Wanted(query.InvitedBy),
		},
		Search:     query.Search,
		Descending: true,
	}
	switch query.Status {
	case "":
	case Expired:
		found.To = query.Now.Add(1)
	case Pending:
		found.From = query.Now.Add(1)
	default:
		return projections.Page[Invitee]{}, domain.Refuse(domain.InvalidRequest, "the status is pending or expired").In("status")
	}
	return projections.List[Invitee](ctx, reader, View(), found, query.Paging)
}
