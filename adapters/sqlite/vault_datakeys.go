package sqlite

import (
	"context"
	"errors"
	"fmt"
	"maps"

	"github.com/ncruces/go-sqlite3"

	"github.com/usher-engine/usher/adapters/codec"
	"github.com/usher-engine/usher/adapters/sqlitedb"
	"github.com/usher-engine/usher/domain"
)

// DataKeys implements codec.DataKeys. The keys' bytes must not be changed.
func (v *Vault) DataKeys(ctx context.Context, people []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	keys, unknown, age := v.dataKeys.RecallAll(people)
	if len(unknown) == 0 {
		return keys, nil
	}
	var found map[domain.PersonID]codec.Key
	err := v.db.Read(ctx, func(conn *sqlitedb.Conn) (err error) {
		found, err = selectDataKeys(conn, unknown)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("vault: data keys of %d people: %w", len(unknown), err)
	}
	v.dataKeys.RememberAll(age, found)
	maps.Copy(keys, found)
	return keys, nil
}

func selectDataKeys(conn *sqlitedb.Conn, people []domain.PersonID) (map[domain.PersonID]codec.Key, error) {
	found := map[domain.PersonID]codec.Key{}
	for _, person := range people {
		err := each(conn, "SELECT key FROM data_keys WHERE person = ?", func(row *sqlite3.Stmt) error {
			key := row.ColumnBlob(0, nil)
			found[person] = codec.Key{Bytes: key, Erased: len(key) == 0}
			return nil
		}, person[:])
		if err != nil {
			return nil, err
		}
	}
	return found, nil
}

// EnsureDataKeys implements commands.Keyring, for all people or none.
func (v *Vault) EnsureDataKeys(ctx context.Context, people []domain.PersonID) error {
	keys, err := v.DataKeys(ctx, people)
	if err != nil {
		return err
	}
	fresh := map[domain.PersonID][]byte{}
	for _, person := range people {
		if _, ok := keys[person]; !ok {
			fresh[person] = codec.NewKey()
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	err = v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		for person, key := range fresh {
			if _, err := run(conn, "INSERT OR IGNORE INTO data_keys (person, key) VALUES (?, ?)", person[:], key); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("vault: make %d data keys: %w", len(fresh), err)
	}
	return nil
}

// EraseDataKey destroys a person's data key for ever: nobody who asks after it
// returned gets the key, and none is made again, even for a person who had
// none. The key is overwritten where it stood, and the write-ahead log emptied. Where
// somebody reads meanwhile, as a backup does, its last traces are gone when the log has
// come round, or the vault is closed.
func (v *Vault) EraseDataKey(ctx context.Context, person domain.PersonID) error {
	err := v.db.Write(ctx, func(conn *sqlitedb.Conn) error {
		_, err := run(conn, "INSERT INTO data_keys (person, key) VALUES (?, NULL) ON CONFLICT (person) DO UPDATE SET key = NULL", person[:])
		return err
	})
	// Also where it is not known whether it took place: the file knows.
	v.dataKeys.Forget(person)
	if err != nil {
		return fmt.Errorf("vault: erase the data key of %s: %w", person, err)
	}
	if err := v.db.Empty(ctx); err != nil && !errors.Is(err, sqlitedb.ErrRead) {
		return fmt.Errorf("vault: empty the write-ahead log after an erasure: %w", err)
	}
	return nil
}
