package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"
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

// pool is connections as one role.
type pool struct{ connections *pgxpool.Pool }

func connect(ctx context.Context, url string, most int32, settings map[string]string) (*pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return nil, errors.New("postgres: the connection string cannot be read; it is like postgres://user@host:5432/database") // and may hold a password
	}
	if most > 0 {
		config.MaxConns = most
	}
	config.ConnConfig.ConnectTimeout = connectWithin
	// A line on which nothing is said is tried, so that one that leads nowhere is noticed.
	dialer := &net.Dialer{KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: 15 * time.Second, Interval: 5 * time.Second, Count: 3}}
	config.ConnConfig.DialFunc = dialer.DialContext
	for name, value := range settings {
		config.ConnConfig.RuntimeParams[name] = value
	}
	// A pool hands a connection out without asking whether it is alive; this
	// finds those that a restart of the server has cut.
	config.MaxConnIdleTime = time.Minute
	config.HealthCheckPeriod = 5 * time.Second
	connections, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	made := &pool{connections}
	if err := made.ping(ctx); err != nil {
		connections.Close()
		return nil, fmt.Errorf("postgres: connect: %w", err)
	}
	return made, nil
}

func (p *pool) ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, questionWithin)
	defer cancel()
	return p.connections.Ping(ctx)
}

// exec executes one statement.
func (p *pool) exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	ctx, cancel := context.WithTimeout(ctx, questionWithin)
	defer cancel()
	return p.connections.Exec(ctx, sql, args...)
}

// value reads one value, of one row.
func (p *pool) value(ctx context.Context, into any, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, questionWithin)
	defer cancel()
	return p.connections.QueryRow(ctx, sql, args...).Scan(into)
}

// send executes statements that are sent at once, in one transaction.
func (p *pool) send(ctx context.Context, batch *pgx.Batch) error {
	ctx, cancel := context.WithTimeout(ctx, questionWithin)
	defer cancel()
	return p.connections.SendBatch(ctx, batch).Close()
}

// transact executes what must happen together, within a limit for all of it.
func (p *pool) transact(ctx context.Context, limit time.Duration, options pgx.TxOptions, do func(context.Context, pgx.Tx) error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return pgx.BeginTxFunc(ctx, p.connections, options, func(tx pgx.Tx) error { return do(ctx, tx) })
}

// query implements querier.
func (p *pool) query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return p.connections.Query(ctx, sql, args...)
}

// inside is a querier in a transaction.
type inside struct{ pgx.Tx }

func (t inside) query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.Query(ctx, sql, args...)
}

// querier is a pool, or a transaction of it.
type querier interface {
	query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// each runs a query and scans every row.
func each(ctx context.Context, from querier, scan func(pgx.Rows) error, sql string, args ...any) error {
	return eachWithin(ctx, questionWithin, from, scan, sql, args...)
}

func eachWithin(ctx context.Context, limit time.Duration, from querier, scan func(pgx.Rows) error, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	rows, err := from.query(ctx, sql, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}
