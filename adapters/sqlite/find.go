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
	if err := projections.CheckFacets(view, t.version, t.facets, query); err != nil {
		return nil, err
	}
	index, err := t.walked(conn, query)
	if err != nil {
		return nil, err
	}
	sql, values, err := t.findSQL(index, query)
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

// fewRows are sorted sooner than as many are found among all others.
const fewRows = 2000

// walked is the index that is in the order of the list: of a facet's value, or of all
// rows. Where another order is asked for, it is that of the facet that has it, unless
// the value of another is known to be that of few rows.
func (t *table) walked(conn *sqlitedb.Conn, query projections.Query) (string, error) {
	facet := ""
	for _, one := range t.facets {
		if _, named := query.Facets[one]; !named {
			continue
		}
		if facet = one; query.Order == "" || !slices.Contains(t.counted, one) {
			break // of several facets, the one that the view names first
		}
		rows, err := t.counter(conn, query.Account, []string{projections.CounterID(one, query.Facets[one])})
		if err != nil || rows <= fewRows {
			return t.index(one), err
		}
	}
	if query.Order != "" {
		facet = query.Order
	}
	return t.index(facet), nil
}

func (t *table) findSQL(index string, query projections.Query) (sql string, values []any, err error) {
	conditions := []string{"account = ?", "sort <> ''"}
	values = []any{query.Account[:]}
	for _, facet := range t.facets {
		value, named := query.Facets[facet]
		if !named {
			continue
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
	order, place := []string{"sort", "id"}, []any{query.After.Sort, query.After.ID}
	if query.Order != "" {
		order, place = append([]string{quote(query.Order)}, order...), append([]any{query.After.Order}, place...)
	}
	direction, beyond := " ASC", ">"
	if query.Descending {
		direction, beyond = " DESC", "<"
	}
	if query.After != (projections.Place{}) {
		conditions = append(conditions, "("+strings.Join(order, ", ")+") "+beyond+" (?"+strings.Repeat(", ?", len(order)-1)+")")
		values = append(values, place...)
	}
	// Filters that are not given match everything, rather than making one
	// more statement for each combination of them.
	found, words := hasWords(query.Words)
	conditions = append(conditions, found, "at >= ?", "at < ?")
	values = append(append(values, words...), lowest(query.From), highest(query.To), query.Limit)
	return "SELECT " + t.columns() + " FROM " + t.name + " INDEXED BY " + index +
		" WHERE " + strings.Join(conditions, " AND ") +
		" ORDER BY " + strings.Join(order, direction+", ") + direction + " LIMIT ?", values, nil
}

// hasWords is the condition that rows are found by what is looked for.
func hasWords(sought []projections.Words) (condition string, values []any) {
	ways := make([]string, len(sought))
	for i, words := range sought {
		ways[i] = strings.TrimSuffix(strings.Repeat("instr(search, ?) > 0 AND ", len(words)), " AND ")
		for _, word := range words {
			values = append(values, word)
		}
	}
	if len(ways) == 0 {
		return "true", nil
	}
	return "(" + strings.Join(ways, " OR ") + ")", values
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
