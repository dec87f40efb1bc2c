package main_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// nodeProcess is a running node.
type nodeProcess struct {
	t          *testing.T
	binary     string
	data       string
	listen     string
	flags      []string // and others
	connection string
	command    *exec.Cmd
}

var connection = regexp.MustCompile(`EventStoreDB's clients at (esdb://\S+)`)

// start starts it, at the port of the first time.
func (n *nodeProcess) start() {
	n.t.Helper()
	n.command = exec.Command(n.binary, append([]string{"node", "--data", n.data, "--listen", n.listen, "--log-level", "ERROR"}, n.flags...)...)
	n.connection = startAndFind(n.t, n.command, connection)
	n.listen = strings.TrimSuffix(strings.TrimPrefix(n.connection, "esdb://"), "?tls=false")
}

func (n *nodeProcess) kill() {
	n.t.Helper()
	require.NoError(n.t, n.command.Process.Kill())
	_ = n.command.Wait()
}

func (n *nodeProcess) stop() {
	n.t.Helper()
	require.NoError(n.t, n.command.Process.Signal(syscall.SIGTERM))
	require.NoError(n.t, n.command.Wait(), "SIGTERM ends the process well")
}

func TestServingToEventStoreDBsClients(t *testing.T) {
	t.Parallel()
	binary := build(t)
	t.Run("given a node with TLS and a password, it lets in who knows it", func(t *testing.T) { tlsNode(t, binary) })
	t.Run("given a node that keeps users, it lets in who may read everything", func(t *testing.T) { usersNode(t, binary) })
	t.Run("given an Usher that serves its log, clients read it and cannot write", func(t *testing.T) { readOnlyBeside(t, binary) })
	t.Run("given system projections, it is killed and nothing of them is lost or doubled", func(t *testing.T) { projectingNode(t, binary) })
	t.Run("given an Usher with system projections, they are read and not in the log", func(t *testing.T) { projectingBeside(t, binary) })
	t.Run("given settings that cannot be meant, it says why", func(t *testing.T) { refusedSettings(t, binary) })
	t.Run("given a password in a connection string, it never prints it", func(t *testing.T) { hiddenPasswords(t, binary) })
}

func tlsNode(t *testing.T, binary string) {
	const password = "only for friends"
	certificate, key := selfSigned(t)
	command := exec.Command(binary, "node", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--advertise", "localhost",
		"--tls-cert", certificate, "--tls-key", key, "--user", "ann")
	command.Env = append(os.Environ(), "USHER_NODE_PASSWORD="+password)
	shown := startAndFind(t, command, connection)
	t.Cleanup(func() {
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		require.NoError(t, command.Wait())
	})
	require.Contains(t, shown, "esdb://ann:PASSWORD@localhost:")
	shown += "?tlsCAFile=" + certificate

	log, err := eventstoredb.Open(t.Context(), strings.Replace(shown, "PASSWORD", "only%20for%20friends", 1), "", eventstoredb.Options{})
	require.NoError(t, err)
	_, _, err = log.Append(t.Context(), "operations", domain.NoStream{}, []journal.Proposed{{ID: uuid.New(), Type: "greeted", JSON: true, Data: []byte(`{}`)}})
	require.NoError(t, err)
	require.NoError(t, log.Close())
	_, err = eventstoredb.Open(t.Context(), shown, "", eventstoredb.Options{Patience: time.Second})
	require.ErrorContains(t, err, "Unauthenticated")
}

func usersNode(t *testing.T, binary string) {
	certificate, key := selfSigned(t)
	command := exec.Command(binary, "node", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--advertise", "localhost",
		"--tls-cert", certificate, "--tls-key", key, "--users", "--calls", "20")
	command.Env = append(os.Environ(), "USHER_NODE_PASSWORD=changeit")
	shown := startAndFind(t, command, connection)
	t.Cleanup(func() {
		require.NoError(t, command.Process.Signal(syscall.SIGTERM))
		require.NoError(t, command.Wait())
	})
	require.Contains(t, shown, "esdb://admin:PASSWORD@localhost:")
	for user, why := range map[string]string{"admin:changeit": "", "ops:changeit": "Access Denied", "admin:other": "Unauthenticated"} {
		log, err := eventstoredb.Open(t.Context(), strings.Replace(shown, "admin:PASSWORD", user, 1)+"?tlsCAFile="+certificate, "", eventstoredb.Options{Patience: time.Second})
		if why != "" {
			require.ErrorContains(t, err, why, user)
			continue
		}
		require.NoError(t, err)
		require.NoError(t, log.Close())
	}
}

