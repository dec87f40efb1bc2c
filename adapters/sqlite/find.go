package sqlite

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/projections"
)

// find walks an index from the place where the page before ended. It names the
// index, so that no guess of the planner can turn a page into a sort of all rows.
func (t *table) find(conn *sqlitedb.Conn, view projections.View, query projections.Query) ([]projections.Row, error) {
	if query.Limit <= 0 {
		return nil, nil
	}
	sql, values, err := t.findSQL(view, query)
	if err != nil {
		return nil, err
	}
	var rows []projections.Row
	err = each(conn, sql, func(statement *sqlite3.Stmt) error {
		row, err := t.read(statement)
		rows = append(rows, row)
		return err
	}, values...)
	return rows, err
}

func (t *table) findSQL(view projections.View, query projections.Query) (sql string, values []any, err error) {
	for _, name := range query.FacetNames() {
		if !slices.Contains(t.facets, name) {
			return "", nil, projections.NoFacet(view, t.version, name)
		}
	}
	index := t.index("")
	conditions := []string{"account = ?", "sort <> ''"}
	values = []any{query.Account[:]}
	for _, facet := range t.facets {
		value, named := query.Facets[facet]
		if !named {
			continue
		}
		if len(conditions) == 2 {
			index = t.index(facet) // of several facets, the one that the view names first
		}
		conditions = append(conditions, quote(facet)+" = ?")
		values = append(values, value)
	}
	// An index of a facet is in the list's order for one value only.
	for facet, among := range query.OneOf {
		list, err := json.Marshal(append([]string{}, among...))
		if err != nil {
			return "", nil, fmt.Errorf("encode the values of %s: %w", facet, err)
		}
		conditions = append(conditions, quote(facet)+" IN (SELECT value FROM json_each(?))")
		values = append(values, string(list))
	}
	direction, beyond := "ASC", "(sort, id) > (?, ?)"
	if query.Descending {
		direction, beyond = "DESC", "(sort, id) < (?, ?)"
	}
	if query.After != (projections.Place{}) {
		conditions = append(conditions, beyond)
		values = append(values, query.After.Sort, query.After.ID)
	}
	// Filters that are not given match everything, rather than making one
	// more statement for each combination of them.
	conditions = append(conditions, "instr(search, ?) > 0", "at >= ?", "at < ?")
	values = append(values, query.Search, lowest(query.From), highest(query.To), query.Limit)
	return "SELECT " + t.columns() + " FROM " + t.name + " INDEXED BY " + index +
		" WHERE " + strings.Join(conditions, " AND ") +
		" ORDER BY sort " + direction + ", id " + direction + " LIMIT ?", values, nil
}

func lowest(from time.Time) string {
	if from.IsZero() {
		return ""
	}
	return timeText(from)
}

func highest(to time.Time) string {
	if to.IsZero() {
		return "~" // behind every digit
	}
	return timeText(to)
}
