package sqlite

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
	"github.com/usher-engine/usher/projections"
)

// table is where one edition of a view has its rows: a column and an index for
// each facet, made from the view's declaration.
type table struct {
	edition
	declaration string
	facets      []string
	counted     []string // of the facets
	tallied     []string // of the facets, without an index
	name        string

	refresh, upsert, load, remove, scan, stands, count, listed, tally string // SQL
}

// edition names a table.
type edition struct {
	view    string
	version int
	number  int
}

func (e edition) String() string {
	return fmt.Sprintf("view %s version %d edition %d", e.view, e.version, e.number)
}

// ownColumns are those that every table has, in the order in which a refresh
// takes them: first what changes, then the key and the place in lists.
func ownColumns() []string { return []string{"at", "search", "doc", "account", "id", "sort"} }

var wellNamed = regexp.MustCompile(`^[a-z][a-z0-9_]{0,39}$`)

// checkNames refuses what could be mistaken for something else in SQL.
func checkNames(view projections.View) error {
	if !wellNamed.MatchString(view.Name()) || view.Version() < 1 {
		return fmt.Errorf("view %q version %d: a name is up to 40 of a-z, 0-9 and _, versions start at 1", view.Name(), view.Version())
	}
	for i, facet := range view.FacetNames() {
		if !wellNamed.MatchString(facet) || slices.Contains(ownColumns(), facet) || slices.Contains(view.FacetNames()[:i], facet) {
			return fmt.Errorf("view %s: %q cannot be the name of a facet", view.Name(), facet)
		}
	}
	return nil
}

func newTable(of edition, declaration string) *table {
	t := &table{edition: of, declaration: declaration}
	t.facets, t.counted, t.tallied = projections.Declared(declaration)
	t.name = fmt.Sprintf("%s_v%d_%d", t.view, t.version, t.number)
	t.refresh = t.refreshSQL()
	t.upsert = t.upsertSQL()
	t.load = "SELECT " + t.columns() + " FROM " + t.name + " WHERE account = ? AND id = ?"
	t.remove = "DELETE FROM " + t.name + " WHERE account = ? AND id = ?"
	t.scan = "SELECT " + t.columns() + " FROM " + t.name + " WHERE (account, id) > (?, ?) AND " + isRow + " ORDER BY account, id LIMIT ?"
	t.count, t.listed = t.countSQL(), t.listedSQL()
	t.tally = "SELECT id, CAST(search AS INTEGER) FROM " + t.name + " WHERE account = ? AND id >= ? AND id < ? AND search <> '0'"
	t.stands = "SELECT position_commit, position_prepare, " + t.whole() +
		" FROM editions WHERE view = ? AND version = ? AND number = ?"
	return t
}

// isMark finds the row that every table has from its beginning, with the position
// up to which the table's rows go. No list and no key ever shows it. Where it is not
// there, or says another position than the edition does, somebody else has changed
// the one or the other.
const isMark = " WHERE account = zeroblob(16) AND id = ''"

// mark puts it there, as the edition stands.
func (t *table) mark() string {
	return fmt.Sprintf("INSERT INTO %s (%s) SELECT '', position_commit || '/' || position_prepare, '{}', zeroblob(16), '', ''%s"+
		" FROM editions WHERE view = '%s' AND version = %d AND number = %d ON CONFLICT DO NOTHING;\n",
		t.name, t.columns(), strings.Repeat(", ''", len(t.facets)), t.view, t.version, t.number)
}

// whole says of the table's edition whether it is as it should be.
func (t *table) whole() string {
	return "EXISTS (SELECT 1 FROM " + t.name + isMark + " AND search = position_commit || '/' || position_prepare)"
}

// moveMark has it say another position.
func (t *table) moveMark() string { return "UPDATE " + t.name + " SET search = ? || '/' || ?" + isMark }

// columns in the order in which rows are written and read.
func (t *table) columns() string {
	quoted := ownColumns()
	for _, facet := range t.facets {
		quoted = append(quoted, quote(facet))
	}
	return strings.Join(quoted, ", ")
}

func quote(name string) string { return `"` + name + `"` }

// refreshSQL changes a row that keeps its place in all lists, as most do. It
// touches no index, which an upsert would write even where nothing changes.
func (t *table) refreshSQL() string {
	sql := "UPDATE " + t.name + " SET at = ?, search = ?, doc = ? WHERE account = ? AND id = ? AND sort = ?"
	for _, facet := range t.facets {
		sql += " AND " + quote(facet) + " = ?"
	}
	return sql
}

func (t *table) upsertSQL() string {
	sets := []string{"sort = excluded.sort", "at = excluded.at", "search = excluded.search", "doc = excluded.doc"}
	for _, facet := range t.facets {
		sets = append(sets, quote(facet)+" = excluded."+quote(facet))
	}
	return "INSERT INTO " + t.name + " (" + t.columns() + ") VALUES (?" + strings.Repeat(", ?", 5+len(t.facets)) + ")" +
		" ON CONFLICT (account, id) DO UPDATE SET " + strings.Join(sets, ", ")
}

