// Package documents_test runs the commands that the documents tell people to
// run, page by page, each page in one shell from its beginning to its end.
package documents_test

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/postgres/pgtest"
)

// program is Usher's, built once for all tests.
var program string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "usher-documents-")
	if err == nil {
		program = filepath.Join(folder, "usher")
		build := exec.Command("go", "build", "-o", program, "../usher")
		build.Stdout, build.Stderr = os.Stderr, os.Stderr
		err = build.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "build usher:", err)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// TestTheCommandsOfTheDocumentsWork has each block of ```sh do what it says, on
// a real Usher, a real PostgreSQL and the program's own node in the place of an
// EventStoreDB. A command that fails fails the test, and so does a request that
// is answered with an error.
func TestTheCommandsOfTheDocumentsWork(t *testing.T) {
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		name := filepath.Base(page)
		script := script(blocks(name, string(text)))
		if script == "" {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, err := play(t, script)
			require.NoError(t, err, "%s", tail(said))
		})
	}
}

func TestACommandThatFailsFailsItsPage(t *testing.T) {
	for name, command := range map[string]string{
		"a command that is not there":         "usher frobnicate",
		"a flag that is not there":            "usher serve --frobnicate",
		"a server that does not start":        "usher serve --data data --operator-token short",
		"a request that is refused":           "usher serve --data data; curl -s http://127.0.0.1:8080/v1/nothing | cat",
		"an answer without what is looked at": "TOKEN=$(echo '{}' | jq -r .token)",
	} {
		t.Run("given "+name, func(t *testing.T) {
			t.Parallel()
			said, err := play(t, script(blocks("a.md", "```sh\ntrue\n```\n```sh\n"+command+"\necho went on\n```")))
			require.Error(t, err)
			require.Contains(t, said, "a.md:4: ended with ")
			require.NotContains(t, said, "went on")
		})
	}
}

// script is all commands of a page.
func script(found []block) string {
	var all strings.Builder
	for _, b := range found {
		if b.language != "sh" || b.notRun != "" {
			continue
		}
		fmt.Fprintf(&all, "AT=%s\necho \"== $AT\"\n%s\n%s\n", b.at, b.first, b.text)
	}
	return all.String()
}

// stage is where a page is played: a folder with all that the page names.
type stage struct {
	folder           string
	serve, node      string   // addresses
	database         *url.URL // of PostgreSQL's superuser
	databasePrograms string   // the folder of psql and the others
}

// play runs a page's commands, and gives what they said.
func play(t *testing.T, script string) (said string, failed error) {
	t.Helper()
	s := setUp(t, script)
	prelude, err := os.ReadFile("testdata/session.sh")
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	shell := exec.CommandContext(ctx, "bash", "-c", string(prelude)+s.place(script))
	shell.Dir = s.folder
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with all that it starts
	shell.Cancel = func() error { return syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) }
	shell.Env = s.environment()
	output, err := os.Create(filepath.Join(s.folder, "output"))
	require.NoError(t, err)
	shell.Stdout, shell.Stderr = output, output
	require.NoError(t, shell.Start())
	failed = shell.Wait()
	_ = syscall.Kill(-shell.Process.Pid, syscall.SIGKILL) // what still serves
	text, err := os.ReadFile(output.Name())
	require.NoError(t, err)
	return string(text), failed
}

// tail is the end of what a page's commands said, from the last block on.
func tail(said string) string {
	return said[max(0, strings.LastIndex(said, "\n== ")):]
}

func setUp(t *testing.T, script string) *stage {
	t.Helper()
	s := &stage{folder: t.TempDir(), serve: freeAddress(t), node: freeAddress(t), database: &url.URL{}}
	for _, folder := range []string{"bin", "home", "backup", "var/lib", "etc/usher"} {
		require.NoError(t, os.MkdirAll(filepath.Join(s.folder, folder), 0o700))
	}
	wrapper, err := os.ReadFile("testdata/usher.sh")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(s.folder, "bin", "usher"), wrapper, 0o700))
	if !strings.Contains(script, "@db/") {
		return s
	}
	cluster, err := pgtest.StartCluster(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Remove()) })
	s.database, err = url.Parse(cluster.URL())
	require.NoError(t, err)
	s.databasePrograms = cluster.Programs()
	return s
}

// freeAddress is one at which nobody listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

var cluster = regexp.MustCompile(`esdb(\+discover)?://\w+:PASSWORD@[^'" ]+`)

// place puts the stage's folders and servers in the place of those that the
// documents name.
func (s *stage) place(script string) string {
	script = cluster.ReplaceAllLiteralString(script, "esdb://"+s.node+"?tls=false")
	return strings.NewReplacer(
		"/var/lib/usher", s.folder+"/var/lib/usher", "/etc/usher", s.folder+"/etc/usher", "/backup/", s.folder+"/backup/",
		"127.0.0.1:8080", s.serve, "127.0.0.1:2113", s.node, "@db/", "@"+s.database.Host+"/",
	).Replace(script)
}

func (s *stage) environment() []string {
	kept := []string{}
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "USHER_") && !strings.HasPrefix(variable, "OTEL_") && !strings.HasPrefix(variable, "PG") {
			kept = append(kept, variable)
		}
	}
	return append(kept,
		"PATH="+s.folder+"/bin:"+s.databasePrograms+":"+os.Getenv("PATH"), "HOME="+s.folder+"/home", "XDG_CONFIG_HOME="+s.folder+"/home",
		"USHER_PROGRAM="+program, "USHER_LISTEN="+s.serve, "USHER_NODE_LISTEN="+s.node, "USHER_SERVER=http://"+s.serve,
		"PGHOST="+s.database.Hostname(), "PGPORT="+s.database.Port(), "PGUSER="+s.database.User.Username(),
	)
}
