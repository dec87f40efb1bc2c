package postgres

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3/lock"
)

// migrating has one instance migrate at a time: lock.SessionLocker. What it holds is
// of a transaction beside the work, because behind a pooler nothing lasts longer.
type migrating struct {
	owner *pool
	held  pgx.Tx
}

var _ lock.SessionLocker = (*migrating)(nil)

// migratingLock is the advisory lock of those who migrate.
const migratingLock = 0x55736873

// SessionLock implements lock.SessionLocker. It waits as long as the other works.
func (m *migrating) SessionLock(ctx context.Context, _ *sql.Conn) (err error) {
	if m.held, err = m.owner.connections.Begin(ctx); err != nil {
		return err
	}
	for _, statement := range []string{
		"SET LOCAL lock_timeout = 0", "SET LOCAL idle_in_transaction_session_timeout = 0", fmt.Sprintf("SELECT pg_advisory_xact_lock(%d)", migratingLock),
	} {
		if _, err := m.held.Exec(ctx, statement); err != nil {
			return errors.Join(err, m.held.Rollback(context.WithoutCancel(ctx)))
		}
	}
	return nil
}

// SessionUnlock implements lock.SessionLocker.
func (m *migrating) SessionUnlock(ctx context.Context, _ *sql.Conn) error {
	return m.held.Rollback(ctx)
}
