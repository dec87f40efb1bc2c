package esdbnode

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	stubs "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/keepalive"

	"github.com/usher-engine/usher/adapters/esdbnode/persistent"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/wire"
	"github.com/usher-engine/usher/adapters/journal"
)

// Options say how a node serves. The zero value is usable: everybody who reaches
// the listener may read and write.
type Options struct {
	// ReadOnly refuses every write, and serves no persistent subscriptions,
	// which would write too.
	ReadOnly bool
	// Advertise is the host, or host and port, that clients are told to connect
	// to when they look for a cluster's members. By default it is the address
	// that they reached, which a port that is forwarded makes wrong.
	Advertise string
	// TLS is the server's certificate; nil serves without encryption.
	TLS *tls.Config
	// User and Password are asked of every call where they are set, except where
	// a client looks which node this is and what it can do. They need TLS:
	// without it, the clients of EventStoreDB do not send them.
	User, Password string
	Now            func() time.Time // time.Now by default
	Logger         *slog.Logger     // none by default
}

// Limits and intervals of the connections.
const (
	// maxRequest is the most that a message to the node may have, in bytes.
	maxRequest = 16 << 20
	// maxQuestion is the same where the node is read-only: whole appends come
	// there too, only to be refused.
	maxQuestion = 2 << 20
	// pingsAllowed is how often a client may ask whether the node is there.
	// Clients do so each 10 s by default; gRPC would drop them for that. It is
	// half a second so that one who pings each second is never early.
	pingsAllowed = time.Second / 2
	// pingEvery is how often the node asks that of a client that is silent, and
	// how long it waits for the answer: a client that vanished is forgotten.
	pingEvery = 10 * time.Second
	// grace is how long calls may go on after Close began.
	grace = 2 * time.Second
)

// Node is a server of EventStoreDB's protocol.
type Node struct {
	server  *grpc.Server
	live    *live
	groups  *persistent.Service // nil where the node is read-only
	closing context.Context     // ended by Close
	end     context.CancelFunc
}

// New makes a node that serves a log. It does not close the log. Into an empty
// log that it may write to it writes the streams of system events that every
// EventStoreDB has.
func New(log journal.Local, options Options) (*Node, error) {
	if options.Now == nil {
		options.Now = time.Now
	}
	if options.Logger == nil {
		options.Logger = slog.New(slog.DiscardHandler)
	}
	gossiper, err := newGossiper(options)
	if err != nil {
		return nil, err
	}
	gate, err := newGate(options)
	if err != nil {
		return nil, err
	}
	node := &Node{server: newServer(options, gate)}
	node.closing, node.end = context.WithCancel(context.Background())
	gossip.RegisterGossipServer(node.server, gossiper)
	if err := node.register(store.New(log, options.Now), options); err != nil {
		return nil, errors.Join(err, node.Close())
	}
	features := &features{}
	serverfeatures.RegisterServerFeaturesServer(node.server, features)
	features.methods = supported(node.server.GetServiceInfo(), options.ReadOnly)
	return node, nil
}

// register adds what reads the log, and what writes it where that is allowed.
// Persistent subscriptions write: a reader is told that they are not implemented.
// They are listed among the node's services all the same, because EventStoreDB's
// Go client asks for some of them by HTTP/1 where they are not.
func (n *Node) register(events *store.Store, options Options) (err error) {
	service := newStreamsService(n.closing, events)
	n.live = service.live
	if options.ReadOnly {
		streams.RegisterStreamsServer(n.server, readOnly{service})
		stubs.RegisterPersistentSubscriptionsServer(n.server, noGroups{})
		return nil
	}
	if err := events.FirstStart(n.closing); err != nil {
		return err
	}
	n.groups, err = persistent.New(n.closing, events, persistent.Options{Now: options.Now, Logger: options.Logger})
	if err != nil {
		return err
	}
	stubs.RegisterPersistentSubscriptionsServer(n.server, n.groups)
	streams.RegisterStreamsServer(n.server, service)
	return nil
}

func newServer(options Options, gate gate) *grpc.Server {
	largest := maxRequest
	if options.ReadOnly {
		largest = maxQuestion
	}
	settings := []grpc.ServerOption{
		grpc.ForceServerCodecV2(wire.Codec()),
		grpc.MaxRecvMsgSize(largest),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: pingsAllowed, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: pingEvery, Timeout: pingEvery}),
		grpc.WaitForHandlers(true),
		grpc.InTapHandle(gate.admit),
		grpc.UnaryInterceptor(wire.Unary(options.Logger)),
		grpc.ChainStreamInterceptor(wire.Stream(options.Logger), gate.refuse),
		grpc.UnknownServiceHandler(unimplemented),
	}
	if options.TLS != nil {
		settings = append(settings, grpc.Creds(credentials.NewTLS(options.TLS)))
	}
	return grpc.NewServer(settings...)
}

// Serve answers the calls that come in by a listener, until Close, which closes
// the listener too; it then returns nil. It may be called for several listeners.
func (n *Node) Serve(listener net.Listener) error {
	err := n.server.Serve(listener)
	if n.closing.Err() != nil && (err == nil || errors.Is(err, grpc.ErrServerStopped)) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("serve EventStoreDB's protocol on %s: %w", listener.Addr(), err)
	}
	return nil
}

// Close ends the subscriptions, lets other calls end within two seconds, and
// then breaks them off. When it returns, nothing of the node runs any more.
func (n *Node) Close() error {
	n.end()
	late := time.AfterFunc(grace, n.server.Stop)
	defer late.Stop()
	n.server.GracefulStop()
	n.live.running.Wait()
	if n.groups == nil {
		return nil
	}
	return n.groups.Close()
}
