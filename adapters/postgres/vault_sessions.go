package postgres

import (
	"context"
	"fmt"
	"iter"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// SaveCredential implements commands.Credentials.
func (v *Vault) SaveCredential(ctx context.Context, id domain.CredentialID, hash string, at time.Time) error {
	return v.write(ctx, "save a credential",
		"INSERT INTO vault.credentials (id, hash, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING", id[:], hash, timeText(at))
}

// Credential implements commands.Credentials.
func (v *Vault) Credential(ctx context.Context, id domain.CredentialID) (hash string, err error) {
	err = v.read(ctx, "read a credential", func(row pgx.Rows) error { return row.Scan(&hash) },
		"SELECT hash FROM vault.credentials WHERE id = $1", id[:])
	return hash, err
}

const (
	sessionColumns = "id, account, person, slot, tenure, epoch, credential, next_credential, agent, created_at, used_at, expires_at"
	selectSession  = "SELECT " + sessionColumns + " FROM vault.sessions "
)

// StartSession implements commands.Sessions. The session of a token that has
// one already takes its place.
func (v *Vault) StartSession(ctx context.Context, digest [32]byte, s commands.Session) error {
	return v.write(ctx, "start a session",
		"INSERT INTO vault.sessions (digest, "+sessionColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"+
			" ON CONFLICT (digest) DO UPDATE SET id = excluded.id, account = excluded.account, person = excluded.person, slot = excluded.slot,"+
			" tenure = excluded.tenure, epoch = excluded.epoch, credential = excluded.credential, next_credential = excluded.next_credential,"+
			" agent = excluded.agent, created_at = excluded.created_at, used_at = excluded.used_at, expires_at = excluded.expires_at",
		digest[:], s.ID[:], s.Account[:], s.Person[:], s.Slot[:], s.Tenure, s.Epoch, s.Credential[:], s.Next[:],
		s.Agent, timeText(s.CreatedAt), timeText(s.UsedAt), timeText(s.ExpiresAt))
}

// FindSession implements commands.Sessions. A session that has expired is found
// until it is swept.
func (v *Vault) FindSession(ctx context.Context, digest [32]byte) (session commands.Session, found bool, err error) {
	err = v.read(ctx, "find a session", func(row pgx.Rows) (err error) {
		found = true
		session, err = readSession(row)
		return err
	}, selectSession+"WHERE digest = $1", digest[:])
	if err != nil {
		return commands.Session{}, false, err
	}
	return session, found, nil
}

// SessionsOf implements commands.Sessions.
func (v *Vault) SessionsOf(ctx context.Context, person domain.PersonID, limit int) (sessions []commands.Session, err error) {
	err = v.read(ctx, "list sessions", func(row pgx.Rows) error {
		session, err := readSession(row)
		sessions = append(sessions, session)
		return err
	}, selectSession+"WHERE person = $1 ORDER BY used_at DESC, id LIMIT $2", person[:], limit)
	return sessions, err
}

func readSession(row pgx.Rows) (s commands.Session, err error) {
	err = row.Scan(scanID{s.ID[:]}, scanID{s.Account[:]}, scanID{s.Person[:]}, scanID{s.Slot[:]}, &s.Tenure, &s.Epoch,
		scanID{s.Credential[:]}, scanID{s.Next[:]}, &s.Agent, scanTime{&s.CreatedAt}, scanTime{&s.UsedAt}, scanTime{&s.ExpiresAt})
	return s, err
}

// UseSession implements commands.Sessions.
func (v *Vault) UseSession(ctx context.Context, digest [32]byte, at time.Time) error {
	return v.write(ctx, "note a session's use", "UPDATE vault.sessions SET used_at = $1 WHERE digest = $2", timeText(at), digest[:])
}

// KeepSession implements commands.Sessions.
func (v *Vault) KeepSession(ctx context.Context, digest [32]byte, now, next domain.CredentialID) error {
	return v.write(ctx, "keep a session", "UPDATE vault.sessions SET credential = $1, next_credential = $2 WHERE digest = $3",
		now[:], next[:], digest[:])
}

// EndSessionOf implements commands.Sessions.
func (v *Vault) EndSessionOf(ctx context.Context, person domain.PersonID, id domain.SessionID) (bool, error) {
	ended, err := v.db.pool.exec(ctx, "DELETE FROM vault.sessions WHERE person = $1 AND id = $2", person[:], id[:])
	if err != nil {
		return false, fmt.Errorf("vault: end a session: %w", err)
	}
	return ended.RowsAffected() > 0, nil
}

// EndSession implements commands.Sessions.
func (v *Vault) EndSession(ctx context.Context, digest [32]byte) error {
	return v.write(ctx, "end a session", "DELETE FROM vault.sessions WHERE digest = $1", digest[:])
}

// Ended implements commands.Sessions. What other processes do is not known: it always asks.
func (v *Vault) Ended(ctx context.Context, digests iter.Seq[[32]byte], _ uint64) (ended [][32]byte, mark uint64, err error) {
	var asked [][]byte
	for digest := range digests {
		asked = append(asked, digest[:])
	}
	if len(asked) == 0 {
		return nil, 0, nil
	}
	err = v.read(ctx, "look which sessions have ended", func(row pgx.Rows) error {
		var digest []byte
		err := row.Scan(&digest)
		if err == nil {
			ended = append(ended, [32]byte(digest))
		}
		return err
	}, "SELECT asked FROM unnest($1::bytea[]) AS asked WHERE NOT EXISTS (SELECT FROM vault.sessions WHERE digest = asked)", asked)
	return ended, 0, err
}

// EndVoidSessions implements commands.Sessions.
func (v *Vault) EndVoidSessions(ctx context.Context, person domain.PersonID, epoch int, credential domain.CredentialID) error {
	return v.write(ctx, "end void sessions", "DELETE FROM vault.sessions WHERE person = $1 AND (epoch <> $2 OR $3 NOT IN (credential, next_credential))",
		person[:], epoch, credential[:])
}

// EndSessionsOf implements commands.Sessions.
func (v *Vault) EndSessionsOf(ctx context.Context, person domain.PersonID, kept [32]byte) error {
	return v.write(ctx, "end somebody's sessions", "DELETE FROM vault.sessions WHERE person = $1 AND digest <> $2", person[:], kept[:])
}
