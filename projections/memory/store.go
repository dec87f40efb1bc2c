package memory

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// Store holds any number of views. Its methods may be called from many
// goroutines.
type Store struct {
	mu     sync.RWMutex
	tables map[tableName]*table
}

var _ projections.Together = (*Store)(nil)

type tableName struct {
	view    string
	version int
}

type table struct {
	rows     map[projections.Key]projections.Row
	position domain.Position
}

// New returns a store without rows, all views at the position before everything.
func New() *Store {
	return &Store{tables: map[tableName]*table{}}
}

// Find implements projections.Reader.
func (s *Store) Find(ctx context.Context, view projections.View, query projections.Query) ([]projections.Row, domain.Position, error) {
	matches, err := matcher(view, query)
	if err != nil {
		return nil, domain.Position{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	table := s.table(view)
	var found []projections.Row
	for _, row := range table.rows {
		if matches(row) {
			found = append(found, row)
		}
	}
	slices.SortFunc(found, func(a, b projections.Row) int {
		if query.Descending {
			a, b = b, a
		}
		return comparePlaces(projections.PlaceOf(view, query, a), projections.PlaceOf(view, query, b))
	})
	found = found[:min(len(found), max(query.Limit, 0))]
	return cloneAll(found), table.position, ctx.Err()
}

// Count implements projections.Reader.
func (s *Store) Count(ctx context.Context, view projections.View, query projections.Query) (*int, domain.Position, error) {
	query.After = projections.Place{}
	matches, err := matcher(view, query)
	if err != nil {
		return nil, domain.Position{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	table := s.table(view)
	if _, kept := query.Counters(view.Counted()); !kept {
		return nil, table.position, ctx.Err()
	}
	count := 0
	for _, row := range table.rows {
		if matches(row) {
			count++
		}
	}
	return &count, table.position, ctx.Err()
}

// Tally implements projections.Reader.
func (s *Store) Tally(ctx context.Context, view projections.View, account domain.AccountID, facet string, within projections.Span) (map[string]int, domain.Position, error) {
	if err := projections.CheckTallied(view, view.Version(), view.Counted(), view.Tallied(), facet); err != nil {
		return nil, domain.Position{}, err
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	table, index, counts := s.table(view), slices.Index(view.FacetNames(), facet), map[string]int{}
	for _, row := range table.rows {
		if row.Account != account || row.Sort == "" {
			continue
		}
		values := []string{row.Facets[index]}
		if slices.Contains(view.Tallied(), facet) {
			values = projections.Values(row.Facets[index])
		}
		for _, value := range values {
			if within.Has(value) {
				counts[value]++
			}
		}
	}
	return counts, table.position, ctx.Err()
}

// Load implements projections.Reader.
func (s *Store) Load(ctx context.Context, view projections.View, keys []projections.Key) ([]projections.Row, domain.Position, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	table := s.table(view)
	var found []projections.Row
	asked := make(map[projections.Key]bool, len(keys))
	for _, key := range keys {
		if row, ok := table.rows[key]; ok && !asked[key] {
			asked[key] = true
			found = append(found, clone(row))
		}
	}
	return found, table.position, ctx.Err()
}

// Scan returns the rows behind a key, listed or not, in the order of accounts and
// ids, at most limit; the zero key is before all.
func (s *Store) Scan(ctx context.Context, view projections.View, after projections.Key, limit int) ([]projections.Row, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var found []projections.Row
	for key, row := range s.table(view).rows {
		if compareKeys(key, after) > 0 {
			found = append(found, row)
		}
	}
	slices.SortFunc(found, func(a, b projections.Row) int { return compareKeys(a.Key, b.Key) })
	return cloneAll(found[:min(len(found), max(limit, 0))]), ctx.Err()
}

// Position implements projections.Reader.
func (s *Store) Position(ctx context.Context, view projections.View) (domain.Position, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.table(view).position, ctx.Err()
}

// Apply implements projections.Store.
func (s *Store) Apply(ctx context.Context, view projections.View, change projections.Change) error {
	if err := check(ctx, view, change); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.apply(view, change)
}

// ApplyAll implements projections.Together.
func (s *Store) ApplyAll(ctx context.Context, changes []projections.ViewChange) (moved []bool, err error) {
	for _, one := range changes {
		if err := check(ctx, one.View, one.Change); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	moved = make([]bool, len(changes))
	for i, one := range changes {
		moved[i] = s.apply(one.View, one.Change) != nil
	}
	return moved, nil
}

func check(ctx context.Context, view projections.View, change projections.Change) error {
	for _, row := range change.Saved {
		if len(row.Facets) != len(view.FacetNames()) {
			return fmt.Errorf("view %s: row %s has %d facets instead of %d", view.Name(), row.ID, len(row.Facets), len(view.FacetNames()))
		}
	}
	return ctx.Err()
}

// apply fails with projections.ErrMoved, and with nothing else.
func (s *Store) apply(view projections.View, change projections.Change) error {
	before := s.table(view)
	if before.position != change.From {
		return fmt.Errorf("view %s stands at %s, the change begins at %s: %w", view.Name(), before.position, change.From, projections.ErrMoved)
	}
	s.tables[nameOf(view)] = before
	for _, row := range change.Saved {
		before.rows[row.Key] = clone(row)
	}
	for _, key := range change.Deleted {
		delete(before.rows, key)
	}
	before.position = change.To
	return nil
}

// table is the view's table, a new one where there is none.
func (s *Store) table(view projections.View) *table {
	if found, ok := s.tables[nameOf(view)]; ok {
		return found
	}
	return &table{rows: map[projections.Key]projections.Row{}}
}

func nameOf(view projections.View) tableName {
	return tableName{view: view.Name(), version: view.Version()}
}

// matcher tells the rows behind query.After that the query asks for.
func matcher(view projections.View, query projections.Query) (func(projections.Row) bool, error) {
	if err := projections.CheckFacets(view, view.Version(), view.FacetNames(), query); err != nil {
		return nil, err
	}
	var facets []facet
	for name, value := range query.Facets {
		facets = append(facets, facet{slices.Index(view.FacetNames(), name), []string{value}})
	}
	for name, values := range query.OneOf {
		facets = append(facets, facet{slices.Index(view.FacetNames(), name), values})
	}
	return func(row projections.Row) bool {
		return row.Account == query.Account && row.Sort != "" &&
			isBehind(projections.PlaceOf(view, query, row), query) && isWithin(row.At, query.From, query.To) &&
			projections.HasWords(row.Search, query.Words) &&
			hasFacets(row, facets)
	}, nil
}

func isBehind(place projections.Place, query projections.Query) bool {
	if query.After == (projections.Place{}) {
		return true
	}
	order := comparePlaces(place, query.After)
	return order > 0 && !query.Descending || order < 0 && query.Descending
}

func isWithin(at, from, to time.Time) bool {
	return (from.IsZero() || !at.Before(from)) && (to.IsZero() || at.Before(to))
}

// facet is the values of a facet that a query asks for.
type facet struct {
	index  int
	values []string
}

func hasFacets(row projections.Row, facets []facet) bool {
	for _, asked := range facets {
		if !slices.Contains(asked.values, row.Facets[asked.index]) {
			return false
		}
	}
	return true
}

func comparePlaces(a, b projections.Place) int {
	return cmp.Or(cmp.Compare(a.Order, b.Order), cmp.Compare(a.Sort, b.Sort), cmp.Compare(a.ID, b.ID))
}

func compareKeys(a, b projections.Key) int {
	return cmp.Or(slices.Compare(a.Account[:], b.Account[:]), cmp.Compare(a.ID, b.ID))
}

func cloneAll(rows []projections.Row) []projections.Row {
	copies := make([]projections.Row, len(rows))
	for i, row := range rows {
		copies[i] = clone(row)
	}
	return copies
}

// clone is a row that shares nothing, its time in UTC.
func clone(row projections.Row) projections.Row {
	row.At = row.At.UTC().Round(0)
	row.Facets = slices.Clone(row.Facets)
	row.Doc = slices.Clone(row.Doc)
	return row
}
