package lineage

import (
	"context"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Query asks for an account's admissions in the order of the log. Filters that
// are zero do not matter.
type Query struct {
	Account    domain.AccountID
	Person     domain.PersonID // who was let in
	By         domain.PersonID // who let in
	Batch      domain.BatchID
	Generation uint64 // of the join link
	// Transitive adds those whom these let in, and so on.
	Transitive bool
	projections.Paging
}

// Descendant is an admission found by following who let in whom.
type Descendant struct {
	Admission
	// Depth is 1 for those who match the query themselves.
	Depth int
}

// List returns a page of admissions.
func List(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Descendant], error) {
	if query.Transitive {
		return follow(ctx, reader, query)
	}
	found, err := projections.ListInLogOrder[Admission](ctx, reader, View(), query.rows(), query.Paging)
	if err != nil {
		return projections.Page[Descendant]{}, err
	}
	return projections.Each(found, func(a Admission) Descendant { return Descendant{Admission: a, Depth: 1} }), nil
}

func (q Query) rows() projections.Query {
	return projections.Query{Account: q.Account, Facets: map[string]string{
		"person": projections.Wanted(q.Person), "by": projections.Wanted(q.By),
		"batch": projections.Wanted(q.Batch), "generation": generation(q.Generation),
	}}
}

func (q Query) matches(a Admission) bool {
	return (q.Person.IsZero() || a.Person == q.Person) && (q.By.IsZero() || a.By == q.By) &&
		(q.Batch.IsZero() || a.Basis.Batch == q.Batch) && (q.Generation == 0 || a.Basis.Generation == q.Generation)
}

// follow reads all admissions once, in the log's order: nobody lets somebody in
// before being let in themselves. A page starts from the beginning again, so that
// it knows who was found before it.
func follow(ctx context.Context, reader projections.Reader, query Query) (projections.Page[Descendant], error) {
	limit := query.Limit
	if limit == 0 {
		limit = projections.DefaultLimit
	}
	depths := map[domain.PersonID]int{}
	page, behind := projections.Page[Descendant]{}, query.Cursor == ""
	every := projections.Paging{Limit: projections.MaxLimit}
	for {
		some, err := projections.List[Admission](ctx, reader, View(), projections.Query{Account: query.Account}, every)
		if err != nil {
			return page, err
		}
		page.Position = some.Position
		for _, a := range some.Items {
			depth := query.depth(depths, a)
			if depth == 0 {
				continue
			}
			place := a.Position.String()
			if !behind {
				behind = place == query.Cursor
				continue
			}
			if len(page.Items) == limit {
				page.Next = page.Items[limit-1].Position.String()
				return page, nil
			}
			page.Items = append(page.Items, Descendant{Admission: a, Depth: depth})
		}
		if some.Next == "" {
			if !behind {
				return page, domain.Refuse(domain.InvalidCursor, `this is not a cursor of this list; use the "next" of the page before`).In("cursor")
			}
			return page, nil
		}
		every.Cursor = some.Next
	}
}

// depth is how far an admission is from the query; zero where it is not below
// it. Who was admitted is remembered with the least depth.
func (q Query) depth(depths map[domain.PersonID]int, a Admission) int {
	depth := 0
	if q.matches(a) {
		depth = 1
	} else if above := depths[a.By]; above > 0 && !a.By.IsZero() {
		depth = above + 1
	}
	if known := depths[a.Person]; depth > 0 && (known == 0 || depth < known) {
		depths[a.Person] = depth
	}
	return depth
}

// maxChain is longer than any company's history of inviting.
const maxChain = 1000

// Chain returns how a person came in: the person's latest admission first, then that
// of who let them in as it stood at that time, and so on to somebody whom nobody
// let in.
func Chain(ctx context.Context, reader projections.Reader, account domain.AccountID, id domain.PersonID) (chain []Admission, position domain.Position, err error) {
	before := time.Time{}
	for !id.IsZero() && len(chain) < maxChain {
		rows, stands, err := reader.Find(ctx, View(), projections.Query{
			Account: account, Facets: map[string]string{"person": id.String()}, To: before, Descending: true, Limit: 1,
		})
		if err != nil {
			return nil, stands, err
		}
		found, err := projections.As[Admission](rows)
		if err != nil || len(found) == 0 {
			return chain, stands, err
		}
		chain, position = append(chain, found[0]), stands
		id, before = found[0].By, found[0].At.Add(1)
	}
	return chain, position, nil
}
