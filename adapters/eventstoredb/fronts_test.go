package eventstoredb_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/serverfeatures"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/streams"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/usher-engine/usher/adapters/esdbnode/nodetest"
	"github.com/usher-engine/usher/adapters/journal"
	"github.com/usher-engine/usher/domain"
)

// nobody leads.
const nobody = -1

// cluster is three nodes that gossip, before one log. Whom each of them takes for the leader is
// set by a test.
type cluster struct {
	t      *testing.T
	fronts []*front
}

// front is a node of a cluster, behind a wire by which it may freeze.
type front struct {
	serverfeatures.UnimplementedServerFeaturesServer
	gossip.UnimplementedGossipServer

	cluster *cluster
	index   int
	log     streams.StreamsClient
	wire    *wire
	address string
	host    string
	port    uint32
	server  *grpc.Server
	leader  atomic.Int32 // as it believes
	dead    atomic.Bool

	slowness        atomic.Int64 // of appends, in nanoseconds
	appends         atomic.Int32
	askings         atomic.Int32 // how often it was asked who leads
	asked, together atomic.Int32 // by how many at once, and at most
}

// three starts a cluster whose first node leads.
func three(t *testing.T) *cluster {
	t.Helper()
	node := nodetest.Start(t)
	backend, err := grpc.NewClient(node.Address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, backend.Close()) })
	c := &cluster{t: t}
	for i := range 3 {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		f := &front{cluster: c, index: i, log: streams.NewStreamsClient(backend), server: grpc.NewServer()}
		f.wire, _ = through(t, "esdb://"+listener.Addr().String()+"?tls=false")
		f.address = f.wire.Listen
		at, err := netip.ParseAddrPort(f.address)
		require.NoError(t, err)
		f.host, f.port = at.Addr().String(), uint32(at.Port())
		streams.RegisterStreamsServer(f.server, relay{front: f})
		serverfeatures.RegisterServerFeaturesServer(f.server, f)
		gossip.RegisterGossipServer(f.server, f)
		c.fronts = append(c.fronts, f)
		var group sync.WaitGroup
		group.Go(func() { _ = f.server.Serve(listener) })
		t.Cleanup(func() { f.server.Stop(); group.Wait() })
	}
	return c
}

// connection names all nodes.
func (c *cluster) connection() string {
	var hosts []string
	for _, f := range c.fronts {
		hosts = append(hosts, f.address)
	}
	return "esdb://" + strings.Join(hosts, ",") + "?tls=false"
}

// elect has some nodes tell of a leader.
func (c *cluster) elect(leader int, nodes ...int) {
	for _, node := range nodes {
		c.fronts[node].leader.Store(int32(leader))
	}
}

// kill ends a node: its connections break, nobody listens there, and the others see that.
func (f *front) kill() {
	f.dead.Store(true)
	f.wire.Stop()
	f.server.Stop()
}

// freeze has a node say nothing more, on connections of before and new ones.
func (f *front) freeze() {
	f.wire.poison("timeout", "downstream", `"timeout":0`)
	f.wire.poison("timeout", "upstream", `"timeout":0`)
}

func (f *front) GetSupportedMethods(context.Context, *shared.Empty) (*serverfeatures.SupportedMethods, error) {
	return &serverfeatures.SupportedMethods{EventStoreServerVersion: "23.10.6"}, nil
}

func (f *front) Read(context.Context, *shared.Empty) (*gossip.ClusterInfo, error) {
	f.askings.Add(1)
	f.together.Store(max(f.together.Load(), f.asked.Add(1)))
	defer f.asked.Add(-1)
	info := &gossip.ClusterInfo{}
	for _, other := range f.cluster.fronts {
		state := gossip.MemberInfo_Follower
		switch f.leader.Load() {
		case int32(other.index):
			state = gossip.MemberInfo_Leader
		case nobody:
			state = gossip.MemberInfo_Unknown
		}
		info.Members = append(info.Members, &gossip.MemberInfo{
			InstanceId: &shared.UUID{Value: &shared.UUID_String_{String_: uuid.NewString()}}, State: state, IsAlive: !other.dead.Load(),
			HttpEndPoint: &gossip.EndPoint{Address: other.host, Port: other.port},
		})
	}
	return info, nil
}

// relay are a node's streams, which are those of the log. Only the leader appends.
type relay struct {
	streams.UnimplementedStreamsServer
	*front
}

