package postgres

import (
	"context"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// isRow leaves out counters, which are beside the rows and hold their number in the
// place of the search text.
const isRow = "left(id, 1) <> '" + projections.CounterPrefix + "'"

// counts reports whether the table has counters.
func (t *table) counts() bool { return len(t.counted)+len(t.tallied) > 0 }

// recountSQL moves the counters by the rows that are saved, and by what is there of
// them, before it changes. It takes what upsert takes.
func (t *table) recountSQL() string {
	return "WITH given AS (SELECT * FROM " + t.given() + " AS given (" + t.columns() + "))," +
		" before AS (SELECT * FROM " + t.name + " WHERE (account, id) IN (SELECT account, id FROM given)) " +
		t.moveCounters(t.counting("given", "1"), t.counting("before", "-1"))
}

// uncountSQL takes rows out of the counters that are removed. It takes what remove takes.
func (t *table) uncountSQL() string {
	return "WITH before AS (SELECT * FROM " + t.name + " WHERE (account, id) IN (SELECT * FROM unnest($1::bytea[], $2::text[]))) " +
		t.moveCounters(t.counting("before", "-1"))
}

// counting is what the rows of a table change in each counter.
func (t *table) counting(table, by string) string {
	selects := []string{"SELECT account, '" + projections.CounterID("", "") + "' AS counter, " + by + " AS by FROM " + table + " WHERE sort <> ''"}
	for _, facet := range t.counted {
		selects = append(selects, "SELECT account, '"+projections.CounterID(facet, "")+"' || "+quote(facet)+", "+by+" FROM "+table+" WHERE sort <> ''")
	}
	for _, facet := range t.tallied {
		selects = append(selects, "SELECT account, '"+projections.CounterID(facet, "")+"' || value, "+by+" FROM "+table+
			", unnest(string_to_array("+quote(facet)+", E'\\n')) AS value WHERE sort <> ''")
	}
	return strings.Join(selects, " UNION ALL ")
}

func (t *table) moveCounters(changes ...string) string {
	return "INSERT INTO " + t.name + " AS kept (" + t.columns() + ")" +
		" SELECT account, counter, '', '', sum(by)::text, '{}'" + strings.Repeat(", ''", len(t.facets)) +
		" FROM (" + strings.Join(changes, " UNION ALL ") + ") AS changes GROUP BY account, counter HAVING sum(by) <> 0" +
		" ON CONFLICT (account, id) DO UPDATE SET search = (kept.search::bigint + excluded.search::bigint)::text"
}

// Count implements projections.Reader.
func (r *ReadModels) Count(ctx context.Context, view projections.View, query projections.Query) (count *int, position domain.Position, err error) {
	err = r.ask(ctx, view, hex.EncodeToString(query.Account[:]), func(batch *pgx.Batch, table *table) error {
		if err := projections.CheckFacets(view, table.version, table.facets, query); err != nil {
			return err
		}
		count = nil
		if ids, kept := query.Counters(table.counted); kept {
			count = new(int)
			batch.Queue("SELECT coalesce(sum(search::bigint), 0) FROM "+table.name+" WHERE account = $1 AND id = ANY($2)", query.Account[:], append([]string{}, ids...)).
				QueryRow(func(row pgx.Row) error { return row.Scan(count) })
		}
		return nil
	}, &position)
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("count in view %s: %w", view.Name(), err)
	}
	return count, position, nil
}

// Tally implements projections.Reader.
func (r *ReadModels) Tally(ctx context.Context, view projections.View, account domain.AccountID, facet string, within projections.Span,
) (counts map[string]int, position domain.Position, err error) {
	ids := within.Counters(facet)
	err = r.ask(ctx, view, hex.EncodeToString(account[:]), func(batch *pgx.Batch, table *table) error {
		if err := projections.CheckTallied(view, table.version, table.counted, table.tallied, facet); err != nil {
			return err
		}
		counts = map[string]int{}
		batch.Queue("SELECT id, search::bigint FROM "+table.name+" WHERE account = $1 AND id >= $2 AND id < $3 AND search <> '0'", account[:], ids.From, ids.To).
			Query(func(rows pgx.Rows) error {
				var id string
				var count int
				_, err := pgx.ForEachRow(rows, []any{&id, &count}, func() error {
					counts[strings.TrimPrefix(id, projections.CounterID(facet, ""))] = count
					return nil
				})
				return err
			})
		return nil
	}, &position)
	if err != nil {
		return nil, domain.Position{}, fmt.Errorf("tally in view %s: %w", view.Name(), err)
	}
	return counts, position, nil
}
