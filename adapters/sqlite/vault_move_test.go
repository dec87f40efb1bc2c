package sqlite_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/adapters/storetest"
)

func TestVaultTables(t *testing.T) {
	path := filepath.Join(t.TempDir(), "vault.db")
	require.NoError(t, openVault(t, path).Close())
	db, err := sqlitedb.Open(t.Context(), path, sqlitedb.Options{})
	require.NoError(t, err)
	defer db.Close()
	found := map[string][]string{}
	require.NoError(t, db.Read(t.Context(), func(conn *sqlitedb.Conn) error {
		columns, err := conn.Statement("SELECT t.name, c.name FROM pragma_table_list AS t, pragma_table_info(t.name) AS c" +
			" WHERE t.type = 'table' AND t.schema = 'main' AND t.name NOT LIKE 'sqlite%' AND t.name <> 'sums' AND c.name NOT IN ('only', 'row_digest')")
		if err != nil {
			return err
		}
		for columns.Step() {
			found[columns.ColumnText(0)] = append(found[columns.ColumnText(0)], columns.ColumnText(1))
		}
		return columns.Err()
	}))
	storetest.RequireVaultTables(t, found)
}
