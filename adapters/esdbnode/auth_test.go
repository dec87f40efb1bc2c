package esdbnode_test

import (
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
	"strings"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	grpcmetadata "google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
)

// certificate makes a certificate for the loopback address, and a file with it
// for clients.
func certificate(t *testing.T) (*tls.Config, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, file
}

func TestTLSAndAPassword(t *testing.T) {
	encryption, authority := certificate(t)
	server := nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) {
		options.TLS, options.User, options.Password = encryption, "usher", "correct horse"
	}))
	as := func(user string) *esdb.Client {
		return official(t, strings.Replace(server.Connection, "://", "://"+user, 1)+"&tlsCAFile="+url.QueryEscape(authority))
	}
	write := func(client *esdb.Client) error {
		_, err := client.AppendToStream(within(t), "s", esdb.AppendToStreamOptions{}, esdb.EventData{EventType: "kind"})
		return err
	}
	read := func(client *esdb.Client) error {
		stream, err := client.ReadStream(within(t), "s", esdb.ReadStreamOptions{}, 1)
		require.NoError(t, err)
		defer stream.Close()
		_, err = stream.Recv()
		return err
	}
	t.Run("given the password, the client may do everything", func(t *testing.T) {
		client := as("usher:correct%20horse@")
		require.NoError(t, write(client))
		require.NoError(t, read(client))
	})
	for _, wrong := range []string{"", "usher:wrong@", "other:correct%20horse@", "usher:correct%20horse2@"} {
		t.Run("given "+wrong+" instead, it may do nothing", func(t *testing.T) {
			client, code := as(wrong), esdb.ErrorCodeUnauthenticated
			if wrong == "" {
				code = esdb.ErrorCodeAccessDenied // as one who may do nothing
			}
			requireCode(t, code, read(client))
			for range 50 { // an answer that came too early would reach one of them as EOF
				requireCode(t, code, write(client))
			}
		})
	}
	encrypted := dial(t, server, grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{InsecureSkipVerify: true})))
	t.Run("given nothing, anybody may ask who is there", func(t *testing.T) {
		_, err := gossip.NewGossipClient(encrypted).Read(within(t), &shared.Empty{})
		require.NoError(t, err)
		_, err = serverfeatures.NewServerFeaturesClient(encrypted).GetSupportedMethods(within(t), &shared.Empty{})
		require.NoError(t, err)
	})
	t.Run("given other headers, they are no password", func(t *testing.T) {
		basic := base64.StdEncoding.EncodeToString([]byte("usher:correct horse"))
		for header, code := range map[string]codes.Code{
			"Basic " + basic: codes.OK, "basic " + basic: codes.OK,
			"Bearer " + basic: codes.Unauthenticated, "Basic": codes.Unauthenticated, "Basic !": codes.Unauthenticated, basic: codes.Unauthenticated,
		} {
			ctx := grpcmetadata.AppendToOutgoingContext(within(t), "authorization", header)
			call, err := streams.NewStreamsClient(encrypted).Read(ctx, request(ofStream("s", 0), count(1)))
			require.NoError(t, err)
			_, err = call.Recv()
			require.Equal(t, code, status.Code(err), header)
			if code != codes.OK {
				require.Equal(t, "Unauthenticated", status.Convert(err).Message())
			}
		}
	})
	t.Run("given no encryption, it is not spoken to", func(t *testing.T) {
		call, err := raw(t, server).Read(within(t), request(ofStream("s", 0), count(1)))
		if err == nil {
			_, err = call.Recv()
		}
		require.Equal(t, codes.Unavailable, status.Code(err))
	})
}

func TestAPasswordThatCannotWork(t *testing.T) {
	encryption, _ := certificate(t)
	server := nodetest.Start(t)
	for _, wrong := range []struct {
		options esdbnode.Options
		says    string
	}{
		{esdbnode.Options{User: "u", Password: "p"}, "needs TLS"},
		{esdbnode.Options{TLS: encryption, User: "u"}, "needs a password"},
		{esdbnode.Options{TLS: encryption, Password: "p"}, "needs a password"},
		{esdbnode.Options{TLS: encryption, User: "u:v", Password: "p"}, "colon"},
	} {
		_, err := esdbnode.New(server.Log, wrong.options)
		require.ErrorContains(t, err, wrong.says)
	}
}
