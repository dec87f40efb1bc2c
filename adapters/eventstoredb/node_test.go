package eventstoredb_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/usher-engine/usher/adapters/esdbnode"
	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/eventstoredb"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

func TestTheServersOwnEvents(t *testing.T) {
	t.Run("given thousands of them, only ours are read, and the head is the last of ours", func(t *testing.T) {
		node := nodetest.Start(t)
		log := open(t, node.Connection, eventstoredb.Options{})
		own := func(count int) {
			events := proposed(count)
			for i := range events {
				events[i].Type = "$statsCollected"
			}
			_, _, err := node.Log.Append(t.Context(), "$stats-127.0.0.1:2113", domain.Any{}, events[:count/2])
			require.NoError(t, err)
			for i := range events {
				events[i].Type = "SubscriptionCheckpoint" // which no filter by type holds back
			}
			_, _, err = node.Log.Append(t.Context(), "$persistentsubscription-order-1::g-checkpoint", domain.Any{}, events[count/2:])
			require.NoError(t, err)
		}
		head := func() domain.Position {
			position, err := log.Head(t.Context())
			require.NoError(t, err)
			return position
		}
		own(600)
		require.True(t, head().IsZero())
		var want []uuid.UUID
		for range 2 {
			events := proposed(2)
			_, position, err := log.Append(t.Context(), "person-"+uuid.NewString(), domain.NoStream{}, events)
			require.NoError(t, err)
			want = append(want, events[0].ID, events[1].ID)
			require.Equal(t, position, head())
			for range 2 {
				own(600)
				require.Equal(t, position, head())
				require.Equal(t, position, head())
			}
		}
		var read, subscribed []uuid.UUID
		for record, err := range log.ReadAll(t.Context(), domain.Position{}) {
			require.NoError(t, err)
			read = append(read, record.ID)
		}
		require.Equal(t, want, read)
		for record, err := range log.Subscribe(t.Context(), domain.Position{}) {
			require.NoError(t, err)
			if subscribed = append(subscribed, record.ID); len(subscribed) == len(want) {
				break
			}
		}
		require.Equal(t, want, subscribed)
	})
}

func TestCopiedEvents(t *testing.T) {
	t.Run("given events with the time of another log, it is their time, and their bytes are the same", func(t *testing.T) {
		log := open(t, nodetest.Start(t).Connection, eventstoredb.Options{})
		events := proposed(4)
		for i, metadata := range []string{`{"actor":"x"}`, `{}`, "", "\x00"} {
			events[i].Metadata, events[i].Original = []byte(metadata), time.Date(2020, 1, 2, 3, 4, 5, 6+i, time.UTC)
		}
		_, _, err := log.Append(t.Context(), person1, domain.NoStream{}, events)
		require.NoError(t, err)
		for _, read := range []func() []journal.Record{
			func() (all []journal.Record) {
				for record, err := range log.ReadStream(t.Context(), person1, 0) {
					require.NoError(t, err)
					all = append(all, record)
				}
				return all
			},
			func() (all []journal.Record) {
				for record, err := range log.Subscribe(t.Context(), domain.Position{}) {
					require.NoError(t, err)
					if all = append(all, record); len(all) == len(events) {
						break
					}
				}
				return all
			},
		} {
			for i, record := range read() {
				require.Equal(t, events[i].Original, record.Time)
				require.Equal(t, string(events[i].Metadata), string(record.Metadata))
			}
		}
	})
}

// certified is a certificate of this machine, and the file by which it can be
// trusted.
func certified(t *testing.T) (own *tls.Config, authority string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true,
	}
	certificate, err := x509.CreateCertificate(rand.Reader, &template, &template, key.Public(), key)
	require.NoError(t, err)
	authority = filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate}), 0o600))
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}}, authority
}

// secured is a node with TLS, and the file of the certificate that it can be
// trusted by.
func secured(t *testing.T, access func(*esdbnode.Options)) (node *nodetest.Server, authority string) {
	t.Helper()
	own, authority := certified(t)
	node = nodetest.Start(t, nodetest.With(func(options *esdbnode.Options) {
		options.TLS = own
		access(options)
	}))
	return node, authority
}

func TestSecuredServer(t *testing.T) {
	node, authority := secured(t, func(options *esdbnode.Options) { options.User, options.Password = "admin", "s3cret/@" })
	for name, scheme := range map[string]string{"directly": "esdb", "by discovery": "esdb+discover"} {
		t.Run("given TLS, a user and a password, it works "+name, func(t *testing.T) {
			connection := scheme + "://admin:s3cret%2F%40@" + node.Address + "?tlsCAFile=" + authority
			log := open(t, connection, eventstoredb.Options{})
			_, position, err := log.Append(t.Context(), "person-"+uuid.NewString(), domain.NoStream{}, proposed(1))
			require.NoError(t, err)
			head, err := log.Head(t.Context())
			require.NoError(t, err)
			require.Equal(t, position, head)
		})
	}

	for name, test := range map[string]struct{ user, settings, says string }{
		"another password":         {"admin:s3cret@", "?tlsCAFile=" + authority, "Unauthenticated"},
		"no user":                  {"", "?tlsCAFile=" + authority, "Access Denied"},
		"a certificate of nobody":  {"admin:s3cret%2F%40@", "", "certificate"},
		"a server that speaks TLS": {"", "?tls=false", ""},
	} {
		t.Run("given "+name+", it does not open and shows no password", func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
			defer cancel()
			_, err := eventstoredb.Open(ctx, "esdb://"+test.user+node.Address+test.settings, "", eventstoredb.Options{})
			require.ErrorContains(t, err, test.says)
			require.False(t, strings.Contains(err.Error(), "s3cret"), err)
		})
	}
}
