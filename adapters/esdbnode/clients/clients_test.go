package clients_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"embed"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/journal"
)

//go:embed *.mjs package.json package-lock.json
var files embed.FS

const (
	installLimit = 5 * time.Minute
	runLimit     = 5 * time.Minute
)

func TestTheOfficialNodeClients(t *testing.T) {
	modules := installed(t)
	for script, client := range map[string]string{
		"eventstore.mjs": "@eventstore/db-client",
		"kurrent.mjs":    "@kurrent/kurrentdb-client",
	} {
		t.Run(client, func(t *testing.T) {
			t.Parallel()
			certificate, authority := issued(t)
			node := nodetest.Start(t)
			projecting := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) { options.Projections = true }))
			guarded := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) {
				options.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
				options.User, options.Password = "keeper", "s3cret"
			}))
			run(t, modules, script, node.Address, readOnly(t, node.Log), guarded.Address, authority, projecting.Address)
		})
	}
}

// finding is a line that a script prints.
type finding struct {
	Check    string
	Failure  string
	Finished int // how many checks there were, at the end
}

// run makes a subtest of each line that a script prints.
func run(t *testing.T, modules, script string, addresses ...string) {
	t.Helper()
	folder := unpacked(t)
	require.NoError(t, os.Symlink(modules, filepath.Join(folder, "node_modules")))
	ctx, cancel := context.WithTimeout(t.Context(), runLimit)
	defer cancel()
	command := exec.CommandContext(ctx, "node", append([]string{script}, addresses...)...)
	var complaints bytes.Buffer
	command.Dir, command.Stderr = folder, &complaints
	printed, err := command.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, command.Start())
	checks, finished := 0, -1
	for lines := bufio.NewScanner(printed); lines.Scan(); {
		var line finding
		require.NoError(t, json.Unmarshal(lines.Bytes(), &line), "%s printed %s", script, lines.Text())
		if line.Check == "" {
			finished = line.Finished
			continue
		}
		checks++
		t.Run(line.Check, func(t *testing.T) {
			if line.Failure != "" {
				t.Error(line.Failure)
			}
		})
	}
	require.NoError(t, command.Wait(), "%s: %s", script, complaints.String())
	require.Positive(t, finished, "%s did not come to its end: %s", script, complaints.String())
	require.Equal(t, finished, checks)
}

// readOnly serves the same log to readers only.
func readOnly(t *testing.T, log journal.Local) (at string) {
	t.Helper()
	node, err := esdbnode.New(log, esdbnode.Options{ReadOnly: true})
	require.NoError(t, err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	done := make(chan error, 1)
	go func() { done <- node.Serve(listener) }()
	t.Cleanup(func() {
		require.NoError(t, node.Close())
		require.NoError(t, <-done)
	})
	return listener.Addr().String()
}

// issued is a certificate for the loopback address, and a file of who issued it:
// an authority of its own, because the newer client takes none that is both.
func issued(t *testing.T) (certificate tls.Certificate, authority string) {
	t.Helper()
	issuer := &x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign, Subject: pkix.Name{CommonName: "issuer"}}
	trusted, key := sign(t, issuer, issuer, nil)
	server := &x509.Certificate{IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, private := sign(t, server, issuer, key)
	authority = filepath.Join(t.TempDir(), "authority.pem")
	require.NoError(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: trusted}), 0o600))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}, authority
}

// sign makes a certificate and its key; without an issuer's key it signs itself.
func sign(t *testing.T, template, issuer *x509.Certificate, by *ecdsa.PrivateKey) ([]byte, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	if by == nil {
		by = key
	}
	template.SerialNumber, template.NotBefore, template.NotAfter = big.NewInt(1), time.Now().Add(-time.Hour), time.Now().Add(time.Hour)
	der, err := x509.CreateCertificate(rand.Reader, template, issuer, key.Public(), by)
	require.NoError(t, err)
	return der, key
}

// needed says what is missing to run this test.
const needed = "this test needs Node.js, version 20 or newer, with npm: install them, on Debian by apt-get install nodejs npm"

// installed is a folder of the clients' modules, the same for all runs with the
// same lock and the same Node.js.
func installed(t *testing.T) string {
	t.Helper()
	version, err := exec.CommandContext(t.Context(), "node", "--version").Output()
	require.NoError(t, err, needed)
	var major int
	_, err = fmt.Sscanf(string(version), "v%d.", &major)
	require.NoError(t, err, needed)
	require.GreaterOrEqual(t, major, 20, needed)
	_, err = exec.LookPath("npm")
	require.NoError(t, err, needed)

	lock, err := files.ReadFile("package-lock.json")
	require.NoError(t, err)
	digest := sha256.Sum256(slices.Concat(lock, version))
	modules := filepath.Join(cache(), "usher", "node-clients-"+hex.EncodeToString(digest[:8]), "node_modules")
	if _, err := os.Stat(modules); err == nil {
		return modules
	}
	install(t, filepath.Dir(modules))
	return modules
}

func cache() string {
	if folder, err := os.UserCacheDir(); err == nil {
		return folder
	}
	return os.TempDir()
}

// install appears whole at its place, or not at all; another run may be first.
func install(t *testing.T, target string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(target), 0o755))
	folder, err := os.MkdirTemp(filepath.Dir(target), "installing-") //nolint:usetesting // because a rename stays within a file system
	require.NoError(t, err)
	defer os.RemoveAll(folder)
	unpackTo(t, folder)
	ctx, cancel := context.WithTimeout(t.Context(), installLimit)
	defer cancel()
	command := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	command.Dir = folder
	said, err := command.CombinedOutput()
	require.NoError(t, err, "npm ci could not install the clients: %s", said)
	if err := os.Rename(folder, target); err != nil {
		require.DirExists(t, target, "%v", err)
	}
}

func unpacked(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	unpackTo(t, folder)
	return folder
}

func unpackTo(t *testing.T, folder string) {
	t.Helper()
	require.NoError(t, os.CopyFS(folder, files), fmt.Sprint("unpack to ", folder))
}
