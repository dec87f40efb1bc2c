package sqlite

import (
	"context"
	"fmt"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// isRow leaves out counters, which are beside the rows and hold their number in the
// place of the search text.
const isRow = "substr(id, 1, 1) <> '" + projections.CounterPrefix + "'"

// counts is by how much a change moves counters.
type counts map[counter]int

type counter struct {
	account domain.AccountID
	id      string
}

func (c counts) add(row projections.Row, t *table, by int) {
	for _, id := range projections.CountersOf(row, t.facets, t.counted, t.tallied) {
		c[counter{row.Account, id}] += by
	}
}

// listedSQL is what counts of a row that is there.
func (t *table) listedSQL() string {
	columns := "sort"
	for _, facet := range t.facets {
		columns += ", " + quote(facet)
	}
	return "SELECT " + columns + " FROM " + t.name + " WHERE account = ? AND id = ?"
}

// uncount takes a row out of the counters, as it was before.
func (t *table) uncount(conn *sqlitedb.Conn, key projections.Key, counts counts) error {
	if len(t.counted)+len(t.tallied) == 0 {
		return nil
	}
	return each(conn, t.listed, func(statement *sqlite3.Stmt) error {
		row := projections.Row{Key: key, Sort: statement.ColumnText(0)}
		for i := range t.facets {
			row.Facets = append(row.Facets, statement.ColumnText(1+i))
		}
		counts.add(row, t, -1)
		return nil
	}, key.Account[:], key.ID)
}

func (t *table) countSQL() string {
	return "INSERT INTO " + t.name + " (" + t.columns() + ") VALUES ('', ?, '{}', ?, ?, ''" + strings.Repeat(", ''", len(t.facets)) + ")" +
		" ON CONFLICT (account, id) DO UPDATE SET search = CAST(search + excluded.search AS TEXT)"
}

// keep moves the counters.
func (t *table) keep(conn *sqlitedb.Conn, counts counts) error {
	for of, by := range counts {
		if by == 0 {
			continue
		}
		if _, err := run(conn, t.count, by, of.account[:], of.id); err != nil {
			return fmt.Errorf("view %s: count: %w", t.view, err)
		}
	}
	return nil
}

// counter is how many rows one says, or several together.
func (t *table) counter(conn *sqlitedb.Conn, account domain.AccountID, ids []string) (sum int, err error) {
	for _, id := range ids {
		err = each(conn, "SELECT CAST(search AS INTEGER) FROM "+t.name+" WHERE account = ? AND id = ?", func(row *sqlite3.Stmt) error {
			sum += row.ColumnInt(0)
			return nil
		}, account[:], id)
		if err != nil {
			return 0, err
		}
	}
	return sum, nil
}

// Count implements projections.Reader.
func (r *ReadModels) Count(ctx context.Context, view projections.View, query projections.Query) (count *int, position domain.Position, err error) {
	err = r.read(ctx, view, func(conn *sqlitedb.Conn, table *table) error {
		if err := projections.CheckFacets(view, table.version, table.facets, query); err != nil {
			return err
		}
		count = nil
		if ids, kept := query.Counters(table.counted); kept {
			sum, err := table.counter(conn, query.Account, ids)
			if err != nil {
				return err
			}
			count = &sum
		}
		position, err = table.position(conn)
		return err
	})
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("count in view %s: %w", view.Name(), err)
	}
	return count, position, nil
}

// Tally implements projections.Reader.
func (r *ReadModels) Tally(ctx context.Context, view projections.View, account domain.AccountID, facet string, within projections.Span,
) (counts map[string]int, position domain.Position, err error) {
	ids := within.Counters(facet)
	err = r.read(ctx, view, func(conn *sqlitedb.Conn, table *table) error {
		if err := projections.CheckTallied(view, table.version, table.counted, table.tallied, facet); err != nil {
			return err
		}
		counts = map[string]int{}
		err := each(conn, table.tally, func(row *sqlite3.Stmt) error {
			counts[strings.TrimPrefix(row.ColumnText(0), projections.CounterID(facet, ""))] = row.ColumnInt(1)
			return nil
		}, account[:], ids.From, ids.To)
		if err != nil {
			return err
		}
		position, err = table.position(conn)
		return err
	})
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("tally in view %s: %w", view.Name(), err)
	}
	return counts, position, nil
}
