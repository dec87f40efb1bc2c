package sqlite

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/moving/vaults"
	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// guarded is a table whose rows have digests. The writer's connection makes them,
// by triggers that only it has, whatever statement changes a row: what another
// program changes keeps the digest of before.
type guarded struct {
	vaults.Table
	// shown are the columns that name a row in an error: what is no secret, and
	// tells nobody who it is about.
	shown []string
}

// unguarded returns the tables whose rows need none: a wrong byte in a message is
// shown to whoever reads it, one in a counter gives or takes a try until it
// clears, and one in a known network makes it unknown. What is kept of batches is gone soon,
// and whatever is sealed of it says itself whether it was changed. The sums, which are in no
// other vault, are compared with the rows.
func unguarded() []string {
	return []string{"messages", "counters", "known_networks", "batches", "batch_rows"}
}

// guards returns all tables that have digests.
func guards() (all []guarded) {
	shown := map[string][]string{
		"sessions": {"id"}, "api_tokens": {"id"}, // and not the digest of what is a secret
		"requests": {"rowid"}, // a scope may be a link and a contact
	}
	tables := append(vaults.Tables(), vaults.Table{Name: "moved", Columns: []string{"place"}})
	for _, table := range tables {
		switch {
		case slices.Contains(unguarded(), table.Name):
			continue
		case shown[table.Name] != nil:
		case table.Key == 0:
			shown[table.Name] = []string{"only"}
		default:
			shown[table.Name] = table.Columns[:table.Key]
		}
		all = append(all, guarded{table, shown[table.Name]})
	}
	return all
}

// rowsKey is the columns that tell rows apart.
func (g guarded) rowsKey() []string {
	if g.Key == 0 {
		return []string{"only"}
	}
	return g.Columns[:g.Key]
}

// digest is the SQL for the digest of a row, whose columns have a prefix.
func (g guarded) digest(prefix string) string {
	return fmt.Sprintf("usher_digest('%s', %s)", g.Name, prefixed(prefix, g.Columns))
}

// whole is the SQL that is 1 for a row that is as it was written, and fails for another.
func (g guarded) whole(prefix string) string {
	return fmt.Sprintf("usher_whole('%s', %d, %srow_digest, %s, %s)", g.Name, len(g.Columns), prefix, prefixed(prefix, g.Columns), prefixed(prefix, g.shown))
}

func prefixed(prefix string, columns []string) string {
	return prefix + strings.Join(columns, ", "+prefix)
}

// partBits is how much of a digest is in a table's sum: sums of millions of rows
// are still integers.
const partBits = 40

// triggers keep the digests and the sums, on the writer's connection alone.
func (g guarded) triggers() string {
	own := []string{}
	for _, column := range g.rowsKey() {
		own = append(own, column+" = NEW."+column)
	}
	fill := func(parts string) string {
		return fmt.Sprintf("UPDATE %s SET row_digest = %s WHERE %s;\nUPDATE sums SET %s WHERE name = '%s';",
			g.Name, g.digest("NEW."), strings.Join(own, " AND "), parts, g.Name)
	}
	const mask = 1<<partBits - 1
	added := fmt.Sprintf("rows = rows + 1, sum = (sum + usher_part(%s)) & %d", g.digest("NEW."), mask)
	removed := fmt.Sprintf("rows = rows - 1, sum = (sum + %d - usher_part(OLD.row_digest)) & %d", mask+1, mask)
	changed := fmt.Sprintf("sum = (sum + %d - usher_part(OLD.row_digest) + usher_part(%s)) & %d", mask+1, g.digest("NEW."), mask)
	return fmt.Sprintf(`
		CREATE TEMP TRIGGER added_%[1]s AFTER INSERT ON main.%[1]s BEGIN %[2]s END;
		CREATE TEMP TRIGGER changed_%[1]s AFTER UPDATE OF %[3]s ON main.%[1]s BEGIN %[4]s END;
		CREATE TEMP TRIGGER removed_%[1]s AFTER DELETE ON main.%[1]s BEGIN UPDATE sums SET %[5]s WHERE name = '%[1]s'; END;`,
		g.Name, fill(added), strings.Join(g.Columns, ", "), fill(changed), removed)
}

