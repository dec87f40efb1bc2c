package esdbnode

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// gate lets calls in that know the password. The zero gate lets all in.
type gate struct {
	closed   bool
	expected [sha256.Size]byte // of "user:password"
}

func newGate(options Options) (gate, error) {
	if options.User == "" && options.Password == "" {
		return gate{}, nil
	}
	switch {
	case options.User == "" || options.Password == "":
		return gate{}, errors.New("a user needs a password, and a password a user")
	case strings.Contains(options.User, ":"):
		return gate{}, errors.New("a user's name has no colon")
	case options.TLS == nil:
		return gate{}, errors.New("a password needs TLS: clients of EventStoreDB send none without it")
	}
	return gate{closed: true, expected: sha256.Sum256([]byte(options.User + ":" + options.Password))}, nil
}

func (g gate) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	if err := g.admit(ctx, info.FullMethod); err != nil {
		return nil, err
	}
	return handler(ctx, request)
}

func (g gate) stream(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if err := g.admit(stream.Context(), info.FullMethod); err != nil {
		return err
	}
	return handler(server, stream)
}

func (g gate) admit(ctx context.Context, method string) error {
	if !g.closed || asksWhoIsThere(method) {
		return nil
	}
	for _, header := range metadata.ValueFromIncomingContext(ctx, "authorization") {
		if g.knows(header) {
			return nil
		}
	}
	return &wire.Failure{Code: codes.Unauthenticated, Message: "Unauthenticated"}
}

// asksWhoIsThere says whether a method is one that clients call without
// credentials, before they know to whom they speak.
func asksWhoIsThere(method string) bool {
	service, _, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
	return service == gossip.Gossip_ServiceDesc.ServiceName || service == serverfeatures.ServerFeatures_ServiceDesc.ServiceName
}

// knows compares hashes, which takes the same time however much is right.
func (g gate) knows(header string) bool {
	scheme, encoded, _ := strings.Cut(header, " ")
	credentials, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !strings.EqualFold(scheme, "Basic") {
		return false
	}
	given := sha256.Sum256(credentials)
	return subtle.ConstantTimeCompare(given[:], g.expected[:]) == 1
}
