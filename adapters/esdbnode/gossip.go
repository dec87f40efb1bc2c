package esdbnode

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
	"github.com/google/uuid"
	"google.golang.org/grpc/peer"

	"github.com/usher-engine/usher/adapters/esdbnode/wire"
)

// gossiper tells clients that look for a cluster that it has one member.
type gossiper struct {
	gossip.UnimplementedGossipServer
	instance uuid.UUID
	host     string // empty for the address that a client reached
	port     uint32 // zero for the port that a client reached
	now      func() time.Time
}

func newGossiper(options Options) (*gossiper, error) {
	g := &gossiper{instance: uuid.New(), host: options.Advertise, now: options.Now}
	host, text, err := net.SplitHostPort(options.Advertise)
	if err != nil {
		return g, nil //nolint:nilerr // because it is a host alone
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || host == "" {
		return nil, fmt.Errorf("advertise %q: want a host, or a host and a port", options.Advertise)
	}
	g.host, g.port = host, uint32(port)
	return g, nil
}

// Read implements gossip.GossipServer.
func (g *gossiper) Read(ctx context.Context, _ *shared.Empty) (*gossip.ClusterInfo, error) {
	reached, err := reachedAt(ctx)
	if err != nil {
		return nil, err
	}
	address := &gossip.EndPoint{Address: bracketed(reached.Addr().Unmap().String()), Port: uint32(reached.Port())}
	if g.host != "" {
		address.Address = bracketed(g.host)
	}
	if g.port != 0 {
		address.Port = g.port
	}
	return &gossip.ClusterInfo{Members: []*gossip.MemberInfo{{
		InstanceId:   wire.UUID(g.instance, wire.Structured),
		TimeStamp:    wire.Ticks(g.now()),
		State:        gossip.MemberInfo_Leader,
		IsAlive:      true,
		HttpEndPoint: address,
	}}}, nil
}

// reachedAt is this end of the caller's connection: the listener's own address
// may be a wildcard, or port 0.
func reachedAt(ctx context.Context) (netip.AddrPort, error) {
	if caller, ok := peer.FromContext(ctx); ok {
		if address, ok := caller.LocalAddr.(*net.TCPAddr); ok {
			return address.AddrPort(), nil
		}
	}
	return netip.AddrPort{}, errors.New("the caller's connection has no address")
}

// bracketed is a host as it stands before a port: clients put a colon behind it.
func bracketed(host string) string {
	if address, err := netip.ParseAddr(host); err == nil && address.Is6() {
		return "[" + host + "]"
	}
	return host
}
