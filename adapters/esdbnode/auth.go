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
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/tap"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// gate lets calls in that know the password. The zero gate lets all in.
type gate struct {
	closed   bool
	expected [sha256.Size]byte // of "user:password"
	ears     chan struct{}     // has a place for each who is heard out now
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
	return gate{closed: true, expected: sha256.Sum256([]byte(options.User + ":" + options.Password)), ears: make(chan struct{}, ears)}, nil
}

// admit judges a call by its headers, before anything else of it is read: who
// may not come in cannot fill the node's memory either. Whoever still sends is
// let in to be refused a moment later.
func (g gate) admit(ctx context.Context, call *tap.Info) (context.Context, error) {
	if !g.closed || asksWhoIsThere(call.FullMethodName) {
		return ctx, nil
	}
	for _, header := range call.Header.Get("authorization") {
		if g.knows(header) {
			return ctx, nil
		}
	}
	if _, sends := stillSends(call.FullMethodName); sends {
		return stranger(ctx), nil
	}
	return nil, unauthenticated()
}

func unauthenticated() error {
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
