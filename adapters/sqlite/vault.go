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
	"github.com/usher-engine/usher/adapters/osfiles"
	"github.com/usher-engine/usher/adapters/outbox"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/commands"
	"github.com/usher-engine/usher/commands/bounded"
	"github.com/usher-engine/usher/domain"
)

// ErrLocked says that another process has the vault open.
var ErrLocked = errors.New("another process has the vault open")

// manyKeys is how many keys of a kind are kept in memory.
const manyKeys = 1 << 16

// Vault keeps what must not be in the log, in one file. Its methods may be
// called from many goroutines; what they wrote is on disk when they return.
//
// One Vault at a time has the file: another process's erasures would not be
// felt by the keys that this one remembers.
type Vault struct {
	db           *sqlitedb.DB
	path         string
	written      chan struct{} // another program may have written
	lock         *os.File
	closed       sync.Once
	random       io.Reader                 // of ids and keys
	installation atomic.Pointer[uuid.UUID] // nil until it is asked for
	lookupKeys   *bounded.Cache[domain.AccountID, []byte]
	dataKeys     *bounded.Cache[domain.PersonID, codec.Key]
	ends         atomic.Uint64 // how often sessions may have ended
}

var (
	_ commands.Vault = (*Vault)(nil)
	_ codec.DataKeys = (*Vault)(nil)
	_ outbox.Shelf   = (*Vault)(nil)
)

// OpenVault opens the file, or makes it: readable by its owner only, in a folder
// of which that holds too where it is made. A file that is not as it was
// written, as far as that is looked at here (Tend and CheckVault look at all), is
// refused with a *sqlitedb.Damage; restore it from a backup. One that another
// process has open gives ErrLocked.
func OpenVault(ctx context.Context, path string) (*Vault, error) {
	return OpenVaultWith(ctx, path, VaultOptions{})
}

// VaultOptions say how a vault is opened. The zero value is usable.
type VaultOptions struct {
	// Random is another source of what nobody can guess, for stories that are to
	// be told twice in the same words.
	Random io.Reader
	// Reserve, where given, is space for sessions and for what limits count: where
	// the disk is full, only these are written, and from there.
	Reserve *sqlitedb.Reserve
}

// OpenVaultWith is OpenVault with options.
func OpenVaultWith(ctx context.Context, path string, options VaultOptions) (*Vault, error) {
	if options.Random == nil {
		options.Random = rand.Reader
	}
	if err := osfiles.MakeFolder(filepath.Dir(path)); err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	lock, err := osfiles.Lock(path+".lock", ErrLocked)
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	written := make(chan struct{}, 1)
	db, err := openVault(ctx, path, written, lock, options.Reserve)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("vault: %w", err), lock.Close())
	}
	return &Vault{
		db:         db,
		path:       path,
		written:    written,
		lock:       lock,
		random:     options.Random,
		lookupKeys: bounded.New[domain.AccountID, []byte](manyKeys),
		dataKeys:   bounded.New[domain.PersonID, codec.Key](manyKeys),
	}, nil
}

func openVault(ctx context.Context, path string, written chan struct{}, lock *os.File, reserve *sqlitedb.Reserve) (*sqlitedb.DB, error) {
	if err := sqlitedb.Check(path); err != nil {
		return nil, err
	}
	if err := ownerOnly(path); err != nil {
		return nil, err
	}
	db, err := sqlitedb.Open(ctx, path, sqlitedb.Options{
		Synchronous: sqlitedb.Full, Schema: migrateVault, Lock: lock, Reserve: reserve,
		// Changes refuse before they write. Within a savepoint, each statement with
		// a trigger would go through all that the savepoint keeps.
		SharedFate: true,
		Connected:  digestFunctions(path), Reading: guardReader, Foreign: func(conn *sqlitedb.Conn) error {
			select {
			case written <- struct{}{}: // for Tend to look at the rest
			default:
			}
			return glance(conn)
		},
	})
	if err != nil {
		return nil, malformed(path, err)
	}
	if err := db.Read(ctx, glance); err != nil {
		return nil, errors.Join(malformed(path, err), db.Close())
	}
	if err := giveBackBatches(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
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
	for _, table := range guards() {
		if err := table.begin(conn); err != nil {
			return fmt.Errorf("digests of %s: %w", table.Name, err)
		}
	}
	return guardWriter(conn)
}

// digestsBegin is the step from which on rows have digests. A later step that
// makes a table with digests gives it the column; one that changes rows of such a
// table forgets its sum, so that its rows get theirs anew.
const digestsBegin = 8

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
	key, known, age := v.lookupKeys.Recall(account)
	if known {
		return key, nil
	}
	key, err := v.once(ctx, "SELECT key FROM lookup_keys WHERE account = ?", "INSERT OR IGNORE INTO lookup_keys (account, key) VALUES (?, ?)", account[:], v.newKey)
	if err != nil {
		return nil, fmt.Errorf("vault: lookup key: %w", err)
	}
	v.lookupKeys.Remember(age, account, key)
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
