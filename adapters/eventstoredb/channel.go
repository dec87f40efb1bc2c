package eventstoredb

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
)

// channel is a connection to a node beside the library's client, with the same TLS, for what
// that cannot. It has no credentials unless they are given.
func channel(config *esdb.Configuration, address string, options ...grpc.DialOption) (*grpc.ClientConn, error) {
	transport := insecure.NewCredentials()
	if !config.DisableTLS {
		settings := &tls.Config{
			MinVersion: tls.VersionTLS12, RootCAs: config.RootCAs,
			InsecureSkipVerify: config.SkipCertificateVerification, //nolint:gosec // because the operator says so: tlsVerifyCert=false
		}
		if config.UserCertFile != "" {
			own, err := tls.LoadX509KeyPair(config.UserCertFile, config.UserKeyFile)
			if err != nil {
				return nil, fmt.Errorf("the user's certificate for EventStoreDB: %w", err)
			}
			settings.Certificates = []tls.Certificate{own}
		}
		transport = credentials.NewTLS(settings)
	}
	return grpc.NewClient(address, append(options, grpc.WithTransportCredentials(transport))...)
}

// proved are the options of a channel on which the connection string's user is proved.
func proved(config *esdb.Configuration) []grpc.DialOption {
	if config.Username == "" {
		return nil
	}
	return []grpc.DialOption{grpc.WithPerRPCCredentials(basic{config.Username, config.Password})}
}

// basic is a user and a password, which are sent over TLS alone.
type basic struct{ user, password string }

// GetRequestMetadata implements credentials.PerRPCCredentials.
func (b basic) GetRequestMetadata(context.Context, ...string) (map[string]string, error) {
	return map[string]string{"authorization": "Basic " + base64.StdEncoding.EncodeToString([]byte(b.user+":"+b.password))}, nil
}

// RequireTransportSecurity implements credentials.PerRPCCredentials.
func (basic) RequireTransportSecurity() bool { return true }
