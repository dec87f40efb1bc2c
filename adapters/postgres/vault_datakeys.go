package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/domain"
)

// DataKeys implements codec.DataKeys.
func (v *Vault) DataKeys(ctx context.Context, people []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	found := make(map[domain.PersonID]codec.Key, len(people))
	if len(people) == 0 {
		return found, nil
	}
	err := each(ctx, v.db.pool, func(row pgx.Rows) error {
		var person domain.PersonID
		var key []byte
		err := row.Scan(scanID{person[:]}, &key)
		found[person] = codec.Key{Bytes: key, Erased: key == nil}
		return err
	}, "SELECT person, key FROM vault.data_keys WHERE person = ANY($1)", bytesOf(people))
	if err != nil {
		return nil, fmt.Errorf("vault: data keys of %d people: %w", len(people), err)
	}
	return found, nil
}

func bytesOf(people []domain.PersonID) [][]byte {
	all := make([][]byte, len(people))
	for i := range people {
		all[i] = people[i][:]
	}
	return all
}

// EnsureDataKeys implements commands.Keyring, for all people or none. It is one
// statement that writes: a server that can only be read might know keys that the
// one that is written to has not.
func (v *Vault) EnsureDataKeys(ctx context.Context, people []domain.PersonID) error {
	_, err := v.EnsureDataKeysAt(ctx, "", people)
	return err
}

// EnsureDataKeysAt is EnsureDataKeys, and does nothing where another server answers
// than this one (see Server); empty for any.
func (v *Vault) EnsureDataKeysAt(ctx context.Context, server string, people []domain.PersonID) (done bool, err error) {
	if len(people) == 0 {
		return true, nil
	}
	keys := make([][]byte, len(people))
	for i := range keys {
		keys[i] = codec.NewKey()
	}
	var answered string
	err = v.read(ctx, "make data keys", func(row pgx.Rows) error { return row.Scan(&answered) },
		"WITH server AS (SELECT "+serverSQL+" AS name), made AS (INSERT INTO vault.data_keys (person, key)"+
			" SELECT person, key FROM unnest($1::bytea[], $2::bytea[]) AS fresh (person, key), server WHERE $3 IN ('', server.name)"+
			" ORDER BY person ON CONFLICT DO NOTHING) SELECT name FROM server",
		bytesOf(people), keys, server)
	if err != nil {
		return false, err
	}
	v.db.pool.sessions.saw(answered)
	return server == "" || server == answered, nil
}

// Server names the PostgreSQL that was seen last: one that was started again, or
// took over, has another name.
func (v *Vault) Server() string { return v.db.pool.sessions.seen() }

// AskServer asks which PostgreSQL answers, for Server.
func (v *Vault) AskServer(ctx context.Context) error {
	var name string
	if err := v.db.pool.value(ctx, &name, "SELECT "+serverSQL); err != nil {
		return fmt.Errorf("vault: ask which server it is in: %w", err)
	}
	v.db.pool.sessions.saw(name)
	return nil
}

// EraseDataKey destroys a person's data key for ever: nobody who asks after it
// returned gets the key, and none is made again, even for a person who had
// none. The old row's bytes are gone from the disk when the table has been
// vacuumed and the write-ahead log has come round.
func (v *Vault) EraseDataKey(ctx context.Context, person domain.PersonID) error {
	return v.write(ctx, "erase a data key",
		"INSERT INTO vault.data_keys (person, key) VALUES ($1, NULL) ON CONFLICT (person) DO UPDATE SET key = NULL", person[:])
}
