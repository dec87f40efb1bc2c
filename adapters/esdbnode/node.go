package esdbnode

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	stubs "github.com/EventStore/EventStore-Client-Go/v4/protos/persistent"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/experimental"
	"google.golang.org/grpc/keepalive"
	"google.golang.org/grpc/mem"

	"github.com/usher-engine/usher/adapters/esdbnode/arrivals"
	"github.com/usher-engine/usher/adapters/esdbnode/persistent"
	"github.com/usher-engine/usher/adapters/esdbnode/projections"
	protos "github.com/usher-engine/usher/adapters/esdbnode/protos/users"
	"github.com/usher-engine/usher/adapters/esdbnode/rights"
	"github.com/usher-engine/usher/adapters/esdbnode/store"
	"github.com/usher-engine/usher/adapters/esdbnode/users"
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
	// Users keeps users and their rights in the log, as EventStoreDB does, in
	// place of the one User. The Password is then the first one of the users
	// admin and ops.
	Users bool
	// Projections has the streams of EventStoreDB's system projections: as events, or
	// made up when they are read where the node is read-only.
	Projections bool
	// Calls is how many calls one connection may have at a time, subscriptions
	// among them; the next one waits. 100 by default, as EventStoreDB has.
	Calls uint32
	// AppendPatience is how long an append may take to arrive in pieces, whatever
	// its client allows, where it comes by BatchAppend; 2 s by default.
	AppendPatience time.Duration
	Now            func() time.Time // time.Now by default
	Logger         *slog.Logger     // none by default

	connections int            // maxConnections by default
	slowAfter   time.Duration  // see budget; slowAfter by default
	buffers     mem.BufferPool // of what comes in; gRPC's own by default
}

// Limits and intervals of the connections.
const (
	// maxRequest is the most that a message to the node may have, and an append
	// altogether, in bytes. It is EventStoreDB's.
	maxRequest = 16<<20 - 10_000
	// maxOtherRequest is the same for all services but Streams.
	maxOtherRequest = 4 << 20
	// maxQuestion is the same where the node is read-only: whole appends come
	// there too, only to be refused.
	maxQuestion = 2 << 20
	// maxHeaders is the most that the headers of a call may have together.
	maxHeaders = 32 << 10
	// pingsAllowed is how often a client may ask whether the node is there: as
	// often as it likes, as with EventStoreDB. Clients do so each 10 s by default;
	// gRPC would drop them for that.
	pingsAllowed = time.Millisecond
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
	writing sync.WaitGroup      // of the projections
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
	options.AppendPatience = cmp.Or(options.AppendPatience, 2*time.Second)
	options.Calls = cmp.Or(options.Calls, 100)
	gossiper, err := newGossiper(options)
	if err != nil {
		return nil, err
	}
	if err := checkPassword(options); err != nil {
		return nil, err
	}
	node := &Node{}
	node.closing, node.end = context.WithCancel(context.Background())
	events := store.New(log, options.Now)
	access, err := openAccess(node.closing, events, options)
	if err != nil {
		node.end()
		return nil, err
	}
	budget := newBudget(cmp.Or(options.slowAfter, slowAfter))
	node.server = newServer(options, budget, newGate(options, access.users))
	node.server.RegisterService(wire.Unread(gossip.Gossip_ServiceDesc), gossiper)
	if err := node.register(events, access, options, budget); err != nil {
		return nil, errors.Join(err, node.Close())
	}
	features := &features{}
	node.server.RegisterService(wire.Unread(serverfeatures.ServerFeatures_ServiceDesc), features)
	features.methods = supported(node.server.GetServiceInfo(), options.ReadOnly)
	return node, nil
}

// register adds what reads the log, and what writes it where that is allowed.
// Persistent subscriptions write: a reader is told that they are not implemented.
// They are listed among the node's services all the same, because EventStoreDB's
// Go client asks for some of them by HTTP/1 where they are not.
func (n *Node) register(events *store.Store, access access, options Options, budget *budget) (err error) {
	service := newStreamsService(n.closing, events, access.judge, options, budget.kept)
	n.live = service.live
	if options.ReadOnly {
		n.server.RegisterService(wire.Streamed(streams.Streams_ServiceDesc), readOnly{service})
		n.server.RegisterService(wire.Streamed(stubs.PersistentSubscriptions_ServiceDesc), noGroups{})
		return nil
	}
	if access.users != nil {
		n.server.RegisterService(wire.Streamed(protos.Users_ServiceDesc), users.Service{Users: access.users})
	}
	n.groups, err = persistent.New(n.closing, events, persistent.Options{
		Now: options.Now, Logger: options.Logger, Judge: access.judge, Projections: options.Projections,
	})
	if err != nil {
		return err
	}
	n.server.RegisterService(wire.Streamed(stubs.PersistentSubscriptions_ServiceDesc), n.groups)
	n.server.RegisterService(wire.Streamed(streams.Streams_ServiceDesc), service)
	if options.Projections {
		n.writing.Go(func() { projections.Write(n.closing, events, options.Logger) })
	}
	return nil
}

// access is who may come in and do what; nothing in it where the node keeps no
// users.
type access struct {
	users *users.Users
	judge *rights.Judge
}

// openAccess writes what a new log needs, and finds the users.
func openAccess(ctx context.Context, events *store.Store, options Options) (access, error) {
	if options.ReadOnly {
		return access{}, nil
	}
	if err := events.FirstStart(ctx); err != nil {
		return access{}, err
	}
	if !options.Users {
		return access{}, nil
	}
	judge := rights.NewJudge(events)
	kept, err := users.Open(ctx, events, judge, options.Password)
	return access{kept, judge}, err
}

func newServer(options Options, budget *budget, gate gate) *grpc.Server {
	largest := maxRequest
	if options.ReadOnly {
		largest = maxQuestion
	}
	secure := insecure.NewCredentials()
	if options.TLS != nil {
		secure = credentials.NewTLS(options.TLS)
	}
	settings := []grpc.ServerOption{
		grpc.Creds(arrivals.Limit(cmp.Or(options.connections, maxConnections)).Credentials(secure)),
		grpc.ReadBufferSize(0),
		grpc.InTapHandle(arrivals.Tap),
		grpc.ForceServerCodecV2(wire.Codec()),
		grpc.MaxRecvMsgSize(largest),
		grpc.MaxHeaderListSize(maxHeaders),
		grpc.MaxConcurrentStreams(options.Calls),
		grpc.StaticStreamWindowSize(unreadBytes),
		grpc.StaticConnWindowSize(connectionBytes),
		grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{MinTime: pingsAllowed, PermitWithoutStream: true}),
		grpc.KeepaliveParams(keepalive.ServerParameters{Time: pingEvery, Timeout: pingEvery}),
		grpc.WaitForHandlers(true),
		grpc.ChainStreamInterceptor(wire.Stream(options.Logger), budget.count, gate.admit, budget.bound),
		grpc.UnknownServiceHandler(unimplemented),
	}
	if options.buffers != nil {
		settings = append(settings, experimental.BufferPool(options.buffers))
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

// Close cancels reads and subscriptions, lets other calls end within two seconds,
// and then breaks them off. When it returns, nothing of the node runs any more.
func (n *Node) Close() error {
	n.end()
	late := time.AfterFunc(grace, n.server.Stop)
	defer late.Stop()
	n.server.GracefulStop()
	n.live.running.Wait()
	n.writing.Wait()
	if n.groups == nil {
		return nil
	}
	return n.groups.Close()
}
