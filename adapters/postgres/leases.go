package postgres

import (
	"context"
	"fmt"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
)

// Leases lets instances divide work, each piece done by one at a time. Time is
// the database's, so that instances' clocks do not matter.
//
// A lease is a courtesy, which spares two instances the same work; that nothing
// is done twice is the business of checkpoints.
type Leases struct {
	db     *DB
	holder uuid.UUID
}

// Leases returns this instance's share of the work; each call is another holder.
func (db *DB) Leases() *Leases { return &Leases{db: db, holder: uuid.New()} }

// Instances says that this instance lives, for some time, and counts those that do.
func (l *Leases) Instances(ctx context.Context, within time.Duration) (count int, err error) {
	if _, err := l.Hold(ctx, []string{instance + l.holder.String()}, 1, within); err != nil {
		return 0, err
	}
	err = l.db.pool.value(ctx, &count, livingSQL, instance)
	if err != nil {
		return 0, fmt.Errorf("count instances: %w", err)
	}
	return count, nil
}

// instance is what the work of merely living is named with.
const instance = "instance/"

const livingSQL = "SELECT count(*) FROM readmodels.leases WHERE starts_with(work, $1) AND until > clock_timestamp()"

// Hold takes pieces of work that nobody else holds, or keeps them, at most so
// many, for some time from now, and says which those are.
func (l *Leases) Hold(ctx context.Context, work []string, most int, within time.Duration) (held []string, err error) {
	err = l.db.whole(ctx, func() error { return l.hold(ctx, work, most, within, &held) })
	if err != nil {
		return nil, fmt.Errorf("hold leases: %w", err)
	}
	return held, nil
}

func (l *Leases) hold(ctx context.Context, work []string, most int, within time.Duration, held *[]string) error {
	return each(ctx, l.db.pool, func(row pgx.Rows) error {
		var name string
		err := row.Scan(&name)
		*held = append(*held, name)
		return err
	}, "INSERT INTO readmodels.leases AS stored (work, holder, until)"+
		" SELECT name, $2, clock_timestamp() + $3 FROM unnest($1::text[]) AS name"+
		" WHERE NOT EXISTS (SELECT FROM readmodels.leases WHERE work = name AND holder <> $2 AND until > clock_timestamp()) ORDER BY name LIMIT $4"+
		" ON CONFLICT (work) DO UPDATE SET holder = excluded.holder, until = excluded.until"+
		" WHERE stored.holder = excluded.holder OR stored.until <= clock_timestamp() RETURNING work",
		work, l.holder[:], within, most)
}

// Release gives work back at once, and forgets leases that ended long ago.
func (l *Leases) Release(ctx context.Context, work []string) error {
	_, err := l.db.pool.exec(ctx, "DELETE FROM readmodels.leases WHERE (holder = $1 AND work = ANY($2)) OR until < clock_timestamp() - interval '1 day'",
		l.holder[:], work)
	if err != nil {
		return fmt.Errorf("release leases: %w", err)
	}
	return nil
}

// Leave gives everything back that this instance holds, its life included.
func (l *Leases) Leave(ctx context.Context) error {
	if _, err := l.db.pool.exec(ctx, "DELETE FROM readmodels.leases WHERE holder = $1", l.holder[:]); err != nil {
		return fmt.Errorf("release leases: %w", err)
	}
	return nil
}
