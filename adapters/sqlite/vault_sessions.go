package sqlite

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
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

const (
	sessionColumns = "id, account, person, slot, tenure, epoch, credential, next_credential, agent, created_at, used_at, expires_at"
	selectSession  = "SELECT " + sessionColumns + " FROM sessions "
)

// StartSession implements commands.Sessions. The session of a token that has
// one already takes its place.
func (v *Vault) StartSession(ctx context.Context, digest [32]byte, s commands.Session) error {
	return v.writeVital(ctx, "start a session",
		"INSERT OR REPLACE INTO sessions (digest, "+sessionColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		digest[:], s.ID[:], s.Account[:], s.Person[:], s.Slot[:], s.Tenure, s.Epoch, s.Credential[:], s.Next[:],
		s.Agent, s.CreatedAt, s.UsedAt, s.ExpiresAt)
}

// FindSession implements commands.Sessions. A session that has expired is found
// until it is swept.
func (v *Vault) FindSession(ctx context.Context, digest [32]byte) (session commands.Session, found bool, err error) {
	err = v.read(ctx, "find a session", selectSession+"WHERE digest = ?", func(row *sqlite3.Stmt) (err error) {
		found = true
		session, err = readSession(row)
		return err
	}, digest[:])
	if err != nil {
		return commands.Session{}, false, err
	}
	return session, found, nil
}

// SessionsOf implements commands.Sessions.
func (v *Vault) SessionsOf(ctx context.Context, person domain.PersonID, limit int) (sessions []commands.Session, err error) {
	err = v.read(ctx, "list sessions", selectSession+"WHERE person = ? ORDER BY used_at DESC, id LIMIT ?", func(row *sqlite3.Stmt) error {
		session, err := readSession(row)
		sessions = append(sessions, session)
		return err
	}, person[:], limit)
	return sessions, err
}

func readSession(row *sqlite3.Stmt) (s commands.Session, err error) {
	for i, id := range [][]byte{s.ID[:], s.Account[:], s.Person[:], s.Slot[:]} {
		copy(id, row.ColumnRawBlob(i))
	}
	s.Tenure, s.Epoch = row.ColumnInt(4), row.ColumnInt(5)
	copy(s.Credential[:], row.ColumnRawBlob(6))
	copy(s.Next[:], row.ColumnRawBlob(7))
	s.Agent = row.ColumnText(8)
	for i, at := range []*time.Time{&s.CreatedAt, &s.UsedAt, &s.ExpiresAt} {
		if *at, err = columnTime(row, 9+i); err != nil {
			return s, err
		}
	}
	return s, nil
}

// UseSession implements commands.Sessions.
func (v *Vault) UseSession(ctx context.Context, digest [32]byte, at time.Time) error {
	return v.writeVital(ctx, "note a session's use", "UPDATE sessions SET used_at = ? WHERE digest = ?", at, digest[:])
}

// KeepSession implements commands.Sessions.
func (v *Vault) KeepSession(ctx context.Context, digest [32]byte, now, next domain.CredentialID) error {
	return v.writeVital(ctx, "keep a session", "UPDATE sessions SET credential = ?, next_credential = ? WHERE digest = ?", now[:], next[:], digest[:])
}

// EndSessionOf implements commands.Sessions.
func (v *Vault) EndSessionOf(ctx context.Context, person domain.PersonID, id domain.SessionID) (there bool, err error) {
	err = v.db.WriteVital(ctx, func(conn *sqlitedb.Conn) error {
		ended, err := run(conn, "DELETE FROM sessions WHERE person = ? AND id = ?", person[:], id[:])
		there = ended > 0
		return err
	})
	v.ends.Add(1)
	if err != nil {
		return false, fmt.Errorf("vault: end a session: %w", err)
	}
	return there, nil
}

// EndSession implements commands.Sessions.
func (v *Vault) EndSession(ctx context.Context, digest [32]byte) error {
	return v.endSessions(ctx, "end a session", "DELETE FROM sessions WHERE digest = ?", digest[:])
}

// Ended implements commands.Sessions. All sessions end in this process, for nobody else
// has the file.
func (v *Vault) Ended(ctx context.Context, digests iter.Seq[[32]byte], since uint64) (ended [][32]byte, mark uint64, err error) {
	if mark = v.ends.Load() + 1; mark == since {
		return nil, mark, nil
	}
	asked := []string{}
	for digest := range digests {
		asked = append(asked, hex.EncodeToString(digest[:]))
	}
	list, err := json.Marshal(asked)
	if err != nil {
		return nil, since, err
	}
	const query = "SELECT unhex(value) AS asked FROM json_each(?) WHERE NOT EXISTS (SELECT 1 FROM sessions WHERE digest = asked)"
	err = v.read(ctx, "look which sessions have ended", query, func(row *sqlite3.Stmt) error {
		ended = append(ended, [32]byte(row.ColumnRawBlob(0)))
		return nil
	}, string(list))
	if err != nil {
		mark = since
	}
	return ended, mark, err
}

// EndVoidSessions implements commands.Sessions.
func (v *Vault) EndVoidSessions(ctx context.Context, person domain.PersonID, epoch int, credential domain.CredentialID) error {
	return v.endSessions(ctx, "end void sessions", "DELETE FROM sessions WHERE person = ? AND (epoch <> ? OR ? NOT IN (credential, next_credential))",
		person[:], epoch, credential[:])
}

// EndSessionsOf implements commands.Sessions.
func (v *Vault) EndSessionsOf(ctx context.Context, person domain.PersonID, kept [32]byte) error {
	return v.endSessions(ctx, "end somebody's sessions", "DELETE FROM sessions WHERE person = ? AND digest <> ?", person[:], kept[:])
}

// endSessions is writeVital for what ends sessions, for Ended to know.
func (v *Vault) endSessions(ctx context.Context, what, sql string, values ...any) error {
	defer v.ends.Add(1)
	return v.writeVital(ctx, what, sql, values...)
}

// write executes one statement durably.
func (v *Vault) write(ctx context.Context, what, sql string, values ...any) error {
	return v.writeBy(ctx, v.db.Write, what, sql, values...)
}

// writeVital is write for what goes on when the disk is full: people sign in and
// out.
func (v *Vault) writeVital(ctx context.Context, what, sql string, values ...any) error {
	return v.writeBy(ctx, v.db.WriteVital, what, sql, values...)
}

func (v *Vault) writeBy(ctx context.Context, write func(context.Context, func(*sqlitedb.Conn) error) error, what, sql string, values ...any) error {
	err := write(ctx, func(conn *sqlitedb.Conn) error {
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
