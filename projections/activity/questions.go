package activity

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Query asks for an account's activity, the latest first. Filters that are zero
// do not matter.
type Query struct {
	Account domain.AccountID
	Kind    Kind
	// From and To cut the list: From <= time < To.
	From, To time.Time
	projections.Paging
}

// List returns a page of entries.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Entry], error) {
	return projections.ListInLogOrder[Entry](ctx, reader, View(), projections.Query{
		Account: query.Account, Facets: map[string]string{"kind": string(query.Kind)},
		From: query.From, To: query.To, Descending: true,
	}, query.Paging)
}