func (r relay) Append(requests streams.Streams_AppendServer) error {
	var all []*streams.AppendReq
	for { // whole, as the library's client reads beside gRPC what is refused before
		request, err := requests.Recv()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		all = append(all, request)
	}
	if leader := r.leader.Load(); leader != int32(r.index) {
		if leader == nobody {
			return refusal(requests, codes.Unavailable)
		}
		other := r.cluster.fronts[leader]
		return refusal(requests, codes.NotFound, "exception", "not-leader",
			"leader-endpoint-host", other.host, "leader-endpoint-port", strconv.FormatUint(uint64(other.port), 10))
	}
	slow := time.NewTimer(time.Duration(r.slowness.Load()))
	<-slow.C
	to, err := r.log.Append(requests.Context())
	if err != nil {
		return err
	}
	for _, request := range all {
		if err := to.Send(request); err != nil {
			return err
		}
	}
	answer, err := to.CloseAndRecv()
	if err != nil {
		return err
	}
	r.appends.Add(1)
	return requests.SendAndClose(answer)
}

func (r relay) Read(request *streams.ReadReq, answers streams.Streams_ReadServer) error {
	from, err := r.log.Read(answers.Context(), request)
	if err != nil {
		return err
	}
	for {
		answer, err := from.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := answers.Send(answer); err != nil {
			return err
		}
	}
}

// writers append, each to a stream of its own, until they are stopped.
type writers struct {
	log    journal.Log
	group  sync.WaitGroup
	stop   context.CancelFunc
	wanted map[string][]uuid.UUID
	mu     sync.Mutex
	began  time.Time     // since when an answer is waited for
	first  time.Duration // after which it came
	came   chan struct{}
}

func (c *cluster) writers(log journal.Log, count int) *writers {
	c.t.Helper()
	ctx, stop := context.WithCancel(c.t.Context())
	w := &writers{log: log, stop: stop, wanted: map[string][]uuid.UUID{}, came: make(chan struct{}, 1)}
	for range count {
		w.group.Go(func() { w.write(ctx, c.t) })
	}
	c.t.Cleanup(func() { stop(); w.group.Wait() })
	return w
}

func (w *writers) write(ctx context.Context, t *testing.T) {
	stream, expected := "person-"+uuid.NewString(), domain.Expected(domain.NoStream{})
	for ctx.Err() == nil {
		events := proposed(1)
		revision, _, err := w.log.Append(context.WithoutCancel(ctx), stream, expected, events)
		if !assert.NoError(t, err) {
			return
		}
		expected = domain.Revision(revision)
		w.answered(stream, events[0].ID)
	}
}

// answered notes an append.
func (w *writers) answered(stream string, id uuid.UUID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.wanted[stream] = append(w.wanted[stream], id)
	if !w.began.IsZero() {
		w.first, w.began = time.Since(w.began), time.Time{}
		w.came <- struct{}{}
	}
}

// next waits for an append that is answered from now on, and says how long that took.
func (w *writers) next() time.Duration {
	w.mu.Lock()
	w.began = time.Now()
	w.mu.Unlock()
	<-w.came
	return w.first
}

// reach waits for appends until a node has made one: answers of another may be on their way.
func (w *writers) reach(f *front) {
	for before := f.appends.Load(); f.appends.Load() == before; {
		w.next()
	}
}

// judge ends the writing, and finds each event in its place, once.
func (w *writers) judge(t *testing.T) {
	t.Helper()
	w.stop()
	w.group.Wait()
	for stream, ids := range w.wanted {
		require.Equal(t, ids, collected(t, w.log, stream))
	}
}

// follow follows a log, and returns what finds that all came, each event once.
func follow(t *testing.T, log journal.Log) func(wanted map[string][]uuid.UUID) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	came := make(chan journal.Record, 1<<16)
	var group sync.WaitGroup
	group.Go(func() {
		for record, err := range log.Subscribe(ctx, domain.Position{}) {
			if err != nil {
				return
			}
			came <- record
		}
	})
	t.Cleanup(func() { stop(); group.Wait() })
	return func(wanted map[string][]uuid.UUID) {
		t.Helper()
		count, got := 0, map[string][]uuid.UUID{}
		for _, ids := range wanted {
			count += len(ids)
		}
		for range count {
			record := <-came
			got[record.Stream] = append(got[record.Stream], record.ID)
		}
		require.Equal(t, wanted, got)
	}
}
