package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
)

// Variable names a PostgreSQL to use instead of a private one.
const Variable = "USHER_TEST_POSTGRES"

// Main runs a package's tests with a PostgreSQL, and is its TestMain's body:
//
//	func TestMain(m *testing.M) { os.Exit(pgtest.Main(m)) }
func Main(m *testing.M) (code int) {
	end, err := begin(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		return 1
	}
	defer func() {
		if err := end(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = 1
		}
	}()
	return m.Run()
}

// begin finds or starts a server, and returns what leaves nothing of its own there.
func begin(ctx context.Context) (end func() error, err error) {
	if server := os.Getenv(Variable); server != "" {
		return func() error { return dropFree(ctx, server) }, prepare(ctx, server)
	}
	cluster, err := StartCluster(ctx)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(os.Setenv(Variable, cluster.URL()), prepare(ctx, cluster.URL())); err != nil {
		return nil, errors.Join(err, cluster.Remove())
	}
	return cluster.Remove, nil
}

// Database is an empty database with two roles of its own, as in production.
type Database struct {
	Owner string // how the role connects that owns the tables
	App   string // how the role connects that works with them
	Super string // how a superuser connects to this database
}

// New returns a database for this test alone. When the test ends it is emptied, for
// another test: that takes a tenth of the time of making one.
func New(t testing.TB) Database {
	t.Helper()
	server := os.Getenv(Variable)
	require.NotEmpty(t, server, "this package's TestMain must call pgtest.Main")
	name, err := take(t.Context(), server)
	require.NoError(t, err)
	if name == "" {
		name = create(t, server)
	}
	database := databaseOf(t, server, name)
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		require.NoError(t, empty(ctx, database))
		require.NoError(t, giveBack(ctx, server, name))
	})
	return database
}

// NewOn makes a database on a server, to which a superuser connects so, and
// drops it when the test ends.
func NewOn(t testing.TB, server string) Database {
	t.Helper()
	name := create(t, server)
	t.Cleanup(func() { require.NoError(t, execute(context.WithoutCancel(t.Context()), server, dropping(name)...)) })
	return databaseOf(t, server, name)
}

// NewWith makes a database on a server of one's own, with which it goes.
func NewWith(t testing.TB, cluster *Cluster) Database {
	t.Helper()
	return databaseOf(t, cluster.URL(), create(t, cluster.URL()))
}

func create(t testing.TB, server string) (name string) {
	t.Helper()
	name = "usher_" + strings.ReplaceAll(uuid.NewString(), "-", "")[:20]
	owner, app := roles(name)
	require.NoError(t, execute(t.Context(), server,
		fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", owner, name),
		fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", app, name),
		fmt.Sprintf("CREATE DATABASE %s OWNER %s", name, owner),
		fmt.Sprintf("REVOKE ALL ON DATABASE %s FROM PUBLIC", name),
		fmt.Sprintf("GRANT CONNECT ON DATABASE %s TO %s", name, app)))
	return name
}

func roles(name string) (owner, app string) { return name + "_owner", name + "_app" }

func dropping(name string) []string {
	owner, app := roles(name)
	return []string{fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name), "DROP ROLE " + owner, "DROP ROLE " + app}
}

func databaseOf(t testing.TB, server, name string) Database {
	t.Helper()
	owner, app := roles(name)
	as := func(user *url.Userinfo) string {
		address, err := url.Parse(server)
		require.NoError(t, err)
		address.Path = "/" + name
		if user != nil {
			address.User = user
		}
		return address.String()
	}
	return Database{Owner: as(url.UserPassword(owner, name)), App: as(url.UserPassword(app, name)), Super: as(nil)}
}

func execute(ctx context.Context, server string, statements ...string) error {
	return connected(ctx, server, func(conn *pgx.Conn) error {
		for _, statement := range statements {
			if _, err := conn.Exec(ctx, statement); err != nil {
				return fmt.Errorf("%s: %w", statement, err)
			}
		}
		return nil
	})
}

// value reads one value, as a superuser.
func value(ctx context.Context, server string, into any, sql string) error {
	return connected(ctx, server, func(conn *pgx.Conn) error { return conn.QueryRow(ctx, sql).Scan(into) })
}

func connected(ctx context.Context, server string, do func(*pgx.Conn) error) error {
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	return errors.Join(do(conn), conn.Close(ctx))
}
