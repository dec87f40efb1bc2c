package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A server that hangs, or that a network has cut off without a word, answers
// nothing and refuses nothing. So that nobody waits for it without end, each
// call has one of these limits, the wait for a connection included.
const (
	questionWithin = 10 * time.Second // what requests ask and write
	batchWithin    = time.Minute      // many rows at once, or tables
	copyWithin     = time.Hour        // a whole table, or two to compare
	connectWithin  = 10 * time.Second
	anyWithin      = 3 * time.Second // to connect where there are others
)

// The server gives up as well, so that nothing of a client that is gone goes on
// or keeps others waiting.
const (
	statementWithin = "60s" // like batchWithin
	lockWithin      = "10s"
	idleWithin      = "3s" // between two statements of a transaction
)

// servingSettings hold for whoever serves. Those who change tables may take
// longer, but keep nobody waiting for long.
func servingSettings() map[string]string {
	settings := owningSettings()
	settings["statement_timeout"] = statementWithin
	return settings
}

// owningSettings end what hangs: an instance that does so in a transaction
// would keep its locks, and with them the work, from those that take over.
func owningSettings() map[string]string {
	return map[string]string{"lock_timeout": lockWithin, "idle_in_transaction_session_timeout": idleWithin}
}

// unhurried lets a transaction that only reads take the time of whoever it reads for,
// which may be a slow disk: it keeps nobody waiting.
func unhurried(ctx context.Context, tx pgx.Tx) error {
	_, err := tx.Exec(ctx, "SELECT set_config('statement_timeout', '0', true), set_config('idle_in_transaction_session_timeout', '0', true)")
	return err
}

// pool is connections as one role.
type pool struct {
	connections *pgxpool.Pool
	sessions    *sessions
}

func connect(ctx context.Context, url string, most int32, settings map[string]string) (*pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("postgres: the connection string cannot be read; it is like postgres://user@host:5432/database") // and may hold a password
	}
	if most > 0 {
		config.MaxConns = most
	}
	within := connectWithin
	if several(config.ConnConfig) {
		within = anyWithin
	}
	if asked := config.ConnConfig.ConnectTimeout; asked == 0 || asked > within {
		config.ConnConfig.ConnectTimeout = within
	}
	// A line on which nothing is said is tried, so that one that leads nowhere is noticed.
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}
	config.ConnConfig.DialFunc = dialer.DialContext
	// A pool hands a connection out without asking whether it is alive; this
	// finds those that a restart of the server has cut.
	config.MaxConnIdleTime = time.Minute
	config.HealthCheckPeriod = 5 * time.Second
	made := &pool{sessions: &sessions{limits: settings}}
	made.sessions.configure(config)
	if made.connections, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	leave := made.connections.Reset
	made.sessions.leave.Store(&leave)
	err = made.ping(ctx)
	if keepsNoSettings(err) {
		made.sessions.pooled.Store(true)
		err = made.ping(ctx)
	}
	if err != nil {
		made.connections.Close()
		return nil, fmt.Errorf("postgres: connect: %w", err)
	}
	return made, nil
}

// several tells whether a connection string names more than one server.
func several(config *pgx.ConnConfig) bool {
	return slices.ContainsFunc(config.Fallbacks, func(other *pgconn.FallbackConfig) bool {
		return other.Host != config.Host || other.Port != config.Port
	})
}

func (p *pool) ping(ctx context.Context) error {
	return p.within(ctx, questionWithin, p.connections.Ping)
}

// within calls what asks the server, within a limit. A server that does not answer,
// or is gone, is left.
func (p *pool) within(ctx context.Context, limit time.Duration, call func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	err := call(limited)
	if err != nil && ctx.Err() == nil && (limited.Err() != nil || gone(err)) {
		p.sessions.leaveServer()
	}
	if keepsNoSettings(err) {
		p.sessions.pooled.Store(true)
	}
	return explained(err)
}

// attempts is how often something is done that others were in the way of.
const attempts = 5

// unhindered does something once more where the server gave it up for others.
func unhindered(do func() error) (err error) {
	for range attempts {
		if err = do(); !hindered(err) {
			return err
		}
	}
	return err
}

// exec executes one statement.
func (p *pool) exec(ctx context.Context, sql string, args ...any) (tag pgconn.CommandTag, err error) {
	err = unhindered(func() error {
		batch := &pgx.Batch{}
		p.sessions.guard(batch)
		batch.Queue(sql, args...).Exec(func(done pgconn.CommandTag) error { tag = done; return nil })
		return p.send(ctx, batch)
	})
	return tag, err
}

// value reads one value, of one row.
func (p *pool) value(ctx context.Context, into any, sql string, args ...any) error {
	batch := &pgx.Batch{}
	p.sessions.guard(batch)
	batch.Queue(sql, args...).QueryRow(func(row pgx.Row) error { return row.Scan(into) })
	return p.send(ctx, batch)
}

// send executes statements that are sent at once, in one transaction.
func (p *pool) send(ctx context.Context, batch *pgx.Batch) error {
	return p.within(ctx, questionWithin, func(ctx context.Context) error { return p.connections.SendBatch(ctx, batch).Close() })
}

// transact executes what must happen together, within a limit for all of it. What
// writes may be done more than once, each time from the beginning.
func (p *pool) transact(ctx context.Context, limit time.Duration, options pgx.TxOptions, do func(context.Context, pgx.Tx) error) error {
	once := func(ctx context.Context) error {
		options.BeginQuery = p.sessions.begins(options)
		return pgx.BeginTxFunc(ctx, p.connections, options, func(tx pgx.Tx) error { return do(ctx, tx) })
	}
	return p.within(ctx, limit, func(ctx context.Context) error {
		if options.AccessMode == pgx.ReadOnly {
			return once(ctx)
		}
		return unhindered(func() error { return once(ctx) })
	})
}

// each implements querier.
func (p *pool) each(ctx context.Context, limit time.Duration, scan func(pgx.Rows) error, sql string, args ...any) error {
	batch := &pgx.Batch{}
	p.sessions.guard(batch)
	batch.Queue(sql, args...).Query(func(rows pgx.Rows) error { return scanned(rows, scan) })
	return p.within(ctx, limit, func(ctx context.Context) error { return p.connections.SendBatch(ctx, batch).Close() })
}

// inside is a querier in a transaction.
type inside struct{ pgx.Tx }

func (t inside) each(ctx context.Context, limit time.Duration, scan func(pgx.Rows) error, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	rows, err := t.Query(ctx, sql, args...)
	if err != nil {
		return err
	}
	return scanned(rows, scan)
}

func scanned(rows pgx.Rows, scan func(pgx.Rows) error) error {
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// querier is a pool, or a transaction of it.
type querier interface {
	// each runs a query and scans every row.
	each(ctx context.Context, limit time.Duration, scan func(pgx.Rows) error, sql string, args ...any) error
}

// each runs a query and scans every row.
func each(ctx context.Context, from querier, scan func(pgx.Rows) error, sql string, args ...any) error {
	return from.each(ctx, questionWithin, scan, sql, args...)
}
