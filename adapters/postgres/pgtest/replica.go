package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
)

// Replica makes a cluster that follows this one, as it is now, by streaming, and
// starts it. It is behind by what this one has not sent yet.
func (c *Cluster) Replica(ctx context.Context) (*Cluster, error) {
	folder, err := os.MkdirTemp("", "usher-postgres-")
	if err != nil {
		return nil, err
	}
	replica := &Cluster{folder: folder, bin: c.bin, account: c.account}
	if err := replica.follow(ctx, c); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return replica, nil
}

func (c *Cluster) follow(ctx context.Context, primary *Cluster) (err error) {
	if err := c.own(); err != nil {
		return err
	}
	if c.port, err = freePort(ctx); err != nil {
		return err
	}
	err = c.run(ctx, "pg_basebackup", "--pgdata", c.data(), "--dbname", primary.URL(), "--write-recovery-conf", "--checkpoint", "fast", "--no-sync")
	if err != nil {
		return err
	}
	if err := c.configure(fmt.Sprintf("port = %d", c.port)); err != nil {
		return err
	}
	return c.Start(ctx)
}

// Promote makes a replica a primary. It waits until it is one.
func (c *Cluster) Promote(ctx context.Context) error {
	return c.run(ctx, "pg_ctl", "promote", "--pgdata", c.data(), "--wait", "--timeout", "60")
}

// Demote has a primary write nothing any more, for those too that are connected:
// as operators fence one that they do not stop.
func (c *Cluster) Demote(ctx context.Context) error {
	return execute(ctx, c.URL(), "ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()")
}

// Synchronous has a primary confirm nothing that its replica does not have.
func (c *Cluster) Synchronous(ctx context.Context) error {
	return execute(ctx, c.URL(), "ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
}

// CaughtUp waits until a replica has everything that the primary has by now.
func (c *Cluster) CaughtUp(ctx context.Context, primary *Cluster) error {
	var end string
	if err := value(ctx, primary.URL(), &end, "SELECT pg_current_wal_flush_lsn()::text"); err != nil {
		return err
	}
	for reached := false; !reached; {
		if err := value(ctx, c.URL(), &reached, "SELECT pg_last_wal_replay_lsn() >= '"+end+"'::pg_lsn"); err != nil {
			return err
		}
	}
	return nil
}

// Cut has a replica take nothing more from its primary, which it then lags behind.
func (c *Cluster) Cut(ctx context.Context) error {
	return execute(ctx, c.URL(), "ALTER SYSTEM SET primary_conninfo = ''", "SELECT pg_reload_conf()",
		"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE backend_type = 'walreceiver'")
}

// Both names two servers, of which the one is taken that can be written to, in a
// connection string to a database on the first of them.
func Both(address string, second *Cluster) (string, error) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	query := parsed.Query()
	query.Set("target_session_attrs", "read-write")
	parsed.Host, parsed.RawQuery = strings.Join([]string{parsed.Host, fmt.Sprintf("127.0.0.1:%d", second.port)}, ","), query.Encode()
	return parsed.String(), nil
}

// Fence has a primary let nobody in any more, and ends the connections of all.
func (c *Cluster) Fence(ctx context.Context) error {
	if err := os.WriteFile(filepath.Join(c.data(), "pg_hba.conf"), []byte("host all "+superuser+" 127.0.0.1/32 trust\nhost replication all 127.0.0.1/32 trust\n"), 0o600); err != nil {
		return err
	}
	return execute(ctx, c.URL(), "SELECT pg_reload_conf()",
		"SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()")
}
