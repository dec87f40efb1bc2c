package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// Cluster is a PostgreSQL server of one's own.
type Cluster struct {
	folder  string // of the data and the log
	bin     string // where the server's programs are
	port    int
	account *syscall.Credential // who runs it; nil for oneself
}

// StartCluster makes a cluster and starts it. It keeps nothing for a power
// cut, which no test tries, and everything for a crash of the server.
func StartCluster(ctx context.Context) (*Cluster, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	folder, err := os.MkdirTemp("", "usher-postgres-")
	if err != nil {
		return nil, err
	}
	c := &Cluster{folder: folder, bin: bin}
	if err := c.make(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := c.Start(ctx); err != nil {
		return nil, errors.Join(err, os.RemoveAll(folder))
	}
	return c, nil
}

// make initialises the cluster's folder.
func (c *Cluster) make(ctx context.Context) (err error) {
	if c.account, err = unprivileged(); err != nil {
		return err
	}
	if err := c.own(); err != nil {
		return err
	}
	if c.port, err = freePort(ctx); err != nil {
		return err
	}
	err = c.run(ctx, "initdb", "--pgdata", c.data(), "--username", superuser, "--auth", "trust", "--encoding", "UTF8",
		"--locale", "C.UTF-8", "--no-sync")
	if err != nil {
		return err
	}
	return c.configure(fmt.Sprintf(`
listen_addresses = '127.0.0.1'
port = %d
unix_socket_directories = ''
fsync = off
full_page_writes = off
max_connections = 200
`, c.port))
}

// own gives the folder to whoever runs the server.
func (c *Cluster) own() error {
	if c.account == nil {
		return nil
	}
	return os.Chown(c.folder, int(c.account.Uid), int(c.account.Gid))
}

// configure adds settings, which hold from the next start on.
func (c *Cluster) configure(settings string) error {
	file, err := os.OpenFile(filepath.Join(c.data(), "postgresql.conf"), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = file.WriteString(settings + "\n")
	return errors.Join(err, file.Close())
}

// Start starts the server and waits until it answers.
func (c *Cluster) Start(ctx context.Context) error {
	return c.run(ctx, "pg_ctl", "start", "--pgdata", c.data(), "--log", filepath.Join(c.folder, "log"), "--wait", "--timeout", "60")
}

// Crash stops the server at once, without a word to its clients.
func (c *Cluster) Crash(ctx context.Context) error {
	return c.run(ctx, "pg_ctl", "stop", "--pgdata", c.data(), "--mode", "immediate")
}

// Restart lets the server crash and recover.
func (c *Cluster) Restart(ctx context.Context) error {
	return errors.Join(c.Crash(ctx), c.Start(ctx))
}

// Remove stops the server, unless it is stopped, and deletes everything.
func (c *Cluster) Remove() (err error) {
	if _, stopped := os.Stat(c.pidFile()); stopped == nil {
		err = c.Crash(context.Background())
	}
	return errors.Join(err, os.RemoveAll(c.folder))
}

func (c *Cluster) pidFile() string { return filepath.Join(c.data(), "postmaster.pid") }

// URL returns how its superuser connects.
func (c *Cluster) URL() string {
	return fmt.Sprintf("postgres://%s@127.0.0.1:%d/postgres?sslmode=disable", superuser, c.port)
}

// Programs returns the folder of PostgreSQL's programs.
func (c *Cluster) Programs() string { return c.bin }

const superuser = "postgres"

func (c *Cluster) data() string { return filepath.Join(c.folder, "data") }

func (c *Cluster) run(ctx context.Context, program string, args ...string) error {
	command := exec.CommandContext(ctx, filepath.Join(c.bin, program), args...)
	command.Dir = c.folder
	command.Env = append(os.Environ(), "HOME="+c.folder)
	command.SysProcAttr = &syscall.SysProcAttr{Credential: c.account}
	// A file, not a pipe: the server keeps it open, and a pipe would be waited for.
	output, err := os.Create(filepath.Join(c.folder, program+".out"))
	if err != nil {
		return err
	}
	defer output.Close()
	command.Stdout, command.Stderr = output, output
	if err := command.Run(); err != nil {
		said, _ := os.ReadFile(output.Name())
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(string(said)))
	}
	return nil
}

// programs is the folder of the newest server installed.
func programs() (string, error) {
	if initdb, err := exec.LookPath("initdb"); err == nil {
		initdb, err = filepath.EvalSymlinks(initdb) // beside which the other programs are
		return filepath.Dir(initdb), err
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err != nil || len(found) == 0 {
		return "", errors.New("no PostgreSQL server is installed: install one (on Debian: apt-get install postgresql)," +
			" or let USHER_TEST_POSTGRES name a superuser's connection to one that runs")
	}
	newest := slices.MaxFunc(found, func(a, b string) int { return version(a) - version(b) })
	return filepath.Dir(newest), nil
}

func version(initdb string) int {
	number, err := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	if err != nil {
		return 0
	}
	return number
}

// unprivileged is somebody else where this process is root, as whom PostgreSQL
// refuses to run.
func unprivileged() (*syscall.Credential, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		somebody, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, err := strconv.ParseUint(somebody.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(somebody.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
	}
	return nil, errors.New("PostgreSQL does not run as root, and there is no user postgres or nobody to run it as")
}

func freePort(ctx context.Context) (int, error) {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	port := listener.Addr().(*net.TCPAddr).Port
	return port, listener.Close()
}