// selfSigned is the files of a certificate for localhost and of its key.
func selfSigned(t *testing.T, names ...string) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: append(names, "localhost"),
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	require.NoError(t, err)
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	require.NoError(t, err)
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600))
		return path
	}
	return write("cert.pem", "CERTIFICATE", signed), write("key.pem", "PRIVATE KEY", encoded)
}

func readOnlyBeside(t *testing.T, binary string) {
	command := exec.Command(binary, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--esdb-listen", "127.0.0.1:0", "--demo", "--log-level", "ERROR")
	readable := startAndFind(t, command, connection)
	log, err := eventstoredb.Open(t.Context(), readable, "", eventstoredb.Options{})
	require.NoError(t, err)
	types := map[string]int{}
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		types[record.Type]++
	}
	require.NotZero(t, types["account.founded"], "%v", types)
	_, _, err = log.Append(t.Context(), "operations", domain.NoStream{}, []journal.Proposed{{ID: uuid.New(), Type: "person.approved", JSON: true, Data: []byte(`{}`)}})
	require.Error(t, err)
	require.NotErrorIs(t, err, journal.ErrUnavailable, "it is refused, and that is known")
	require.NoError(t, log.Close())
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, command.Wait())
}

func projectingNode(t *testing.T, binary string) {
	n := &nodeProcess{t: t, binary: binary, data: t.TempDir(), listen: "127.0.0.1:0", flags: []string{"--system-projections"}}
	n.start()
	want := []string{}
	for range 3 {
		log, err := eventstoredb.Open(t.Context(), n.connection, "", eventstoredb.Options{})
		require.NoError(t, err)
		stream := "person-" + uuid.NewString()
		var all []journal.Proposed
		for i := range 500 {
			all = append(all, journal.Proposed{ID: uuid.New(), Type: "counted", JSON: true, Data: []byte(`{}`)})
			want = append(want, fmt.Sprintf("%d@%s", i, stream))
		}
		_, _, err = log.Append(t.Context(), stream, domain.NoStream{}, all)
		require.NoError(t, err)
		n.kill() // while they write, or not yet do
		require.NoError(t, log.Close())
		n.start()
	}
	log, err := eventstoredb.Open(t.Context(), n.connection, "", eventstoredb.Options{})
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(data(t, log, "$ce-person")) >= len(want) }, time.Minute, 10*time.Millisecond)
	require.Equal(t, want, data(t, log, "$ce-person"))
	require.Equal(t, want, data(t, log, "$et-counted"))
	require.NoError(t, log.Close())
	n.stop()
}

func projectingBeside(t *testing.T, binary string) {
	command := exec.Command(binary, "serve", "--data", t.TempDir(), "--listen", "127.0.0.1:0", "--esdb-listen", "127.0.0.1:0", "--demo", "--log-level", "ERROR", "--system-projections")
	log, err := eventstoredb.Open(t.Context(), startAndFind(t, command, connection), "", eventstoredb.Options{})
	require.NoError(t, err)
	trails, persons := map[string][]string{}, []string{} // events by the command that led to them
	for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
		require.NoError(t, err)
		var metadata domain.Metadata
		require.NoError(t, json.Unmarshal(record.Metadata, &metadata))
		trail := metadata.Correlation.String()
		place := fmt.Sprintf("%d@%s", record.Revision, record.Stream)
		trails[trail] = append(trails[trail], place)
		if strings.HasPrefix(record.Stream, "person-") {
			persons = append(persons, place)
		}
	}
	require.NotEmpty(t, persons)
	require.Equal(t, persons, data(t, log, "$ce-person")[:len(persons)]) // policies may have added more
	for trail, places := range trails {
		require.Equal(t, places, data(t, log, "$bc-"+trail)[:len(places)])
	}
	require.NoError(t, log.Close())
	require.NoError(t, command.Process.Signal(syscall.SIGTERM))
	require.NoError(t, command.Wait())
}

