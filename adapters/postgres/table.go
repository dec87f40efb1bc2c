package postgres

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

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
	name        string   // with its schema
	plain       string   // without

	upsert, load, remove, scan, stands, recount, uncount string // SQL
}

// edition names a table.
type edition struct {
	view    string
	version int
	number  int
}

// ownColumns are those that every table has.
func ownColumns() []string { return []string{"account", "id", "sort", "at", "search", "doc"} }

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
	t.plain = fmt.Sprintf("%s_v%d_%d", t.view, t.version, t.number)
	t.name = "readmodels." + t.plain
	t.upsert = t.upsertSQL()
	t.load = "SELECT " + t.columns() + " FROM " + t.name + " WHERE (account, id) IN (SELECT * FROM unnest($1::bytea[], $2::text[]))"
	t.remove = "DELETE FROM " + t.name + " WHERE (account, id) IN (SELECT * FROM unnest($1::bytea[], $2::text[]))"
	t.scan = "SELECT " + t.columns() + " FROM " + t.name + " WHERE (account, id) > ($1, $2) AND " + isRow + " ORDER BY account, id LIMIT $3"
	t.recount, t.uncount = t.recountSQL(), t.uncountSQL()
	t.stands = "SELECT position_commit, position_prepare, " + t.whole() +
		" FROM readmodels.editions WHERE view = $1 AND version = $2 AND number = $3"
	return t
}

// nobody is the account of the row that every table has from its beginning, with the
// position up to which the table's rows go. No list and no key ever shows it. Where
// it is not there, or says another position than the edition does, somebody else
// has changed the one or the other.
const nobody = "00000000000000000000000000000000"

// mark puts it there, in the name of everyAccount.
func (t *table) mark() string {
	return "INSERT INTO " + t.name + " (" + t.columns() + ") VALUES ('\\x" + nobody + "', '', '', '', '0/0', '{}'" + strings.Repeat(", ''", len(t.facets)) + ")"
}

// whole says of the table's edition whether it is as it should be.
func (t *table) whole() string {
	return "EXISTS (SELECT FROM " + t.name + isMark + " AND search = position_commit || '/' || position_prepare)"
}

const isMark = " WHERE account = '\\x" + nobody + "' AND id = ''"

// moveMark has it say another position.
func (t *table) moveMark() string {
	return "UPDATE " + t.name + " SET search = $1::bigint || '/' || $2::bigint" + isMark
}

func (e edition) String() string {
	return fmt.Sprintf("view %s version %d edition %d", e.view, e.version, e.number)
}

// columns in the order in which rows are written and read.
func (t *table) columns() string {
	quoted := ownColumns()
	for _, facet := range t.facets {
		quoted = append(quoted, quote(facet))
	}
	return strings.Join(quoted, ", ")
}

func quote(name string) string { return pgx.Identifier{name}.Sanitize() }

// upsertSQL takes an array for each column, so that any number of rows is one
// statement.
func (t *table) upsertSQL() string {
	sets := []string{"sort = excluded.sort", "at = excluded.at", "search = excluded.search", "doc = excluded.doc"}
	for _, facet := range t.facets {
		sets = append(sets, quote(facet)+" = excluded."+quote(facet))
	}
	return "INSERT INTO " + t.name + " (" + t.columns() + ") SELECT * FROM " + t.given() +
		" ON CONFLICT (account, id) DO UPDATE SET " + strings.Join(sets, ", ")
}

// given is the rows that upsert takes, as a table.
func (t *table) given() string {
	arrays := []string{"$1::bytea[]", "$2::text[]", "$3::text[]", "$4::text[]", "$5::text[]", "$6::text[]::json[]"}
	for i := range t.facets {
		arrays = append(arrays, fmt.Sprintf("$%d::text[]", len(ownColumns())+1+i))
	}
	return "unnest(" + strings.Join(arrays, ", ") + ")"
}

// arrays is the rows by columns, as upsert takes them.
func (t *table) arrays(rows []projections.Row) ([]any, error) {
	accounts := make([][]byte, len(rows))
	texts := make([][]string, 5+len(t.facets)) // id, sort, at, search, doc and the facets
	for i := range texts {
		texts[i] = make([]string, len(rows))
	}
	for i, row := range rows {
		if len(row.Facets) != len(t.facets) {
			return nil, fmt.Errorf("%s: row %s has %d facets instead of %d", t, row.ID, len(row.Facets), len(t.facets))
		}
		accounts[i] = row.Account[:]
		texts[0][i], texts[1][i], texts[2][i], texts[3][i], texts[4][i] = row.ID, row.Sort, timeText(row.At), row.Search, string(row.Doc)
		for f, facet := range row.Facets {
			texts[5+f][i] = facet
		}
	}
	args := []any{accounts}
	for _, column := range texts {
		args = append(args, column)
	}
	return args, nil
}

// create makes the table with its indexes, of which the lists' hold only rows
// that are listed, and the rule that keeps accounts apart: whoever has not said
// for which account it reads, sees nothing.
func (t *table) create(role string) string {
	var sql strings.Builder
	fmt.Fprintf(&sql, "DROP TABLE IF EXISTS %s;\n", t.name) // which no edition has, if it is there
	fmt.Fprintf(&sql, `CREATE TABLE %s (account bytea NOT NULL, id text COLLATE "C" NOT NULL, sort text COLLATE "C" NOT NULL,`+
		` at text COLLATE "C" NOT NULL, search text NOT NULL, doc json NOT NULL`, t.name)
	for _, facet := range t.facets {
		fmt.Fprintf(&sql, `, %s text COLLATE "C" NOT NULL`, quote(facet))
	}
	sql.WriteString(", PRIMARY KEY (account, id));\n")
	fmt.Fprintf(&sql, "CREATE INDEX %s_list ON %s (account, sort, id) WHERE sort <> '';\n", t.plain, t.name)
	for i, facet := range t.facets {
		if slices.Contains(t.tallied, facet) {
			continue
		}
		fmt.Fprintf(&sql, "CREATE INDEX %s_by_%d ON %s (account, %s, sort, id) WHERE sort <> '';\n", t.plain, i, t.name, quote(facet))
	}
	fmt.Fprintf(&sql, "ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;\n", t.name)
	fmt.Fprintf(&sql, "CREATE POLICY own_account ON %s USING (current_setting('usher.account', true) IN ('%s', encode(account, 'hex')));\n", t.name, everyAccount)
	fmt.Fprintf(&sql, "SELECT set_config('usher.account', '%s', true);\n%s;\n", everyAccount, t.mark())
	fmt.Fprintf(&sql, "GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO %s;\n", t.name, quote(role))
	return sql.String()
}

// everyAccount is what projectors say they work for.
const everyAccount = "every"

// read is the row that a query stands on, which selects the table's columns.
func (t *table) read(rows pgx.Rows) (row projections.Row, err error) {
	row.Facets = make([]string, len(t.facets))
	into := []any{scanID{row.Account[:]}, &row.ID, &row.Sort, scanTime{&row.At}, &row.Search, &row.Doc}
	for i := range row.Facets {
		into = append(into, &row.Facets[i])
	}
	err = rows.Scan(into...)
	return row, err
}
