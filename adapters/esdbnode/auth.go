package esdbnode

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"net"
	"strings"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"

	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/users"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// gate lets calls in that come from somebody whom the node knows. The zero gate
// lets all in.
type gate struct {
	closed   bool
	users    *users.Users      // nil where all use one password
	expected [sha256.Size]byte // of "user:password", where they do
	ears     chan struct{}     // has a place for each who is heard out now
}

func newGate(options Options, kept *users.Users) gate {
	return gate{
		closed: options.Password != "", users: kept,
		expected: sha256.Sum256([]byte(options.User + ":" + options.Password)), ears: make(chan struct{}, ears),
	}
}

// checkPassword refuses settings by which nobody could come in, or everybody.
func checkPassword(options Options) error {
	switch {
	case options.Users && options.ReadOnly:
		return errors.New("a node that is read-only keeps no users")
	case options.Users && (options.User != "" || options.Password == ""):
		return errors.New("a node that keeps users needs a first password of admin and ops, and no user besides")
	case options.User == "" && options.Password == "":
		return nil
	case !options.Users && (options.User == "" || options.Password == ""):
		return errors.New("a user needs a password, and a password a user")
	case strings.Contains(options.User, ":"):
		return errors.New("a user's name has no colon")
	case options.TLS == nil:
		return errors.New("a password needs TLS: clients of EventStoreDB send none without it")
	}
	return nil
}

// admit judges a call by its headers, before anything else of it is read: who
// may not come in cannot fill the node's memory either.
func (g gate) admit(server any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	if !g.closed || asksWhoIsThere(info.FullMethod) {
		return handler(server, stream)
	}
	caller, err := g.caller(stream.Context())
	if err == nil {
		return handler(server, rights.In(stream, caller))
	}
	g.hear(stream, info.FullMethod)
	return err
}

// caller is whom a call comes from. Who has no credentials is refused as one who
// may do nothing, as EventStoreDB does.
func (g gate) caller(ctx context.Context) (rights.Caller, error) {
	headers := metadata.ValueFromIncomingContext(ctx, "authorization")
	if len(headers) == 0 {
		return rights.Caller{}, wire.AccessDenied("Access Denied")
	}
	user, password, ok := basic(headers[0])
	if !ok {
		return rights.Caller{}, users.Unauthenticated()
	}
	if g.users != nil {
		return g.users.Caller(ctx, network(ctx), user, password)
	}
	// Hashes are compared in the same time however much is right.
	given := sha256.Sum256([]byte(user + ":" + password))
	if subtle.ConstantTimeCompare(given[:], g.expected[:]) != 1 {
		return rights.Caller{}, users.Unauthenticated()
	}
	return rights.Caller{Name: user}, nil
}

// basic is what a header of basic authentication says: a name and a password.
func basic(header string) (user, password string, ok bool) {
	scheme, encoded, _ := strings.Cut(header, " ")
	decoded, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || !strings.EqualFold(scheme, "Basic") {
		return "", "", false
	}
	return strings.Cut(string(decoded), ":")
}

// network is where a call comes from.
func network(ctx context.Context) string {
	if caller, ok := peer.FromContext(ctx); ok {
		if host, _, err := net.SplitHostPort(caller.Addr.String()); err == nil {
			return host
		}
	}
	return ""
}

// hear hears out who still sends. Few are heard at a time: they cannot fill the
// node's memory.
func (g gate) hear(stream grpc.ServerStream, method string) {
	messages, sends := stillSends(method)
	if !sends {
		return
	}
	select {
	case g.ears <- struct{}{}:
		hearOut(stream, messages)
		<-g.ears
	default:
	}
}

// asksWhoIsThere says whether a method is one that clients call without
// credentials, before they know to whom they speak.
func asksWhoIsThere(method string) bool {
	service, _, _ := strings.Cut(strings.TrimPrefix(method, "/"), "/")
	return service == gossip.Gossip_ServiceDesc.ServiceName || service == serverfeatures.ServerFeatures_ServiceDesc.ServiceName
}
