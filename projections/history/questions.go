package history

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Query asks for an account's events in the order of the log. Filters that are
// zero do not matter.
type Query struct {
	Account domain.AccountID
	Person  domain.PersonID // whom the events are about
	Slot    domain.Slot     // the contact that they are about
	Stream  domain.StreamName
	Type    domain.EventType
	Actor   domain.Actor
	// From and To cut the list: From <= time < To.
	From, To time.Time
	// LatestFirst turns the order round.
	LatestFirst bool
	projections.Paging
}

// List returns a page of events.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Event], error) {
	return projections.ListInLogOrder[Event](ctx, reader, View(), projections.Query{
		Account: query.Account,
		Facets: map[string]string{
			"person": projections.Wanted(query.Person), "slot": projections.Wanted(query.Slot),
			"stream": string(query.Stream), "type": string(query.Type), "actor": actor(query.Actor),
		},
		From: query.From, To: query.To, Descending: query.LatestFirst,
	}, query.Paging)
}

// Of returns all events about a person.
func Of(ctx context.Context, reader projections.Reader, account domain.AccountID, id domain.PersonID) ([]Event, domain.Position, error) {
	return projections.All[Event](ctx, reader, View(), projections.Query{Account: account, Facets: map[string]string{"person": id.String()}})
}
