package postgres

import (
	"fmt"
	"strings"

	"github.com/usher-engine/usher/projections"
)

// findSQL walks an index from the place where the page before ended.
func (t *table) findSQL(view projections.View, query projections.Query) (sql string, args []any, err error) {
	if err := projections.CheckFacets(view, t.version, t.facets, query); err != nil {
		return "", nil, err
	}
	parameter := func(value any) string {
		args = append(args, value)
		return fmt.Sprintf("$%d", len(args))
	}
	conditions := []string{"account = " + parameter(query.Account[:]), "sort <> ''"}
	for _, facet := range t.facets {
		if value, named := query.Facets[facet]; named {
			conditions = append(conditions, quote(facet)+" = "+parameter(value))
		}
		if among, named := query.OneOf[facet]; named {
			conditions = append(conditions, quote(facet)+" = ANY("+parameter(append([]string{}, among...))+")")
		}
	}
	order := []string{"sort", "id"}
	if query.Order != "" {
		order = append([]string{quote(query.Order)}, order...)
	}
	direction, beyond := " ASC", ">"
	if query.Descending {
		direction, beyond = " DESC", "<"
	}
	if query.After != (projections.Place{}) {
		place := []string{parameter(query.After.Sort), parameter(query.After.ID)}
		if query.Order != "" {
			place = append([]string{parameter(query.After.Order)}, place...)
		}
		conditions = append(conditions, fmt.Sprintf("(%s) %s (%s)", strings.Join(order, ", "), beyond, strings.Join(place, ", ")))
	}
	if len(query.Words) > 0 {
		conditions = append(conditions, hasWords(query.Words, parameter))
	}
	if !query.From.IsZero() {
		conditions = append(conditions, "at >= "+parameter(timeText(query.From)))
	}
	if !query.To.IsZero() {
		conditions = append(conditions, "at < "+parameter(timeText(query.To)))
	}
	return "SELECT " + t.columns() + " FROM " + t.name + " WHERE " + strings.Join(conditions, " AND ") +
		" ORDER BY " + strings.Join(order, direction+", ") + direction + " LIMIT " + parameter(max(query.Limit, 0)), args, nil
}

// hasWords is the condition that rows are found by what is looked for.
func hasWords(sought []projections.Words, parameter func(any) string) string {
	ways := make([]string, len(sought))
	for i, words := range sought {
		all := make([]string, len(words))
		for j, word := range words {
			all[j] = "strpos(search, " + parameter(word) + ") > 0"
		}
		ways[i] = strings.Join(all, " AND ")
	}
	return "(" + strings.Join(ways, " OR ") + ")"
}
