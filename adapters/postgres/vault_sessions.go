package postgres

import (
	"context"
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

// StartSession implements commands.Sessions. The session of a token that has
// one already takes its place.
func (v *Vault) StartSession(ctx context.Context, digest [32]byte, session commands.Session) error {
	return v.write(ctx, "start a session",
		"INSERT INTO vault.sessions (digest, account, person, slot, tenure, epoch, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)"+
			" ON CONFLICT (digest) DO UPDATE SET account = excluded.account, person = excluded.person, slot = excluded.slot,"+
			" tenure = excluded.tenure, epoch = excluded.epoch, expires_at = excluded.expires_at",
		digest[:], session.Account[:], session.Person[:], session.Slot[:], session.Tenure, session.Epoch, timeText(session.ExpiresAt))
}

// FindSession implements commands.Sessions. A session that has expired is found
// until it is swept.
func (v *Vault) FindSession(ctx context.Context, digest [32]byte) (session commands.Session, found bool, err error) {
	err = v.read(ctx, "find a session", func(row pgx.Rows) error {
		found = true
		return row.Scan(scanID{session.Account[:]}, scanID{session.Person[:]}, scanID{session.Slot[:]},
			&session.Tenure, &session.Epoch, scanTime{&session.ExpiresAt})
	}, "SELECT account, person, slot, tenure, epoch, expires_at FROM vault.sessions WHERE digest = $1", digest[:])
	if err != nil {
		return commands.Session{}, false, err
	}
	return session, found, nil
}

// EndSession implements commands.Sessions.
func (v *Vault) EndSession(ctx context.Context, digest [32]byte) error {
	return v.write(ctx, "end a session", "DELETE FROM vault.sessions WHERE digest = $1", digest[:])
}

// EndSessionsOf implements commands.Sessions.
func (v *Vault) EndSessionsOf(ctx context.Context, person domain.PersonID, kept [32]byte) error {
	return v.write(ctx, "end somebody's sessions", "DELETE FROM vault.sessions WHERE person = $1 AND digest <> $2", person[:], kept[:])
}
