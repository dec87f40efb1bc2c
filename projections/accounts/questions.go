package accounts

import (
	"context"

	"github.com/usher-engine/usher/domain/account"
	"github.com/usher-engine/usher/projections"
)

// Query asks for accounts, by their short names. Filters that are zero do not matter.
type Query struct {
	Status Status
	Plan   account.Plan
	// Search looks in short names and names.
	Search projections.Search
	projections.Paging
}

// List returns a page of accounts.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Account], error) {
	return projections.List[Account](ctx, reader, View(), projections.Query{
		Facets: map[string]string{"status": string(query.Status), "plan": string(query.Plan)}, Search: query.Search,
	}, query.Paging)
}
