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

// EnsureDataKeys implements commands.Keyring, for all people or none.
func (v *Vault) EnsureDataKeys(ctx context.Context, people []domain.PersonID) error {
	known, err := v.DataKeys(ctx, people)
	if err != nil {
		return err
	}
	var without []domain.PersonID
	var keys [][]byte
	for _, person := range people {
		if _, ok := known[person]; !ok {
			without, keys = append(without, person), append(keys, v.newKey())
			known[person] = codec.Key{}
		}
	}
	if len(without) == 0 {
		return nil
	}
	return v.write(ctx, "make data keys", "INSERT INTO vault.data_keys (person, key)"+
		" SELECT person, key FROM unnest($1::bytea[], $2::bytea[]) AS fresh (person, key) ORDER BY person ON CONFLICT DO NOTHING",
		bytesOf(without), keys)
}

// EraseDataKey destroys a person's data key for ever: nobody who asks after it
// returned gets the key, and none is made again, even for a person who had
// none. The old row's bytes are gone from the disk when the table has been
// vacuumed and the write-ahead log has come round.
func (v *Vault) EraseDataKey(ctx context.Context, person domain.PersonID) error {
	return v.write(ctx, "erase a data key",
		"INSERT INTO vault.data_keys (person, key) VALUES ($1, NULL) ON CONFLICT (person) DO UPDATE SET key = NULL", person[:])
}
