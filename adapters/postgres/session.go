package postgres

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// sessions is how a pool's connections begin, which servers they are taken of, and
// when those are left. The limits of statements are of the session; behind a pooler,
// which hands a session on to others, each transaction says them.
type sessions struct {
	limits map[string]string // by the names of PostgreSQL's settings
	pooled atomic.Bool       // whether a pooler is in between
	leave  atomic.Pointer[func()]
	server atomic.Pointer[string] // that was seen last; nil before the first
}

// serverSQL names a server: no two were started at the same microsecond.
const serverSQL = "extract(epoch FROM pg_postmaster_start_time())::text"

func (s *sessions) saw(server string) { s.server.Store(&server) }

func (s *sessions) seen() string {
	if server := s.server.Load(); server != nil {
		return *server
	}
	return ""
}

// probe is a setting that means nothing to PostgreSQL, which keeps it all the same:
// where it is refused, or is not there, somebody in between keeps no settings.
const probe = "usher.session"

// configure has a pool's connections begin so.
func (s *sessions) configure(config *pgxpool.Config) {
	config.BeforeConnect = func(_ context.Context, connection *pgx.ConnConfig) error {
		if s.pooled.Load() { // which knows nothing of statements prepared at another connection
			connection.DefaultQueryExecMode = pgx.QueryExecModeCacheDescribe
			return nil
		}
		maps.Copy(connection.RuntimeParams, s.limits)
		connection.RuntimeParams[probe] = "kept"
		return nil
	}
	config.ConnConfig.ValidateConnect = s.validate
	config.ConnConfig.OnPgError = s.told
	config.PrepareConn = func(_ context.Context, conn *pgx.Conn) (bool, error) {
		if !turned(conn.PgConn()) {
			return true, nil
		}
		s.leaveServer()
		return false, nil
	}
}

// What a server is not taken for. Another one that the connection string names may do.
var (
	errReadOnly = errors.New("this server can only be read: it is a replica, or no primary any more")
	errPooler   = errors.New("a pooler in between keeps no settings of a session")
)

// validate takes a server that can be written to, whatever the connection string
// says, because nothing else is of use.
func (s *sessions) validate(ctx context.Context, conn *pgconn.PgConn) error {
	results, err := conn.Exec(ctx, "SELECT current_setting('transaction_read_only'), coalesce(current_setting('"+probe+"', true), ''), "+serverSQL).ReadAll()
	if err != nil {
		return err
	}
	if len(results) != 1 || len(results[0].Rows) != 1 {
		return errors.New("this server does not say whether it can be written to")
	}
	readOnly, kept := string(results[0].Rows[0][0]), string(results[0].Rows[0][1])
	if readOnly == "on" {
		return errReadOnly
	}
	s.saw(string(results[0].Rows[0][2]))
	if kept == "" && !s.pooled.Swap(true) {
		return errPooler
	}
	return nil
}

// turned tells of a server that said, behind its last answer, that it takes no more
// writes.
func turned(conn *pgconn.PgConn) bool {
	return conn.ParameterStatus("default_transaction_read_only") == "on" || conn.ParameterStatus("in_hot_standby") == "on"
}

// told is told of each error of a server, and keeps the connection or not.
func (s *sessions) told(_ *pgconn.PgConn, said *pgconn.PgError) (keep bool) {
	switch said.Code {
	case readOnlyTransaction, adminShutdown, crashShutdown, cannotConnectNow:
		s.leaveServer()
		return false
	case noSuchStatement, duplicateStatement: // which another session has prepared
		s.pooled.Store(true)
		s.leaveServer()
		return false
	}
	return !strings.EqualFold(said.Severity, "FATAL")
}

// Codes of PostgreSQL.
const (
	readOnlyTransaction = "25006"
	adminShutdown       = "57P01"
	crashShutdown       = "57P02"
	cannotConnectNow    = "57P03"
	noSuchStatement     = "26000"
	duplicateStatement  = "42P05"
	serializationFailed = "40001"
	deadlockDetected    = "40P01"
)

// leaveServer has the pool begin anew, at whichever server can be written to: none
// that it is connected to is used again.
func (s *sessions) leaveServer() {
	if leave := s.leave.Load(); leave != nil {
		(*leave)()
	}
}

// limitsWithin are the limits as a statement that sets them for a transaction; empty
// where the session has them.
func (s *sessions) limitsWithin() string {
	if !s.pooled.Load() {
		return ""
	}
	var set []string
	for _, name := range slices.Sorted(maps.Keys(s.limits)) {
		set = append(set, fmt.Sprintf("set_config('%s', '%s', true)", name, s.limits[name]))
	}
	return "SELECT " + strings.Join(set, ", ")
}

// guard has the transaction of a batch keep the limits.
func (s *sessions) guard(batch *pgx.Batch) {
	if limits := s.limitsWithin(); limits != "" {
		batch.Queue(limits)
	}
}

// begins is how a transaction with these options begins, with its limits; empty
// where there is nothing to say besides.
func (s *sessions) begins(options pgx.TxOptions) string {
	limits := s.limitsWithin()
	if limits == "" {
		return ""
	}
	begin := "begin"
	if options.IsoLevel != "" {
		begin += " isolation level " + string(options.IsoLevel)
	}
	return strings.TrimSpace(begin+" "+string(options.AccessMode)) + "; " + limits
}
