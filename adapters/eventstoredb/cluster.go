package eventstoredb

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/EventStore/EventStore-Client-Go/v4/esdb"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/gossip"
	"github.com/EventStore/EventStore-Client-Go/v4/protos/shared"
)

const (
	// silence is for how long a call may have no answer before the nodes are asked
	// who leads, and for how long their word lasts that nothing has changed.
	silence = 500 * time.Millisecond
	// hearing is how long the nodes have to say who leads.
	hearing = 500 * time.Millisecond
	// between is how long at most nobody asks while no leader is known.
	between = 100 * time.Millisecond
)

// cluster asks all nodes that it knows at once who leads. The library's client asks
// one after the other, and believes those who tell of a leader that is gone.
type cluster struct {
	config esdb.Configuration
	seeds  []string // that the connection string names

	mu      sync.Mutex
	members []string // as the nodes said last
	several bool     // there is more than one node, and they can be reached
}

func newCluster(config *esdb.Configuration) *cluster {
	c := &cluster{config: *config}
	for _, seed := range config.GossipSeeds {
		c.seeds = append(c.seeds, seed.String())
	}
	if len(c.seeds) == 0 {
		c.seeds = []string{config.Address}
	}
	c.several = config.DnsDiscover || len(config.GossipSeeds) > 0
	return c
}

// led says that the leader is to be looked for: there is a cluster, and the
// connection string prefers no other node of it.
func (c *cluster) led() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.several && c.config.NodePreference == esdb.NodePreferenceLeader
}

// only is a configuration for one node alone, which has just answered.
func (c *cluster) only(address string) esdb.Configuration {
	one := c.config
	one.Address, one.GossipSeeds, one.DnsDiscover = address, nil, false
	one.NodePreference, one.GossipTimeout = esdb.NodePreferenceLeader, 1
	return one
}

// known are all nodes that may say who leads.
func (c *cluster) known() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append(append([]string{}, c.members...), c.seeds...)
}

// leader asks all nodes at once, also those of which others tell meanwhile, and
// gives the address of the leader.
func (c *cluster) leader(life context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(life, hearing)
	defer cancel()
	words, asked, underway := make(chan word), map[string]bool{}, 0
	ask := func(nodes []string) {
		for _, node := range nodes {
			if !asked[node] {
				asked[node] = true
				underway++
				go func() { words <- c.hear(ctx, node) }()
			}
		}
	}
	ask(c.known())
	heard := hearsay{named: map[string]string{}, members: map[string]bool{}}
	for leader, sure := "", false; ; underway-- {
		if underway == 0 {
			c.learn(&heard)
			if leader == "" {
				return "", fmt.Errorf("no node of EventStoreDB's cluster tells of a leader that answers: %w", errors.Join(heard.failures...))
			}
			return leader, nil
		}
		got := <-words
		if sure { // and those who were asked still have only to end
			continue
		}
		ask(heard.add(got))
		if leader, sure = heard.leader(); sure {
			cancel()
		}
	}
}

// learn keeps who the members are.
func (c *cluster) learn(heard *hearsay) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(heard.members) == 0 {
		return
	}
	c.members = c.members[:0]
	for member := range heard.members {
		c.members = append(c.members, member)
	}
	c.several = c.several || heard.several()
}

// word is what a node says of its cluster.
type word struct {
	from    string
	members []*gossip.MemberInfo
	err     error
}

// hear asks one node, without credentials, on a connection for that alone.
func (c *cluster) hear(ctx context.Context, node string) word {
	connection, err := channel(&c.config, node)
	if err != nil {
		return word{from: node, err: err}
	}
	defer connection.Close() //nolint:errcheck // because it answered or did not
	got, err := gossip.NewGossipClient(connection).Read(ctx, &shared.Empty{})
	if err != nil {
		return word{from: node, err: fmt.Errorf("%s: %w", node, err)}
	}
	return word{from: node, members: got.GetMembers()}
}

// hearsay is what the nodes have said so far.
type hearsay struct {
	members  map[string]bool
	named    map[string]string // whom a node that answered names for its leader, or none
	failures []error
}

// add takes what a node says, and returns the nodes of which it tells.
func (h *hearsay) add(got word) (nodes []string) {
	if got.err != nil {
		h.failures = append(h.failures, got.err)
		return nil
	}
	h.named[got.from] = ""
	for _, member := range got.members {
		address := fmt.Sprintf("%s:%d", member.GetHttpEndPoint().GetAddress(), member.GetHttpEndPoint().GetPort())
		nodes = append(nodes, address)
		h.members[address] = true
		if member.GetIsAlive() && member.GetState() == gossip.MemberInfo_Leader {
			h.named[got.from] = address
		}
	}
	return nodes
}

// several says that more than one member has answered. The same node may have
// answered at a name that no member has.
func (h *hearsay) several() bool {
	count := 0
	for member := range h.members {
		if _, answers := h.named[member]; answers {
			count++
		}
	}
	return count > 1
}

// leader is whom most members name, of those who answer and name no other; sure
// where that is more than half of all. Nodes tell of a leader that is lost for as
// long as they have no other, and one that comes back believes at first that it still
// leads.
func (h *hearsay) leader() (leader string, sure bool) {
	votes := map[string]int{}
	for member := range h.members {
		if named := h.named[member]; named != "" {
			votes[named]++
		}
	}
	most := 0
	for named, count := range votes {
		itself, answers := h.named[named]
		if answers && (itself == "" || itself == named) && count > most {
			leader, most = named, count
		}
	}
	return leader, most > len(h.members)/2
}