// data are the data of a stream's events.
func data(t *testing.T, log journal.Log, stream string) (all []string) {
	t.Helper()
	for record, err := range log.ReadStream(t.Context(), stream, 0) {
		require.NoError(t, err)
		all = append(all, string(record.Data))
	}
	return all
}

// fails runs the program, which ends with an error, and is all that it printed.
func fails(t *testing.T, binary string, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, binary, args...)
	command.Dir = t.TempDir()
	out, err := command.CombinedOutput()
	require.NoError(t, ctx.Err(), "it should have ended: %s", out)
	require.Error(t, err, "%s", out)
	return string(out)
}

func refusedSettings(t *testing.T, binary string) {
	ushers, nodes := t.TempDir(), t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(ushers, "vault.db"), nil, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(nodes, "node.db"), nil, 0o600))
	for _, c := range []struct{ args, why string }{
		{"node", "--data"},
		{"node --data " + ushers, "is the data folder of an Usher"},
		{"serve --data " + nodes, "is a node's folder"},
		{"node --data n --listen :2113", "--tls-cert"},
		{"node --data n --listen 0.0.0.0:2113 --tls-cert c --tls-key k", "--password"},
		{"node --data n --listen 2113", "a host and a port"},
		{"node --data n --user ann", "belong together"},
		{"node --data n --user ann --password p", "needs --tls-cert"},
		{"node --data n --tls-cert c", "belong together"},
		{"node --data n --tls-cert c --tls-key k --users", "--users needs --password"},
		{"node --data n --tls-cert c --tls-key k --users --user ann --password p", "no --user"},
		{"node --data n --users --password p", "needs --tls-cert"},
		{"serve --esdb-listen example.org:2113", "--esdb-insecure"},
		{"serve --esdb-listen 127.0.0.1:2113 --event-store esdb://127.0.0.1:2113?tls=false", "serves the embedded event log"},
		{"serve --esdb-user ann --esdb-password p", "without --esdb-listen"},
		{"serve --system-projections", "without --esdb-listen"},
		{"serve --event-store mongodb://127.0.0.1", "--event-store is embedded, or a connection string"},
		{"serve --event-store esdb://127.0.0.1:2113?tls=false&retention=1", "unknown setting"},
	} {
		require.Contains(t, fails(t, binary, strings.Fields(c.args)...), c.why, c.args)
	}
}

func hiddenPasswords(t *testing.T, binary string) {
	requireHidden := func(t *testing.T, printed string) {
		t.Helper()
		require.NotContains(t, printed, "lig@")
		require.NotContains(t, printed, ":hem")
	}
	for _, store := range []string{"esdb://ann:hemlig@127.0.0.1:1", "esdb+discover://ann:hemlig@127.0.0.1:1"} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			waiting := startServing(t, binary, t.TempDir(), store)
			waiting.says(`EventStoreDB cannot be reached`)
			waiting.end()
			requireHidden(t, waiting.printed())
		})
	}
	for _, store := range []string{
		"esdb://ann:hemlig@127.0.0.1:1?tls=false",
		"esdb://ann:hem?lig@127.0.0.1:1", "esdb://ann:hem@lig@127.0.0.1:x", "kurrentdb://ann:hemlig@127.0.0.1:1", "esdb:/ann:hemlig@127.0.0.1:1",
	} {
		t.Run(store, func(t *testing.T) {
			t.Parallel()
			printed := fails(t, binary, "serve", "--listen", "127.0.0.1:0", "--log-level", "DEBUG", "--event-store", store)
			requireHidden(t, printed)
		})
	}
}
