package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// PoolerVariable names a PgBouncer to use instead of the installed one: a program of
// another version.
const PoolerVariable = "USHER_TEST_PGBOUNCER"

// Pooler is a PgBouncer of one's own in front of a server.
type Pooler struct {
	Address string // host and port
	t       testing.TB
}

// StartPooler starts a PgBouncer in front of a server, to which a superuser connects
// so. The settings are lines of its section pgbouncer, such as "pool_mode = transaction".
// It is stopped at the test's end.
func StartPooler(t testing.TB, server string, settings ...string) *Pooler {
	t.Helper()
	port, err := freePort(t.Context())
	require.NoError(t, err)
	address, err := url.Parse(server)
	require.NoError(t, err)
	folder, err := os.MkdirTemp("", "usher-pgbouncer-") //nolint:usetesting // because PgBouncer runs as somebody else, who may not look into the folder of a test
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folder)) })
	account, err := unprivileged()
	require.NoError(t, err)

	written := strings.Join(append([]string{
		"[databases]", fmt.Sprintf("* = host=%s port=%s", address.Hostname(), address.Port()),
		"[pgbouncer]", "listen_addr = 127.0.0.1", fmt.Sprintf("listen_port = %d", port), "unix_socket_dir =",
		"auth_type = scram-sha-256", "auth_user = " + superuser, "auth_file = " + filepath.Join(folder, "users"),
		"max_client_conn = 1000", "default_pool_size = 20", "server_login_retry = 1",
	}, settings...), "\n") + "\n"
	for name, text := range map[string]string{"pgbouncer.ini": written, "users": fmt.Sprintf("%q \"\"\n", superuser)} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	if account != nil {
		for _, name := range []string{"", "pgbouncer.ini", "users"} {
			require.NoError(t, os.Chown(filepath.Join(folder, name), int(account.Uid), int(account.Gid)))
		}
	}
	output, err := os.Create(filepath.Join(folder, "log"))
	require.NoError(t, err)
	defer output.Close()
	command := exec.Command(poolerProgram(t), filepath.Join(folder, "pgbouncer.ini"))
	command.Stdout, command.Stderr, command.SysProcAttr = output, output, &syscall.SysProcAttr{Credential: account}
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		require.NoError(t, command.Process.Kill())
		_ = command.Wait() // which says that it was killed
	})
	pooler := &Pooler{Address: fmt.Sprintf("127.0.0.1:%d", port), t: t}
	require.Eventually(t, func() bool { return answers(t.Context(), pooler.Address) }, time.Minute, 10*time.Millisecond, "PgBouncer listens")
	return pooler
}

func poolerProgram(t testing.TB) string {
	t.Helper()
	if named := os.Getenv(PoolerVariable); named != "" {
		return named
	}
	program, err := exec.LookPath("pgbouncer")
	if errors.Is(err, exec.ErrNotFound) { // or in a folder that not everybody looks in
		program, err = exec.LookPath("/usr/sbin/pgbouncer")
	}
	require.NoError(t, err, "install PgBouncer (on Debian: apt-get install pgbouncer)")
	return program
}

// Unprepared are the settings with which a PgBouncer keeps no statements that are
// prepared: those before 1.21 cannot, and do not know the setting.
func Unprepared(t testing.TB) []string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), poolerProgram(t), "--version").Output()
	require.NoError(t, err)
	var major, minor int
	_, err = fmt.Sscanf(string(said), "PgBouncer %d.%d", &major, &minor)
	require.NoError(t, err, "%s", said)
	if major == 1 && minor < 21 {
		return nil
	}
	return []string{"max_prepared_statements = 0"}
}

func answers(ctx context.Context, address string) bool {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return false
	}
	return conn.Close() == nil
}

// Before returns a database with the pooler before it.
func (p *Pooler) Before(database Database) Database {
	p.t.Helper()
	return Database{Owner: p.before(database.Owner), App: p.before(database.App), Super: database.Super}
}

func (p *Pooler) before(address string) string {
	p.t.Helper()
	parsed, err := url.Parse(address)
	require.NoError(p.t, err)
	parsed.Host = p.Address
	return parsed.String()
}
