package nodetest

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/protos/users"
)

// password is that of all users.
const password = "changeit"

// Guarded is a server with TLS that keeps users and enforces their rights.
type Guarded struct {
	*Server
	// Authority is a file of the certificate that the server can be trusted by.
	Authority string
}

// StartGuarded starts one that has plain users of these names, besides admin and ops.
func StartGuarded(t testing.TB, names ...string) *Guarded {
	t.Helper()
	own, authority := certified(t)
	server := Start(t, With(func(options *esdbnode.Options) {
		options.TLS, options.Users, options.Password = own, true, password
	}))
	trust, err := credentials.NewClientTLSFromFile(authority, "")
	require.NoError(t, err)
	connection, err := grpc.NewClient(server.Address, grpc.WithTransportCredentials(trust))
	require.NoError(t, err)
	defer connection.Close()
	admin := metadata.AppendToOutgoingContext(context.Background(), "authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte("admin:"+password)))
	for _, name := range names {
		_, err := users.NewUsersClient(connection).Create(admin, &users.CreateReq{Options: &users.CreateReq_Options{LoginName: name, Password: password}})
		require.NoError(t, err)
	}
	return &Guarded{server, authority}
}

// certified is a certificate for the loopback address, which is its own authority.
func certified(t testing.TB) (own *tls.Config, authority string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	require.NoError(t, err)
	authority = filepath.Join(t.TempDir(), "authority.pem")
	require.NoError(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, authority
}

// As returns the connection string of a user.
func (g *Guarded) As(user string) string {
	return "esdb://" + user + ":" + password + "@" + g.Address + "?tlsCAFile=" + url.QueryEscape(g.Authority)
}

// Program is a program at a server, with the official client of its user. What it does
// is answered with an error where that is refused.
type Program struct{ client *esdb.Client }

// Program returns that of a user.
func (g *Guarded) Program(t testing.TB, user string) Program {
	t.Helper()
	settings, err := esdb.ParseConnectionString(g.As(user))
	require.NoError(t, err)
	settings.Logger = func(esdb.LogLevel, string, ...any) {}
	client, err := esdb.NewClient(settings)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return Program{client}
}

// Write appends an event to a stream.
func (p Program) Write(ctx context.Context, stream, kind, data string) error {
	_, err := p.client.AppendToStream(ctx, stream, esdb.AppendToStreamOptions{},
		esdb.EventData{EventID: uuid.New(), EventType: kind, ContentType: esdb.ContentTypeJson, Data: []byte(data)})
	return err
}

// Read reads a stream's first event.
func (p Program) Read(ctx context.Context, stream string) error {
	return received(p.client.ReadStream(ctx, stream, esdb.ReadStreamOptions{}, 1))
}

// ReadAll reads the first event of all.
func (p Program) ReadAll(ctx context.Context) error {
	return received(p.client.ReadAll(ctx, esdb.ReadAllOptions{}, 1))
}

func received(found *esdb.ReadStream, err error) error {
	if err != nil {
		return err
	}
	defer found.Close()
	_, err = found.Recv()
	return err
}

// Delete deletes a stream.
func (p Program) Delete(ctx context.Context, stream string) error {
	_, err := p.client.DeleteStream(ctx, stream, esdb.DeleteStreamOptions{ExpectedRevision: esdb.Any{}})
	return err
}

// Tombstone deletes a stream for ever.
func (p Program) Tombstone(ctx context.Context, stream string) error {
	_, err := p.client.TombstoneStream(ctx, stream, esdb.TombstoneStreamOptions{ExpectedRevision: esdb.Any{}})
	return err
}

// RequireShutOut says that a program can do nothing with these streams, nor with their
// metadata.
func (p Program) RequireShutOut(t testing.TB, streams ...string) {
	t.Helper()
	require.NotEmpty(t, streams)
	ctx := t.Context()
	for _, stream := range streams {
		for what, err := range map[string]error{
			"read": p.Read(ctx, stream), "write to": p.Write(ctx, stream, "forged", `{}`),
			"delete": p.Delete(ctx, stream), "tombstone": p.Tombstone(ctx, stream),
			"read the metadata of": p.Read(ctx, "$$"+stream), "give itself rights to": p.Write(ctx, "$$"+stream, "$metadata", `{}`),
		} {
			require.ErrorContains(t, err, "PermissionDenied", "it may %s %s", what, stream)
		}
	}
}
