package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/bounded"
	"github.com/usher-engine/usher/domain"
)

// manyKeys is how many lookup keys are kept in memory.
const manyKeys = 1 << 16

// Vault keeps what must not be in the log. Its methods may be called from many
// goroutines and many instances; what they wrote is on disk when they return.
//
// It remembers what never changes. Data keys are asked for each time, so that
// another instance's erasure holds here at once.
type Vault struct {
	db           *DB
	random       io.Reader                 // of ids and keys
	installation atomic.Pointer[uuid.UUID] // nil until it is asked for
	lookupKeys   *bounded.Cache[domain.AccountID, []byte]
}

var (
	_ commands.Vault = (*Vault)(nil)
	_ codec.DataKeys = (*Vault)(nil)
	_ outbox.Shelf   = (*Vault)(nil)
)

// Vault returns the database's vault.
func (db *DB) Vault() *Vault { return db.VaultWith(rand.Reader) }

// VaultWith is Vault with another source of what nobody can guess, for stories
// that are to be told twice in the same words.
func (db *DB) VaultWith(random io.Reader) *Vault {
	return &Vault{db: db, random: random, lookupKeys: bounded.New[domain.AccountID, []byte](manyKeys)}
}

// Close does nothing: the database is closed by whoever opened it.
func (v *Vault) Close() error { return nil }

// Installation implements commands.Keyring.
func (v *Vault) Installation(ctx context.Context) (uuid.UUID, error) {
	if known := v.installation.Load(); known != nil {
		return *known, nil
	}
	stored, err := v.once(ctx, "SELECT id FROM vault.installation WHERE one = $1",
		"INSERT INTO vault.installation (one, id) VALUES ($1, $2) ON CONFLICT DO NOTHING", 1, v.newID)
	if err != nil {
		return uuid.UUID{}, fmt.Errorf("vault: installation: %w", err)
	}
	id, err := uuid.FromBytes(stored)
	if err != nil {
		return uuid.UUID{}, fmt.Errorf("vault: installation: %w", err)
	}
	v.installation.Store(&id)
	return id, nil
}

// LookupKey implements commands.Keyring. The key's bytes must not be changed.
func (v *Vault) LookupKey(ctx context.Context, account domain.AccountID) ([]byte, error) {
	key, known, age := v.lookupKeys.Recall(account)
	if known {
		return key, nil
	}
	key, err := v.once(ctx, "SELECT key FROM vault.lookup_keys WHERE account = $1",
		"INSERT INTO vault.lookup_keys (account, key) VALUES ($1, $2) ON CONFLICT DO NOTHING", account[:], v.newKey)
	if err != nil {
		return nil, fmt.Errorf("vault: lookup key: %w", err)
	}
	v.lookupKeys.Remember(age, account, key)
	return key, nil
}

// LinkKeys implements commands.Keyring.
func (v *Vault) LinkKeys(ctx context.Context) (map[byte][]byte, error) {
	keys, err := readLinkKeys(ctx, v.db.pool)
	if err == nil && len(keys) == 0 {
		err = v.db.pool.transact(ctx, questionWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) (err error) {
			if _, err := tx.Exec(ctx, "INSERT INTO vault.link_keys (number, key) VALUES (1, $1) ON CONFLICT DO NOTHING", v.newKey()); err != nil {
				return err
			}
			keys, err = readLinkKeys(ctx, inside{tx})
			return err
		})
	}
	if err != nil {
		return nil, fmt.Errorf("vault: link keys: %w", err)
	}
	return keys, nil
}

func readLinkKeys(ctx context.Context, from querier) (map[byte][]byte, error) {
	keys := map[byte][]byte{}
	err := each(ctx, from, func(row pgx.Rows) error {
		var number byte
		var key []byte
		err := row.Scan(&number, &key)
		keys[number] = key
		return err
	}, "SELECT number, key FROM vault.link_keys")
	return keys, err
}

// once is the bytes that a query finds by a key, put there at the first call. What
// is put there and what is found then is of one transaction, and so of one server:
// another may not have it.
func (v *Vault) once(ctx context.Context, query, insert string, key any, fresh func() []byte) ([]byte, error) {
	found, err := bytesBy(ctx, v.db.pool, query, key)
	if err != nil || found != nil {
		return found, err
	}
	err = v.db.pool.transact(ctx, questionWithin, pgx.TxOptions{}, func(ctx context.Context, tx pgx.Tx) (err error) {
		if _, err := tx.Exec(ctx, insert, key, fresh()); err != nil {
			return err
		}
		found, err = bytesBy(ctx, inside{tx}, query, key)
		return err
	})
	if err == nil && found == nil {
		err = errors.New("it was made, and is not there")
	}
	return found, err
}

func bytesBy(ctx context.Context, from querier, query string, key any) (found []byte, err error) {
	err = each(ctx, from, func(row pgx.Rows) error { return row.Scan(&found) }, query, key)
	return found, err
}

// newKey is 32 bytes that nobody can guess.
func (v *Vault) newKey() []byte {
	key := make([]byte, 32)
	if _, err := io.ReadFull(v.random, key); err != nil {
		panic("vault: no random numbers: " + err.Error())
	}
	return key
}

// newID is a random UUID's bytes.
func (v *Vault) newID() []byte {
	id := uuid.Must(uuid.NewRandomFromReader(v.random))
	return id[:]
}

// write executes one statement durably.
func (v *Vault) write(ctx context.Context, what, sql string, args ...any) error {
	if _, err := v.db.pool.exec(ctx, sql, args...); err != nil {
		return fmt.Errorf("vault: %s: %w", what, err)
	}
	return nil
}

// read runs one query.
func (v *Vault) read(ctx context.Context, what string, scan func(pgx.Rows) error, sql string, args ...any) error {
	if err := each(ctx, v.db.pool, scan, sql, args...); err != nil {
		return fmt.Errorf("vault: %s: %w", what, err)
	}
	return nil
}
