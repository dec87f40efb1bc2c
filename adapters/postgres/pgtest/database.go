package pgtest

import (
	"context"
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
	if os.Getenv(Variable) != "" {
		return m.Run()
	}
	cluster, err := StartCluster(context.Background())
	if err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		return 1
	}
	defer func() {
		if err := cluster.Remove(); err != nil {
			fmt.Fprintln(os.Stderr, "pgtest:", err)
			code = 1
		}
	}()
	if err := os.Setenv(Variable, cluster.URL()); err != nil {
		fmt.Fprintln(os.Stderr, "pgtest:", err)
		return 1
	}
	return m.Run()
}

// Database is an empty database with two roles of its own, as in production.
type Database struct {
	Owner string // how the role connects that owns the tables
	App   string // how the role connects that works with them
	Super string // how a superuser connects to this database
}

// New makes a database, which is dropped at the test's end.
func New(t testing.TB) Database {
	t.Helper()
	server := os.Getenv(Variable)
	require.NotEmpty(t, server, "this package's TestMain must call pgtest.Main")
	return NewOn(t, server)
}

// NewOn makes a database on a server, to which a superuser connects so.
func NewOn(t testing.TB, server string) Database {
	t.Helper()
	name := "usher_" + strings.ReplaceAll(uuid.NewString(), "-", "")[:20]
	owner, app := name+"_owner", name+"_app"
	execute(t, server,
		fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", owner, name),
		fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", app, name),
		fmt.Sprintf("CREATE DATABASE %s OWNER %s", name, owner),
		fmt.Sprintf("REVOKE ALL ON DATABASE %s FROM PUBLIC", name),
		fmt.Sprintf("GRANT CONNECT ON DATABASE %s TO %s", name, app))
	t.Cleanup(func() {
		execute(t, server, fmt.Sprintf("DROP DATABASE %s WITH (FORCE)", name), "DROP ROLE "+owner, "DROP ROLE "+app)
	})
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

func execute(t testing.TB, server string, statements ...string) {
	t.Helper()
	ctx := context.WithoutCancel(t.Context()) // also in a cleanup
	conn, err := pgx.Connect(ctx, server)
	require.NoError(t, err)
	defer func() { require.NoError(t, conn.Close(ctx)) }()
	for _, statement := range statements {
		_, err := conn.Exec(ctx, statement)
		require.NoError(t, err, statement)
	}
}
