package approvals

import (
	"context"
	"fmt"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/domain/person"
	"github.com/usher-engine/usher/projections"
)

// sorts is by what registrants can be sorted.
func sorts() projections.Sorts {
	return projections.Sorts{"registered_at": "", "name": "name", "login": "login"}
}

// Query asks for an account's registrants that wait, the oldest first where nothing else is said. Filters
// that are zero do not matter.
type Query struct {
	Account domain.AccountID
	Awaits  person.Awaits
	// Generation is of the join link by which they came, Inviter whose invitation it was.
	Generation uint64
	Inviter    domain.PersonID
	// Search looks in names and login.
	Search projections.Search
	projections.Paging
}

// Approval is a registrant as an administrator decides on them: by the latest of
// the registrations that wait, which may not be the same human being's as the others.
type Approval struct {
	Person domain.PersonID
	Registration
	Others []Registration // the latest last
}

// Count returns how many registrants wait for an approval, and how many for the proof of
// their address.
func Count(ctx context.Context, reader projections.Reader, account domain.AccountID) (approval, proof int, position domain.Position, err error) {
	counts, position, err := reader.Tally(ctx, View(), account, "awaits", projections.Span{})
	if err != nil {
		return 0, 0, position, fmt.Errorf("count who waits: %w", err)
	}
	return counts[string(person.Approval)], counts[string(person.Proof)], position, nil
}

// List returns a page of registrants that wait.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Approval], error) {
	page, err := projections.ListInLogOrder[Registrant](ctx, reader, View(), projections.Query{
		Account: query.Account, Facets: map[string]string{
			"awaits": string(query.Awaits), "generation": generationOf(query.Generation), "inviter": inviterOf(query.Inviter),
		}, Search: query.Search, Sorts: sorts(),
	}, query.Paging)
	if err != nil {
		return projections.Page[Approval]{}, err
	}
	return projections.Each(page, func(r Registrant) Approval {
		return Approval{Person: r.Person, Registration: r.latest(), Others: r.Waiting[:len(r.Waiting)-1]}
	}), nil
}
