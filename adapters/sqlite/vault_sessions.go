package sqlite

import (
	"context"
	"fmt"
	"time"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// SaveCredential implements commands.Credentials.
func (v *Vault) SaveCredential(ctx context.Context, id domain.CredentialID, hash string, at time.Time) error {
	return v.write(ctx, "save a credential",
		"INSERT OR IGNORE INTO credentials (id, hash, at) VALUES (?, ?, ?)", id[:], hash, at)
}

// Credential implements commands.Credentials.
func (v *Vault) Credential(ctx context.Context, id domain.CredentialID) (hash string, err error) {
	err = v.read(ctx, "read a credential", "SELECT hash FROM credentials WHERE id = ?", func(row *sqlite3.Stmt) error {
		hash = row.ColumnText(0)
		return nil
	}, id[:])
	return hash, err
}

// StartSession implements commands.Sessions. The session of a token that has
// one already takes its place.
func (v *Vault) StartSession(ctx context.Context, digest [32]byte, session commands.Session) error {
	return v.write(ctx, "start a session",
		"INSERT OR REPLACE INTO sessions (digest, account, person, slot, tenure, epoch, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
		digest[:], session.Account[:], session.Person[:], session.Slot[:], session.Tenure, session.Epoch, session.ExpiresAt)
}

// FindSession implements commands.Sessions. A session that has expired is found
// until it is swept.
func (v *Vault) FindSession(ctx context.Context, digest [32]byte) (session commands.Session, found bool, err error) {
	const query = "SELECT account, person, slot, tenure, epoch, expires_at FROM sessions WHERE digest = ?"
	err = v.read(ctx, "find a session", query, func(row *sqlite3.Stmt) (err error) {
		found = true
		copy(session.Account[:], row.ColumnRawBlob(0))
		copy(session.Person[:], row.ColumnRawBlob(1))
		copy(session.Slot[:], row.ColumnRawBlob(2))
		session.Tenure, session.Epoch = row.ColumnInt(3), row.ColumnInt(4)
		session.ExpiresAt, err = columnTime(row, 5)
		return err
	}, digest[:])
	if err != nil {
		return commands.Session{}, false, err
	}
	return session, found, nil
}

// EndSession implements commands.Sessions.
func (v *Vault) EndSession(ctx context.Context, digest [32]byte) error {
	return v.write(ctx, "end a session", "DELETE FROM sessions WHERE digest = ?", digest[:])
}

// EndSessionsOf implements commands.Sessions.
func (v *Vault) EndSessionsOf(ctx context.Context, person domain.PersonID, kept [32]byte) error {
	return v.write(ctx, "end somebody's sessions", "DELETE FROM sessions WHERE person = ? AND digest <> ?", person[:], kept[:])
}

// write executes one statement durably.
func (v *Vault) write(ctx context.Context, what, sql string, values ...any) error {
	err := v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		_, err := run(conn, sql, values...)
		return err
	})
	if err != nil {
		return fmt.Errorf("vault: %s: %w", what, err)
	}
	return nil
}

// read runs one query.
func (v *Vault) read(ctx context.Context, what, sql string, show func(*sqlite3.Stmt) error, values ...any) error {
	err := v.db.Read(ctx, func(conn *sqlitedb.Conn) error { return each(conn, sql, show, values...) })
	if err != nil {
		return fmt.Errorf("vault: %s: %w", what, err)
	}
	return nil
}
