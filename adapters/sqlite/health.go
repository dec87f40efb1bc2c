package sqlite

import (
	"context"
	"fmt"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
)

// Probe uses the vault once, as sqlitedb.DB.Probe does.
func (v *Vault) Probe(ctx context.Context) error {
	err := v.db.Probe(ctx, func(conn *sqlitedb.Conn) error {
		return each(conn, selectMark, func(*sqlite3.Stmt) error { return nil })
	})
	if err != nil {
		return fmt.Errorf("vault: %w", err)
	}
	return nil
}

// Failing says why the last read, and the last write, of the file failed; nil
// where they did not.
func (v *Vault) Failing() (read, write error) { return v.db.Failing() }

// Probe uses the read models once. A file that gives way is replaced.
func (r *ReadModels) Probe(ctx context.Context) error {
	err := r.whole(ctx, func(db *sqlitedb.DB) error {
		return db.Probe(ctx, func(conn *sqlitedb.Conn) error {
			return each(conn, "SELECT view FROM editions", func(*sqlite3.Stmt) error { return nil })
		})
	})
	if err != nil {
		return fmt.Errorf("read models: %w", err)
	}
	return nil
}

// Failing says why the last read, and the last write, of the file failed; nil
// where they did not.
func (r *ReadModels) Failing() (read, write error) {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	return r.db.Failing()
}