// view takes the table's place for those who read: no row is believed that is
// not as it was written.
func (g guarded) view() string {
	columns := strings.Join(g.Columns, ", ")
	if g.Key == 0 {
		columns = "only, " + columns
	}
	return fmt.Sprintf("CREATE TEMP VIEW %[1]s AS SELECT %[2]s FROM main.%[1]s WHERE %[3]s;", g.Name, columns, g.whole(""))
}

// begin gives the rows of a table of which no sum is known, as after the step
// that made it or gave it digests, theirs.
func (g guarded) begin(conn *sqlitedb.Conn) error {
	known := false
	err := each(conn, "SELECT 1 FROM sums WHERE name = ?", func(*sqlite3.Stmt) error {
		known = true
		return nil
	}, g.Name)
	if err != nil || known {
		return err
	}
	return conn.Exec(fmt.Sprintf(`UPDATE %[1]s SET row_digest = %[2]s;
		INSERT INTO sums SELECT '%[1]s', count(*), coalesce(sum(usher_part(row_digest)), 0) & %[3]d FROM %[1]s;`,
		g.Name, g.digest(""), 1<<partBits-1))
}

// guardWriter has the connection keep digests. Deletions that make place for
// another row count as such.
func guardWriter(conn *sqlitedb.Conn) error {
	sql := "PRAGMA recursive_triggers = ON;"
	for _, table := range guards() {
		sql += table.triggers()
	}
	return conn.Exec(sql)
}

// guardReader has the connection read through the views.
func guardReader(conn *sqlitedb.Conn) error {
	sql := ""
	for _, table := range guards() {
		sql += table.view()
	}
	return conn.Exec(sql)
}

// digestFunctions gives a connection to a file what statements and triggers use.
func digestFunctions(path string) func(*sqlitedb.Conn) error {
	return func(conn *sqlitedb.Conn) error {
		const pure = sqlite3.DETERMINISTIC | sqlite3.INNOCUOUS
		err := conn.CreateFunction("usher_digest", -1, pure, func(ctx sqlite3.Context, values ...sqlite3.Value) {
			digest := rowDigest(values[0].RawText(), values[1:])
			ctx.ResultBlob(digest[:])
		})
		if err != nil {
			return err
		}
		err = conn.CreateFunction("usher_part", 1, pure, func(ctx sqlite3.Context, values ...sqlite3.Value) {
			var first [8]byte
			copy(first[8-partBits/8:], values[0].RawBlob()[:min(partBits/8, len(values[0].RawBlob()))])
			ctx.ResultInt64(int64(binary.BigEndian.Uint64(first[:])))
		})
		if err != nil {
			return err
		}
		return conn.Checking("usher_whole", func(values ...sqlite3.Value) error { return wholeRow(path, values) })
	}
}

// wholeRow compares a row with its digest: its table's name, how many columns it
// has, its digest, the columns, and those that name it.
func wholeRow(path string, values []sqlite3.Value) error {
	table, columns, digest, rest := values[0], values[1].Int(), values[2], values[3:]
	wanted := rowDigest(table.RawText(), rest[:columns])
	if bytes.Equal(digest.RawBlob(), wanted[:]) {
		return nil
	}
	var name []string
	for _, part := range rest[columns:] {
		if part.Type() == sqlite3.BLOB {
			name = append(name, fmt.Sprintf("%x", part.RawBlob()))
		} else {
			name = append(name, fmt.Sprintf("%q", part.Text()))
		}
	}
	return &sqlitedb.Damage{File: path, Reason: fmt.Sprintf("the row %s of the table %s is not as Usher wrote it; restore it from a backup",
		strings.Join(name, " "), table.Text())}
}

// rowDigest is the digest over a table's name and values, each with its kind and
// its length.
func rowDigest(table []byte, values []sqlite3.Value) [sha256.Size]byte {
	text := append(make([]byte, 0, 512), "usher vault row 1\n"...)
	text = append(append(text, table...), '\n')
	for _, value := range values {
		kind := value.Type()
		text = append(text, byte(kind))
		switch kind {
		case sqlite3.INTEGER:
			text = binary.BigEndian.AppendUint64(text, uint64(value.Int64()))
		case sqlite3.TEXT:
			text = appendBytes(text, value.RawText())
		case sqlite3.BLOB:
			text = appendBytes(text, value.RawBlob())
		case sqlite3.NULL, sqlite3.FLOAT: // no vault has the latter
		}
	}
	return sha256.Sum256(text)
}

func appendBytes(text, value []byte) []byte {
	return append(binary.BigEndian.AppendUint64(text, uint64(len(value))), value...)
}