// create makes the table and its indexes; the lists' indexes hold only rows
// that are listed.
func (t *table) create() string {
	var sql strings.Builder
	fmt.Fprintf(&sql, "DROP TABLE IF EXISTS %s;\n", t.name) // which no edition has, if it is there
	fmt.Fprintf(&sql, "CREATE TABLE %s (account BLOB NOT NULL, id TEXT NOT NULL, sort TEXT NOT NULL, at TEXT NOT NULL, search TEXT NOT NULL, doc TEXT NOT NULL", t.name)
	for _, facet := range t.facets {
		fmt.Fprintf(&sql, ", %s TEXT NOT NULL", quote(facet))
	}
	sql.WriteString(", PRIMARY KEY (account, id)) STRICT;\n")
	fmt.Fprintf(&sql, "CREATE INDEX %s ON %s (account, sort, id) WHERE sort <> '';\n", t.index(""), t.name)
	for _, facet := range t.facets {
		if slices.Contains(t.tallied, facet) {
			continue
		}
		fmt.Fprintf(&sql, "CREATE INDEX %s ON %s (account, %s, sort, id) WHERE sort <> '';\n", t.index(facet), t.name, quote(facet))
	}
	sql.WriteString(t.mark())
	return sql.String()
}

// index is the name of a facet's index, or of the plain list's.
func (t *table) index(facet string) string {
	if facet == "" {
		return t.name + "_list"
	}
	return t.name + "_by_" + facet
}

func (t *table) position(conn *sqlitedb.Conn) (position domain.Position, err error) {
	err = each(conn, t.stands, func(row *sqlite3.Stmt) error {
		if position = columnPosition(row, 0); !row.ColumnBool(2) {
			return fmt.Errorf("%s: %w", t, errRowsGone)
		}
		return nil
	}, t.view, t.version, t.number)
	return position, err
}

func (t *table) apply(conn *sqlitedb.Conn, change projections.Change) error {
	if err := t.advance(conn, change.From, change.To); err != nil {
		return err
	}
	counts := counts{}
	for _, row := range change.Saved {
		if err := t.save(conn, row, counts); err != nil {
			return fmt.Errorf("view %s: save row %s: %w", t.view, row.ID, err)
		}
	}
	for _, key := range change.Deleted {
		if err := t.uncount(conn, key, counts); err != nil {
			return err
		}
		if _, err := run(conn, t.remove, key.Account[:], key.ID); err != nil {
			return fmt.Errorf("view %s: delete row %s: %w", t.view, key.ID, err)
		}
	}
	return t.keep(conn, counts)
}

func (t *table) advance(conn *sqlitedb.Conn, from, to domain.Position) error {
	fromCommit, fromPrepare := positionValues(from)
	toCommit, toPrepare := positionValues(to)
	moved, err := run(conn, "UPDATE editions SET position_commit = ?, position_prepare = ?"+
		" WHERE view = ? AND version = ? AND number = ? AND position_commit = ? AND position_prepare = ? AND state <> 'kept'"+
		" AND "+t.whole(),
		toCommit, toPrepare, t.view, t.version, t.number, fromCommit, fromPrepare)
	if err == nil && moved == 0 {
		err = fmt.Errorf("%s does not stand at %s, where the change begins: %w", t, from, projections.ErrMoved)
	}
	if err == nil {
		_, err = run(conn, t.moveMark(), toCommit, toPrepare)
	}
	return err
}

func (t *table) save(conn *sqlitedb.Conn, row projections.Row, counts counts) error {
	if len(row.Facets) != len(t.facets) {
		return fmt.Errorf("%d facets instead of %d", len(row.Facets), len(t.facets))
	}
	values := make([]any, 0, 16)
	values = append(values, row.At, row.Search, rawText(row.Doc), row.Account[:], row.ID, row.Sort)
	for _, facet := range row.Facets {
		values = append(values, facet)
	}
	if changed, err := run(conn, t.refresh, values...); err != nil || changed > 0 {
		return err
	}
	if err := t.uncount(conn, row.Key, counts); err != nil {
		return err
	}
	counts.add(row, t, 1)
	_, err := run(conn, t.upsert, values...)
	return err
}

// read is the row that a query stands on, which selects the table's columns.
func (t *table) read(statement *sqlite3.Stmt) (row projections.Row, err error) {
	if row.At, err = columnTime(statement, 0); err != nil {
		return row, fmt.Errorf("%s: %w: %w", t, errRowSpoilt, err)
	}
	row.Search = statement.ColumnText(1)
	row.Doc = statement.ColumnBlob(2, nil)
	copy(row.Account[:], statement.ColumnRawBlob(3))
	row.ID = statement.ColumnText(4)
	row.Sort = statement.ColumnText(5)
	row.Facets = make([]string, len(t.facets))
	for i := range t.facets {
		row.Facets[i] = statement.ColumnText(6 + i)
	}
	return row, nil
}
