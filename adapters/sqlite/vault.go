package sqlite

import (
	"context"
	"crypto/rand"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"github.com/google/uuid"
	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/remembered"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/domain"
)

// ErrLocked says that another process has the vault open.
var ErrLocked = errors.New("another process has the vault open")

// Vault keeps what must not be in the log, in one file. Its methods may be
// called from many goroutines; what they wrote is on disk when they return.
//
// One Vault at a time has the file: another process's erasures would not be
// felt by the keys that this one remembers.
type Vault struct {
	db           *sqlitedb.DB
	lock         *os.File
	closed       sync.Once
	random       io.Reader                 // of ids and keys
	installation atomic.Pointer[uuid.UUID] // nil until it is asked for
	lookupKeys   *remembered.Cache[domain.AccountID, []byte]
	dataKeys     *remembered.Cache[domain.PersonID, codec.Key]
}

var (
	_ commands.Vault = (*Vault)(nil)
	_ codec.DataKeys = (*Vault)(nil)
	_ outbox.Shelf   = (*Vault)(nil)
)

// OpenVault opens the file, or makes it: readable by its owner only, in a folder
// of which that holds too where it is made. A file that is not as it was
// written is refused with a *sqlitedb.Damage; restore it from a backup. One that
// another process has open gives ErrLocked.
func OpenVault(ctx context.Context, path string) (*Vault, error) {
	return OpenVaultWith(ctx, path, rand.Reader)
}

// OpenVaultWith is OpenVault with another source of what nobody can guess, for
// stories that are to be told twice in the same words.
func OpenVaultWith(ctx context.Context, path string, random io.Reader) (*Vault, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	lock, err := sqlitedb.Lock(path+".lock", ErrLocked)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	db, err := openVault(ctx, path)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("vault: %w", err), lock.Close())
	}
	return &Vault{
		db:         db,
		lock:       lock,
		random:     random,
		lookupKeys: remembered.New[domain.AccountID, []byte](),
		dataKeys:   remembered.New[domain.PersonID, codec.Key](),
	}, nil
}

func openVault(ctx context.Context, path string) (*sqlitedb.DB, error) {
	if err := sqlitedb.Check(path); err != nil {
		return nil, err
	}
	if err := ownerOnly(path); err != nil {
		return nil, err
	}
	db, err := sqlitedb.Open(ctx, path, sqlitedb.Options{Synchronous: sqlitedb.Full, Schema: migrateVault})
	if err != nil {
		return nil, err
	}
	if err := ownerOnly(path); err != nil { // once more, for the files that SQLite made
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Close finishes what was begun and closes the file.
func (v *Vault) Close() (err error) {
	v.closed.Do(func() { err = errors.Join(v.db.Close(), v.lock.Close()) })
	return err
}

//go:embed migrations/*.sql
var migrations embed.FS

// migrateVault brings the file's tables to those of today, a numbered step
// after the other; the file remembers the number of the last.
func migrateVault(conn *sqlitedb.Conn) error {
	// What is deleted is overwritten, not just unlinked.
	if err := conn.Exec("PRAGMA secure_delete = ON"); err != nil {
		return err
	}
	steps, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	done, err := userVersion(conn)
	if err != nil {
		return err
	}
	if done > len(steps) {
		return fmt.Errorf("the file was written by a newer Usher: it is at migration %d, this one knows %d", done, len(steps))
	}
	for i, step := range steps[done:] {
		sql, err := migrations.ReadFile(step)
		if err != nil {
			return err
		}
		if err := conn.Exec(fmt.Sprintf("%s; PRAGMA user_version = %d", sql, done+i+1)); err != nil {
			return fmt.Errorf("%s: %w", step, err)
		}
	}
	return nil
}

// Installation implements commands.Keyring.
func (v *Vault) Installation(ctx context.Context) (uuid.UUID, error) {
	if known := v.installation.Load(); known != nil {
		return *known, nil
	}
	stored, err := v.once(ctx, "SELECT id FROM installation WHERE only = ?", "INSERT OR IGNORE INTO installation (only, id) VALUES (?, ?)", 1, v.newID)
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
	known, _, age := v.lookupKeys.Recall([]domain.AccountID{account})
	if key, ok := known[account]; ok {
		return key, nil
	}
	key, err := v.once(ctx, "SELECT key FROM lookup_keys WHERE account = ?", "INSERT OR IGNORE INTO lookup_keys (account, key) VALUES (?, ?)", account[:], v.newKey)
	if err != nil {
		return nil, fmt.Errorf("vault: lookup key: %w", err)
	}
	v.lookupKeys.Remember(age, map[domain.AccountID][]byte{account: key})
	return key, nil
}

// LinkKeys implements commands.Keyring.
func (v *Vault) LinkKeys(ctx context.Context) (map[byte][]byte, error) {
	_, err := v.once(ctx, "SELECT key FROM link_keys WHERE number >= ? LIMIT 1", "INSERT OR IGNORE INTO link_keys (number, key) VALUES (?, ?)", 1, v.newKey)
	keys := map[byte][]byte{}
	if err == nil {
		err = v.db.Read(ctx, func(conn *sqlitedb.Conn) error {
			return each(conn, "SELECT number, key FROM link_keys", func(row *sqlite3.Stmt) error {
				keys[byte(row.ColumnInt(0))] = row.ColumnBlob(1, nil) // because the table checks the range
				return nil
			})
		})
	}
	if err != nil {
		return nil, fmt.Errorf("vault: link keys: %w", err)
	}
	return keys, nil
}

// once is the bytes that a query finds by a key, put there at the first call.
func (v *Vault) once(ctx context.Context, query, insert string, key any, fresh func() []byte) (found []byte, err error) {
	look := func(conn *sqlitedb.Conn) error {
		return each(conn, query, func(row *sqlite3.Stmt) error {
			found = row.ColumnBlob(0, nil)
			return nil
		}, key)
	}
	if err := v.db.Read(ctx, look); err != nil || found != nil {
		return found, err
	}
	value := fresh()
	err = v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		if _, err := run(conn, insert, key, value); err != nil {
			return err
		}
		return look(conn)
	})
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
